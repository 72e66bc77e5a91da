import{TARBALL,factsPath,parseFacts}from"./chunk-DJ2BHWMY.mjs";import{compareText}from"./chunk-JDGBFWHM.mjs";import"./chunk-GHXTYUC3.mjs";import{MixReleaseError,systemErrorCode}from"./chunk-QGAMOTAS.mjs";import{required}from"./chunk-JASMSO4N.mjs";import{__name}from"./chunk-7QWGVESK.mjs";var builtin=required("node:path"),path_default=builtin;var builtin2=required("node:crypto");var createHash=builtin2.createHash;var builtin3=required("node:fs");var createReadStream=builtin3.createReadStream;var builtin4=required("node:fs/promises");var chmod=builtin4.chmod,copyFile=builtin4.copyFile,mkdir=builtin4.mkdir,readFile=builtin4.readFile,readdir=builtin4.readdir,stat=builtin4.stat,writeFile=builtin4.writeFile;var builtin5=required("node:path"),path_default2=builtin5;var builtin6=required("node:stream/promises");var pipeline=builtin6.pipeline;var install_default=`#!/bin/sh
# install.sh [OPTION]...  --help lists the options.
# Installs the release in release.json that is for this machine: TO/VERSION, with the link TO/current.
# Needs sh, awk, tar, gzip (or zstd), sha256sum (or shasum), and curl or wget where the files come from an address.
set -eu

# Where the files are, unless --from says.
default_from=''

usage() {
  cat <<'USAGE'
usage: install.sh [OPTION]...

  --from URL|DIR   where release.json and the tarballs are
  --to DIR         where to install; by default /opt/NAME
  --name NAME      which release, where there are several
  --target TRIPLE  install the one for this target, instead of looking what machine this is
  --check          only say what would be installed; 3 where this machine lacks something
  --force          install although the machine lacks something
  --replace        install a version again that is there from another tarball

Exit statuses: 0 done, 1 something failed, 2 wrong usage, 3 this machine cannot run it, 4 a download failed,
5 a checksum is wrong.
USAGE
}

say() { printf '%s\\n' "$*"; }
warn() { printf '%s\\n' "$*" >&2; }
fail() { # STATUS TEXT...
  status=$1
  shift
  for line in "$@"; do warn "install.sh: $line"; done
  exit "$status"
}
has() { command -v "$1" >/dev/null 2>&1; }

from=$default_from to='' name='' target='' check='' force='' replace=''
while [ $# -gt 0 ]; do
  case $1 in
    --from | --to | --name | --target)
      [ -n "\${2:-}" ] || fail 2 "$1 needs a value"
      case $1 in
        --from) from=$2 ;;
        --to) to=$2 ;;
        --name) name=$2 ;;
        --target) target=$2 ;;
      esac
      shift 2
      ;;
    --check | --force | --replace)
      case $1 in
        --check) check=yes ;;
        --force) force=yes ;;
        --replace) replace=yes ;;
      esac
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      fail 2 "there is no option $1"
      ;;
  esac
done
from=\${from%/}
[ -n "$from" ] || fail 2 "say where the files are: --from URL or --from DIR"
for tool in awk tar gzip; do
  has "$tool" || fail 1 "$tool is needed, and is not here"
done
has sha256sum || has shasum || fail 1 "sha256sum is needed, and is not here"

work=$(mktemp -d "\${TMPDIR:-/tmp}/install.XXXXXX")
partial=''
clean() {
  rm -rf "$work"
  [ -z "$partial" ] || rm -rf "$partial"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# get FILE PLACE: one of the published files.
get() {
  case $from in
    http://* | https://*)
      # A + in a name has to be said so in an address.
      address=$from/$(printf '%s' "$1" | sed 's/+/%2B/g')
      if has curl; then
        curl -fsSL --retry 3 --connect-timeout 20 -o "$2" "$address" || fail 4 "$address could not be downloaded"
      elif has wget; then
        wget -q -T 20 -O "$2" "$address" || fail 4 "$address could not be downloaded"
      else
        fail 1 "curl or wget is needed, and neither is here"
      fi
      ;;
    *)
      [ -f "$from/$1" ] || fail 4 "there is no file $from/$1"
      cp "$from/$1" "$2"
      ;;
  esac
}

sha256_of() {
  if has sha256sum; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -d ' ' -f 1
}

# flatten FILE: JSON as lines \`path<TAB>value\`, the path's steps separated by slashes.
flatten() {
  awk '
    { text = text $0 "\\n" }
    function blank() { while (substr(text, at, 1) ~ /[ \\t\\r\\n]/) at++ }
    function word(  start, out, c) {
      out = ""
      for (at++; at <= size; at++) {
        c = substr(text, at, 1)
        if (c == "\\"") { at++; return out }
        if (c == "\\\\") { at++; c = substr(text, at, 1); if (c !~ /["\\\\\\/]/) c = "?" }
        out = out c
      }
      broken = 1
      return out
    }
    function value(place,  c, key, n, start) {
      blank()
      c = substr(text, at, 1)
      if (c == "{") {
        at++; blank()
        if (substr(text, at, 1) == "}") { at++; return }
        while (!broken) {
          blank()
          if (substr(text, at, 1) != "\\"") { broken = 1; return }
          key = word(); blank()
          if (substr(text, at, 1) != ":") { broken = 1; return }
          at++
          value(place "/" key); blank()
          c = substr(text, at, 1); at++
          if (c == "}") return
          if (c != ",") { broken = 1; return }
        }
      } else if (c == "[") {
        at++; blank()
        if (substr(text, at, 1) == "]") { at++; return }
        for (n = 0; !broken; n++) {
          value(place "/" n); blank()
          c = substr(text, at, 1); at++
          if (c == "]") return
          if (c != ",") { broken = 1; return }
        }
      } else if (c == "\\"") {
        print substr(place, 2) "\\t" word()
      } else {
        start = at
        while (at <= size && substr(text, at, 1) !~ /[],} \\t\\r\\n]/) at++
        if (at == start) { broken = 1; return }
        print substr(place, 2) "\\t" substr(text, start, at - start)
      }
    }
    END { size = length(text); at = 1; value(""); blank(); exit broken || at <= size }
  ' "$1"
}

# at PATH: the value there, nothing where there is none.
at() { awk -F '\\t' -v wanted="$1" '$1 == wanted { print $2; exit }' "$work/index"; }

# below PATH: the values of a list, one on each line.
below() { awk -F '\\t' -v list="$1/" 'index($1, list) == 1 { print $2 }' "$work/index"; }

# packages PATH: the names in a list, on one line that a shell takes as it is: dnf knows libpq.so.5()(64bit).
packages() {
  below "$1" | awk '
    /[^A-Za-z0-9.+_:~-]/ { gsub("\\047", ""); $0 = "\\047" $0 "\\047" }
    { printf "%s%s", gap, $0; gap = " " }'
}

# newer A B: whether version A is above version B, number by number.
newer() {
  awk -v a="$1" -v b="$2" 'BEGIN {
    n = split(a, left, "."); m = split(b, right, ".")
    for (i = 1; i <= n || i <= m; i++) if (left[i] + 0 != right[i] + 0) exit !(left[i] + 0 > right[i] + 0)
    exit 1
  }'
}

# --- The index ------------------------------------------------------------------------------------------------------

get release.json "$work/release.json"
flatten "$work/release.json" >"$work/index" || fail 1 "release.json in $from cannot be read"
[ "$(at version)" = 1 ] || fail 1 "release.json in $from is of version '$(at version)', and this script knows 1"

names=$(awk -F '\\t' '$1 ~ /^releases\\/[0-9]+\\/name$/ { print $2 }' "$work/index")
if [ -z "$name" ]; then
  case $(printf '%s\\n' "$names" | wc -l | tr -d ' ') in
    1) name=$names ;;
    *) fail 2 "there are several releases, name one with --name: $(printf '%s' "$names" | tr '\\n' ' ')" ;;
  esac
fi
number=$(awk -F '\\t' -v name="$name" '$1 ~ /^releases\\/[0-9]+\\/name$/ && $2 == name { split($1, step, "/"); print step[2] }' "$work/index")
[ -n "$number" ] || fail 2 "there is no release $name; there is $(printf '%s' "$names" | tr '\\n' ' ')"
version=$(at "releases/$number/version")
targets=$(awk -F '\\t' -v place="releases/$number/targets/" '
  index($1, place) == 1 { split(substr($1, length(place) + 1), step, "/"); if (step[2] == "file") print step[1] }' "$work/index")

# --- This machine ---------------------------------------------------------------------------------------------------

machine=$(uname -m)
case $machine in
  amd64) machine=x86_64 ;;
  arm64) machine=aarch64 ;;
esac
case $machine in
  x86_64) gnu_loader=/lib64/ld-linux-x86-64.so.2 ;;
  aarch64) gnu_loader=/lib/ld-linux-aarch64.so.1 ;;
  *) gnu_loader=/nowhere ;;
esac

# The version of this machine's glibc; nothing where there is none.
glibc_here() {
  found=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed -n 's/^glibc //p') || found=''
  # Since 2.33 the loader tells; before, the library does, which can be run like a program.
  [ -n "$found" ] || [ ! -e "$gnu_loader" ] || found=$("$gnu_loader" --version 2>/dev/null | glibc_in) || found=''
  if [ -z "$found" ]; then
    for library in "/lib/$machine-linux-gnu/libc.so.6" /lib64/libc.so.6 /lib/libc.so.6; do
      [ -z "$found" ] && [ -x "$library" ] && { found=$("$library" 2>/dev/null | glibc_in) || found=''; }
    done
  fi
  printf '%s' "$found"
}
glibc_in() { sed -n '1s/.* version \\([0-9][0-9.]*[0-9]\\).*/\\1/p'; }

glibc=$(glibc_here)
musl=''
[ -e "/lib/ld-musl-$machine.so.1" ] && musl=yes
if [ -n "$target" ]; then
  candidates=$target
else
  [ "$(uname -s)" = Linux ] || fail 3 "this is $(uname -s), and the release is for Linux"
  candidates=\${glibc:+$machine-unknown-linux-gnu}\${musl:+\${glibc:+ }$machine-unknown-linux-musl}
fi
chosen=''
for candidate in $candidates; do
  for there in $targets; do
    [ -n "$chosen" ] || [ "$there" != "$candidate" ] || chosen=$there
  done
done
[ -n "$chosen" ] || fail 3 "$name $version is not there for this machine (\${candidates:-$machine, no C library found})" \\
  "it is there for $(printf '%s' "$targets" | tr '\\n' ' ')"

place=releases/$number/targets/$chosen
file=$(at "$place/file")
sha256=$(at "$place/sha256")
floor=$(at "$place/glibc")
case $file$version$chosen in
  '' | *[!A-Za-z0-9._+-]*) fail 1 "release.json names files that it should not: $file" ;;
esac
case $file in
  *.zst) has zstd || fail 1 "zstd is needed to unpack $file, and is not here" ;;
esac
case $version in
  . | .. | current | previous | '') fail 1 "release.json has no usable version: $version" ;;
esac

# --- What it needs --------------------------------------------------------------------------------------------------

case $chosen in *-musl) other="/lib /usr/lib /usr/local/lib" ;; *) other="/lib /usr/lib /lib64 /usr/lib64 /usr/local/lib /usr/local/lib64 /lib/$machine-linux-gnu /usr/lib/$machine-linux-gnu" ;; esac
known=$({ ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null) || known=''

library_here() {
  # A loader, and musl's own library under any name, is what runs the program at all.
  case $1 in
    ld-* | libc.so | libc.musl-*) return 0 ;;
    */*)
      [ -e "$1" ]
      return
      ;;
  esac
  for directory in $other; do
    [ ! -e "$directory/$1" ] || return 0
  done
  case $chosen in *-musl) return 1 ;; esac
  case $known in *"	$1 "*) return 0 ;; esac
  return 1
}

lacking=''
if [ "$floor" != null ] && [ -n "$floor" ]; then
  if [ -z "$glibc" ]; then
    lacking=yes
    warn "install.sh: $name $version needs glibc $floor or newer, and no glibc was found here"
  elif newer "$floor" "$glibc"; then
    lacking=yes
    warn "install.sh: $name $version needs glibc $floor or newer, and this machine has $glibc"
    warn "install.sh: build the release on an older system (the option glibc), or use a newer machine"
  fi
fi
missing=''
# A library may have any name, with spaces and asterisks in it.
below "$place/libraries" >"$work/libraries"
while IFS= read -r library; do
  library_here "$library" || missing="$missing $library"
done <"$work/libraries"
[ -z "$missing" ] || warn "install.sh: these libraries are not here:$missing"

# any FILE...: whether one of these files is there, and not empty
any() {
  for path in "$@"; do
    [ ! -s "$path" ] || return 0
  done
  return 1
}
for data in $(below "$place/data"); do
  case $data in
    ca-certificates)
      # Where OTP and others look for them. A release may be told another place.
      any "\${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem \\
        /etc/pki/tls/cacert.pem /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem /etc/ssl/cert.pem ||
        { missing=yes && warn "install.sh: it trusts the CA certificates of the system, and there are none here"; }
      ;;
    time-zones)
      any /usr/share/zoneinfo/Etc/UTC /usr/share/zoneinfo/UTC ||
        { missing=yes && warn "install.sh: it reads the time zone data of the system, and there is none here"; }
      ;;
  esac
done
if [ -n "$missing" ]; then
  lacking=yes
  # shellcheck source=/dev/null
  like=$(. /etc/os-release 2>/dev/null && printf '%s' " \${ID:-} \${ID_LIKE:-} ") || like=''
  case $like in
    *' alpine '*) family=alpine command='apk add' ;;
    *' ubuntu '*) family=ubuntu command='apt-get install' ;;
    *' debian '*) family=debian command='apt-get install' ;;
    *' rhel '* | *' fedora '* | *' centos '*) family=rhel command='dnf install' ;;
    *) family='' command='' ;;
  esac
  packages=\${family:+$(packages "$place/packages/$family")}
  if [ -n "$packages" ]; then
    warn "install.sh: it is in these packages: $command $packages"
  else
    for each in debian ubuntu rhel alpine; do
      packages=$(packages "$place/packages/$each")
      [ -z "$packages" ] || warn "install.sh: packages that have it on $each: $packages"
    done
  fi
fi
if [ -n "$lacking" ]; then
  [ -n "$force" ] || fail 3 "nothing was installed; --force installs it all the same"
  warn "install.sh: going on, as --force says"
fi
if [ -n "$check" ]; then
  say "$name $version for $chosen, from $file"
  exit 0
fi

# --- Installing -----------------------------------------------------------------------------------------------------

unpack() { case $file in *.zst) zstd -dc "$1" ;; *) gzip -dc "$1" ;; esac }
to=\${to:-/opt/$name}
mkdir -p "$to" || fail 1 "$to cannot be made"
to=$(cd "$to" && pwd -P)
seal=$to/$version/.mix-release
if [ -d "$to/$version" ]; then
  before=$(cat "$seal" 2>/dev/null) || before=''
  if [ "$before" != "$sha256" ] && [ -z "$replace" ]; then
    fail 1 "$to/$version is there already, and not from this tarball; --replace installs it anew"
  fi
fi
if [ ! -d "$to/$version" ] || [ "$before" != "$sha256" ]; then
  get "$file" "$work/tarball"
  sum=$(sha256_of "$work/tarball")
  [ "$sum" = "$sha256" ] || fail 5 "$file has the checksum $sum, and should have $sha256" "nothing was installed"
  partial=$to/.partial-$$
  mkdir "$partial"
  unpack "$work/tarball" | tar -xf - -C "$partial" || fail 1 "$file could not be unpacked in $to"
  printf '%s\\n' "$sha256" >"$partial/.mix-release"
  if [ -d "$to/$version" ]; then mv "$to/$version" "$to/.old-$$"; fi
  mv "$partial" "$to/$version"
  partial=''
  rm -rf "$to/.old-$$"
fi

# point LINK VERSION: a link that is never missing in between.
point() {
  rm -f "$to/.$1.$$"
  ln -s "$2" "$to/.$1.$$"
  mv -fT "$to/.$1.$$" "$to/$1"
}
running=$(readlink "$to/current" 2>/dev/null) || running=''
if [ -n "$running" ] && [ "$running" != "$version" ]; then point previous "$running"; fi
[ "$running" = "$version" ] || point current "$version"
say "$name $version for $chosen is in $to/$version; $to/current leads there"
`;var PLACEHOLDER="default_from=''",PLAIN_ADDRESS=/^https?:\/\/[A-Za-z0-9._~:/?#@!$&()*+,;=%[\]-]+$/;function isPlainAddress(text){return PLAIN_ADDRESS.test(text)}__name(isPlainAddress,"isPlainAddress");function installScript(from){return install_default.replace(PLACEHOLDER,()=>`default_from='${from??""}'`)}__name(installScript,"installScript");function releaseIndex(facts,commit){let sorted=[...facts].sort((a,b)=>compareText(a.name,b.name)||compareText(a.target,b.target)),conflict=sorted.flatMap((one,at)=>conflictOf(one,sorted[at+1]))[0];if(conflict)return conflict;let names=[...new Set(sorted.map(({name})=>name))];return{version:1,commit,releases:names.map(name=>{let tarballs=sorted.filter(each=>each.name===name);return{name,version:tarballs[0]?.version??"",targets:Object.fromEntries(tarballs.map(indexEntry))}})}}__name(releaseIndex,"releaseIndex");function conflictOf(one,next){return next?.name!==one.name?[]:next.target===one.target?[{what:`${one.file} and ${next.file} are both ${one.name} for ${one.target}`}]:next.version===one.version?[]:[{what:`${one.file} and ${next.file} are of different versions of ${one.name}`}]}__name(conflictOf,"conflictOf");function indexEntry({target,...facts}){let{file,sha256,size,libc,glibc,libraries,data,packages,otp,elixir,erts,image,imageDigest,smoke,sbom}=facts,needs={libc,glibc,libraries,...data&&{data},packages},more={...sbom&&{sbom},...smoke&&{smoke}};return[target,{file,sha256,size,...needs,otp,elixir,erts,image,imageDigest,...more}]}__name(indexEntry,"indexEntry");function indexText(index){return`${JSON.stringify(index,null,2)}
`}__name(indexText,"indexText");function checksumsText(checksums){return[...checksums].sort((a,b)=>compareText(a.file,b.file)).map(({file,sha256})=>`${sha256}  ${file}
`).join("")}__name(checksumsText,"checksumsText");async function collectAssets(request){let{output,baseUrl,commit}=request,found=await findTarballs(request),index=releaseIndex(found.map(({facts})=>facts),commit??null);if("what"in index)throw failed(index.what,"Put the tarballs of one version into the directory, one for each target.");await mkdir(output,{recursive:!0});let beside=found.flatMap(({tarball,facts:{sbom}})=>sbom?[{...sbom,directory:path_default2.dirname(tarball)}]:[]);for(let{tarball,facts}of found)await copyUnlessSame(tarball,path_default2.join(output,facts.file));for(let{directory,file}of beside)await copyUnlessSame(path_default2.join(directory,file),path_default2.join(output,file));let texts={"install.sh":installScript(baseUrl),"release.json":indexText(index)},written=Object.entries(texts).map(([file,text])=>({file,text,sha256:sha256Of(text)})),checksums=[...found.map(({facts:{file,sha256}})=>({file,sha256})),...beside.map(({file,sha256})=>({file,sha256})),...written];for(let{file,text}of[...written,{file:"checksums.txt",text:checksumsText(checksums)}])await writeFile(path_default2.join(output,file),text);await chmod(path_default2.join(output,"install.sh"),493);let files=[...checksums.map(({file})=>file),"checksums.txt"].sort();return{index,files:files.map(file=>path_default2.join(output,file))}}__name(collectAssets,"collectAssets");async function findTarballs({directories,output}){let paths=(await Promise.all(directories.map(tarballsBelow))).flat(),found=new Map;for(let tarball of paths){let facts=await factsOf(tarball),earlier=found.get(facts.file);if(earlier===void 0)found.set(facts.file,{tarball,facts});else if(earlier.facts.sha256!==facts.sha256)throw failed(`${earlier.tarball} and ${tarball} have the same name but different contents`,"Remove the wrong one.")}if(found.size>0)return[...found.values()];throw failed(`there is no release tarball below ${directories.join(", ")}`,`Name the directory that has the output of the builds or their downloaded artifacts; ${output} is only written to.`)}__name(findTarballs,"findTarballs");async function tarballsBelow(directory){try{let tarballs=(await readdir(directory,{recursive:!0,withFileTypes:!0})).filter(entry=>entry.isFile()&&TARBALL.test(entry.name)).map(entry=>path_default2.join(entry.parentPath,entry.name)),unpacked=tarballs.map(tarball=>tarball.replace(TARBALL,path_default2.sep));return tarballs.filter(tarball=>!unpacked.some(release=>tarball.startsWith(release))).sort()}catch(error){throw systemErrorCode(error)==="ENOENT"?failed(`there is no directory ${directory}`,"Name an existing directory."):error}}__name(tarballsBelow,"tarballsBelow");async function factsOf(tarball){let factsFile=factsPath(tarball),text;try{text=await readFile(factsFile,"utf8")}catch(error){throw systemErrorCode(error)!=="ENOENT"?error:failed(`${tarball} has no ${path_default2.basename(factsFile)} next to it`,"Download the whole artifact, which has that file.")}let facts=parseFacts(text);if(typeof facts=="string")throw failed(`${factsFile} cannot be used: ${facts}`,"Build the release again with this version.");if(facts.file!==path_default2.basename(tarball))throw failed(`${factsFile} describes ${facts.file}`,"Put each tarball next to its own facts.");if(await sha256OfFile(tarball)!==facts.sha256||(await stat(tarball)).size!==facts.size)throw failed(`${tarball} is not the tarball that ${path_default2.basename(factsFile)} describes`,"Download it again, or build it again.");return facts.sbom&&await requireSbom(path_default2.join(path_default2.dirname(tarball),facts.sbom.file),facts.sbom.sha256,factsFile),facts}__name(factsOf,"factsOf");async function requireSbom(file,sha256,factsFile){let found=await sha256OfFile(file).catch(error=>{if(systemErrorCode(error)!=="ENOENT")throw error});if(found!==sha256)throw failed(found===void 0?`${path_default2.basename(factsFile)} names ${file}, and there is none`:`${file} is not the SBOM that ${path_default2.basename(factsFile)} describes`,"Download the whole artifact again, or build it again.")}__name(requireSbom,"requireSbom");async function sha256OfFile(file){let hash=createHash("sha256");return await pipeline(createReadStream(file),hash),hash.digest("hex")}__name(sha256OfFile,"sha256OfFile");async function copyUnlessSame(from,to){path_default2.resolve(from)!==path_default2.resolve(to)&&await copyFile(from,to)}__name(copyUnlessSame,"copyUnlessSame");function sha256Of(text){return createHash("sha256").update(text).digest("hex")}__name(sha256Of,"sha256Of");function failed(what,next){return new MixReleaseError("index-failed",{what,next})}__name(failed,"failed");async function indexCommand(invocation){let{baseUrl,commit,json}=invocation,directories=invocation.directories.map(directory=>path_default.resolve(directory)),output=path_default.resolve(invocation.output??directories[0]??".");if(baseUrl!==void 0&&!isPlainAddress(baseUrl))throw new MixReleaseError("bad-option",{what:`--base-url is '${baseUrl}', which is not an http or https address`,next:"Set it to the address of the directory with the files, such as https://example.com/downloads/1.0.0."});if(commit!==void 0&&!/^[0-9a-f]{7,64}$/.test(commit))throw new MixReleaseError("bad-option",{what:`--commit is '${commit}', which is not a commit hash`,next:"Use the hexadecimal digits that git rev-parse HEAD prints."});let{index,files}=await collectAssets({directories,output,baseUrl:baseUrl?.replace(/\/+$/,""),commit}),lines=json?[JSON.stringify({index,files})]:files;process.stdout.write(`${lines.join(`
`)}
`)}__name(indexCommand,"indexCommand");export{indexCommand};
