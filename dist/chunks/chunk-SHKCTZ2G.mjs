import{assignmentOf,findVersions,git,readVersionDirectories,readVersionFileAt,smokeEnvBlock,variablesOfProject}from"./chunk-AKEKOOUD.mjs";import{HEXPM_REPOSITORY,TEXT,catchCode,excerpt,fetchBy,jsonOf,lenient,lenientTable,listTags,outage,request}from"./chunk-2BPOXNR5.mjs";import{parseImage,readAuditOfBuild,readImageRequest,referenceOf}from"./chunk-IUGG43NB.mjs";import{DOCKER_HUB,compareOsDates,formatReference,isDigest,isLoopback,parseReference,parseTag,registryHost,repositoryOf,withRegistry}from"./chunk-GTUW4EVG.mjs";import{archiveOf,entryAt,packFiles,virtualEntry}from"./chunk-OWU4OVQA.mjs";import{BASE_LABEL,KIND_LABEL,PROBE_LABEL,labels}from"./chunk-6TODHYWF.mjs";import{bytesOf,nameOf,onDisk,shownName}from"./chunk-NXOOAGPI.mjs";import{EngineError,keepLast,reasonOf,refused,splitLines,statusOf}from"./chunk-A67KCGJU.mjs";import{require_ignore}from"./chunk-B2HMEVMO.mjs";import{rawFor,rawForTwin,requireKnownPatterns,requireNoContradiction}from"./chunk-CQV4DR5E.mjs";import{findTarget,nearest,parseEnv,parseLines,readOption}from"./chunk-3N5ODD3S.mjs";import{directoriesAbove,relativeInside}from"./chunk-XHPPXHEB.mjs";import{SYSTEM_RELEASES,defaultSystem,findSystemRelease,systemsWithin}from"./chunk-CENJHYDL.mjs";import{OPTIONS,rowOf,wordList}from"./chunk-GBWND667.mjs";import{TARGETS}from"./chunk-HJAFOFVO.mjs";import{array,fallback,nullable,object,parse,pipe,readonly,safeParse,string,unknown,valueIn}from"./chunk-GHXTYUC3.mjs";import{compareDotted,compareNumbers}from"./chunk-EUGGNW7W.mjs";import{MixReleaseError,messageOf,systemErrorCode}from"./chunk-QGAMOTAS.mjs";import{required}from"./chunk-JASMSO4N.mjs";import{__callDispose,__name,__toESM,__using}from"./chunk-7QWGVESK.mjs";function cancelOnSignals(){let controller=new AbortController,cancel=__name(()=>{controller.signal.aborted&&process.exit(130),controller.abort(),setTimeout(()=>process.exit(130),6500).unref()},"cancel");return process.on("SIGINT",cancel),process.on("SIGTERM",cancel),controller.signal}__name(cancelOnSignals,"cancelOnSignals");var builtin=required("node:path"),path_default=builtin;var SWITCHES=["--force","--no-archives-check","--no-compile","--no-deps-check","--no-elixir-version-check","--overwrite","--quiet"],VALUED=["--path","--version"],COMPILE_OPTIONS=["--force","--no-archives-check","--no-deps-check","--no-elixir-version-check"],REFUSED={"--no-overwrite":"Leave it out: the directory of the release is cleared before each assembly, so that no file of an earlier one gets into the tarball.","--no-optional-deps":"`mix release` has no such option. For a build without optional dependencies, compile in a before-build script and pass --no-compile."};function readReleaseArgs(lines){let options=new Map,waiting;for(let line of lines){let rest=line.trim();for(;rest!=="";){let name=waiting??nameAt(rest),after=waiting===void 0?rest.slice(rest.startsWith("-f")?2:name.length):` ${rest}`;if(SWITCHES.includes(name)){if(after.startsWith("="))throw badArgs(`${name} takes no value`,`Use ${name} without a value.`);options.set(name,[name]),rest=after.trim();continue}let value=after.slice(1).trim();waiting=value===""&&!after.startsWith("=")?name:void 0,waiting===void 0&&options.set(name,[name,requireValue(name,value)]),rest=""}}if(waiting!==void 0&&requireValue(waiting,""),options.has("--force")&&options.has("--no-compile"))throw badArgs("--force and --no-compile conflict","Leave one of the two out.");let valuesOf=__name(names=>names.flatMap(name=>options.get(name)??[]),"valuesOf");return{release:valuesOf([...SWITCHES.filter(name=>name!=="--overwrite"),...VALUED]),compile:valuesOf(COMPILE_OPTIONS),compiles:!options.has("--no-compile")}}__name(readReleaseArgs,"readReleaseArgs");function nameAt(text2){let[name=""]=/^[^\s=]*/.exec(text2)??[],long=name==="-f"?"--force":name;return requireKnown(long),long}__name(nameAt,"nameAt");function requireValue(name,value){if(value==="")throw badArgs(`${name} has no value`,`Write ${name} VALUE on one line.`);if(!value.endsWith(",")&&value!=="+")return value;throw badArgs(`${name} is '${value}'`,"A value must not end in a comma, or be a plus sign.")}__name(requireValue,"requireValue");function requireKnown(name){if(SWITCHES.includes(name)||VALUED.includes(name))return;let reason=REFUSED[name];if(reason!==void 0)throw badArgs(`it has ${name}`,reason);if(!name.startsWith("-"))throw badArgs(`'${name}' is not an option of \`mix release\``,"Use the option release for names of releases.");let known=[...SWITCHES,...VALUED];throw badArgs(`\`mix release\` has no option ${name}`,`It has ${known.join(", ")}. ${nearest(name,known)}`.trimEnd())}__name(requireKnown,"requireKnown");function badArgs(what,next){return new MixReleaseError("bad-option",{what:`release-args: ${what}`,next})}__name(badArgs,"badArgs");var builtin2=required("node:fs/promises");var readFile=builtin2.readFile,stat=builtin2.stat;var builtin3=required("node:path"),path_default2=builtin3;async function readDepsAccess(raw,surroundings){let env=parseEnv("deps-env",raw["deps-env"],surroundings),organizations=readOption("hex-organizations",raw).map(parseOrganization);requireOneKeyEach(organizations);let repositories=readOption("hex-repositories",raw).map(parseRepository),credentials=readOption("git-credentials",raw).map(parseCredentials),agent=await parseAgent(readOption("ssh-agent",raw),surroundings),knownHosts=readOption("ssh-known-hosts",raw);if(agent===void 0&&knownHosts.length>0)throw bad("ssh-known-hosts is given without ssh-agent","Set ssh-agent to true as well, or leave it out.");let given=[Object.keys(env),organizations,repositories,credentials];if(!(agent===void 0&&given.every(({length})=>length===0)))return{env,hexTasks:[...organizations,...repositories].map(({task})=>task),gitCredentials:credentials.map(({line})=>line),sshAgent:agent,knownHosts:agent===void 0||knownHosts.length>0?knownHosts:await ownKnownHosts(surroundings),secrets:[...Object.values(env),...[...organizations,...repositories].flatMap(({secret})=>secret??[]),...credentials.map(({secret})=>secret)].filter(secret=>secret.trim().length>=SHORTEST)}}__name(readDepsAccess,"readDepsAccess");var SHORTEST=4;function parseOrganization(line){let[,name,key]=/^([a-z0-9][a-z0-9_.-]*)\s*=\s*(\S+)$/.exec(line)??[];if(name===void 0||key===void 0)throw bad("hex-organizations has a line that is not NAME=KEY","Make a key by `mix hex.organization key NAME generate`.");return{task:["hex.organization","auth",name,"--key",key],secret:key}}__name(parseOrganization,"parseOrganization");function requireOneKeyEach(organizations){let nameOf2=__name(({task})=>task[2]??"","nameOf"),keys=new Map(organizations.map(each=>[nameOf2(each),each.secret])),other=organizations.find(each=>keys.get(nameOf2(each))!==each.secret);if(other)throw bad(`hex-organizations has two keys for ${nameOf2(other)}`,"Give each organization one key.")}__name(requireOneKeyEach,"requireOneKeyEach");var OF_REPOSITORY=["--public-key","--fetch-public-key","--auth-key"];function parseRepository(line){let[name="",url="",...more]=line.split(/\s+/).flatMap(word=>splitOption(word)),next="Write NAME URL, and then what it needs of --fetch-public-key SHA256:..., --public-key FILE and --auth-key KEY.";if(!/^[a-z0-9][a-z0-9_.-]*$/.test(name)||!/^https?:\/\/[^\s@]+$/.test(url))throw bad("hex-repositories has a line that does not begin with NAME URL",next);let names=more.filter((_,at)=>at%2===0);if(more.length%2!==0||names.some(option=>!OF_REPOSITORY.includes(option)))throw bad(`hex-repositories has something after the URL of ${name} that is no option with its value`,next);let keyAt=more.indexOf("--auth-key");return{task:["hex.repo","add",name,url,...more],secret:keyAt===-1?void 0:more[keyAt+1]}}__name(parseRepository,"parseRepository");function splitOption(word){let at=word.startsWith("--")?word.indexOf("="):-1;return at===-1?[word]:[word.slice(0,at),word.slice(at+1)]}__name(splitOption,"splitOption");function parseCredentials(line){let url=URL.canParse(line)?new URL(line):void 0;if(!(url&&["","/"].includes(url.pathname)&&url.search===""&&url.hash==="")||!["http:","https:"].includes(url.protocol)||url.username===""||url.password==="")throw bad("git-credentials has a line that is not https://USER:TOKEN@HOST","GitHub takes x-access-token for the user, GitLab oauth2. Signs such as @ and / in a token are written as %40 and %2F.");return{line:`${url.protocol}//${url.username}:${url.password}@${url.host}`,secret:decodeURIComponent(url.password)}}__name(parseCredentials,"parseCredentials");async function parseAgent(wanted,{SSH_AUTH_SOCK}){if(!wanted)return;let next='Start an agent and add the key before (`eval "$(ssh-agent)"`, `ssh-add`); in a workflow, an action for SSH agents does both.';if(SSH_AUTH_SOCK===void 0||SSH_AUTH_SOCK==="")throw bad("ssh-agent is set, and SSH_AUTH_SOCK is not",next);if((await stat(SSH_AUTH_SOCK).catch(()=>{}))?.isSocket())return SSH_AUTH_SOCK;throw bad(`ssh-agent is set, and SSH_AUTH_SOCK names ${SSH_AUTH_SOCK}, which is no socket`,next)}__name(parseAgent,"parseAgent");async function ownKnownHosts({HOME}){return HOME===void 0?[]:(await readFile(path_default2.join(HOME,".ssh/known_hosts"),"utf8").catch(()=>"")).split(/\r?\n/).filter(line=>line.trim()!=="")}__name(ownKnownHosts,"ownKnownHosts");function bad(what,next){return new MixReleaseError("bad-option",{what,next})}__name(bad,"bad");var builtin4=required("node:path"),path_default3=builtin4;var import_ignore=__toESM(require_ignore(),1);var REPOSITORY=/(?:^|\/)\.git(?:\/|$)/;function readExclusion(patterns){let options={ignorecase:!1},files=(0,import_ignore.default)(options).add([...patterns]),repository=(0,import_ignore.default)(options).add(patterns.filter(pattern=>REPOSITORY.test(pattern))),judge=__name((name,isDirectory)=>{let rules=REPOSITORY.test(name)?repository:files,{ignored,unignored}=rules.test(isDirectory?`${name}/`:name);return ignored?"excluded":unignored?"included":void 0},"judge"),wanted=patterns.flatMap(pattern=>/^!\/?(.+)/.exec(pattern)?.[1]??[]);return{judge,includesBelow:__name(directory=>wanted.some(name=>name.startsWith(`${directory}/`)),"includesBelow"),excludes:__name(file=>judge(file,!1)==="excluded","excludes")}}__name(readExclusion,"readExclusion");var NOTHING_EXCLUDED={judge:__name(()=>{},"judge"),includesBelow:__name(()=>!1,"includesBelow"),excludes:__name(()=>!1,"excludes")};function patternFor(name){return`/${name.replaceAll(/[\\*?[\]]/g,"\\$&").replace(/ $/,"\\ ")}`}__name(patternFor,"patternFor");var builtin5=required("node:fs/promises");var stat2=builtin5.stat;var builtin6=required("node:path"),path_default4=builtin6;var builtin7=required("node:fs/promises");var stat3=builtin7.stat;var builtin8=required("node:path"),path_default5=builtin8;async function readBuilderOptions(raw,checkout){let packages=parsePackages("packages",raw),dockerfile=await fileInCheckout("dockerfile",readOption("dockerfile",raw),checkout);if(dockerfile!==void 0&&packages.length>0)throw new MixReleaseError("bad-option",{what:"dockerfile and packages were both given",next:"Install the packages in that Dockerfile, and leave packages out."});return{packages,dockerfile,repository:parseRepository2(readOption("builder-repository",raw))}}__name(readBuilderOptions,"readBuilderOptions");async function fileInCheckout(name,text2,checkout){if(text2===void 0)return;let file=path_default5.resolve(checkout,text2),found=await stat3(file).catch(()=>{});if((relativeInside(checkout,file)??"")!==""&&found?.isFile())return file;let why=found===void 0?"does not exist":found.isFile()?"lies outside the checkout":"is not a file";throw new MixReleaseError("bad-option",{what:`${name} names ${text2}, which ${why}`,next:`Give ${name} the path of a file relative to the root of the checkout (${checkout}).`})}__name(fileInCheckout,"fileInCheckout");var PACKAGE=/^[a-z0-9][A-Za-z0-9+._:~=-]*(?<!-)(?:\([A-Za-z0-9._+:-]*\))*$/;function parsePackages(option,raw){let names=readOption(option,raw),bad5=names.find(name=>!PACKAGE.test(name));if(bad5===void 0)return[...new Set(names)];throw new MixReleaseError("bad-option",{what:`${option} has '${bad5}', which is not the name of a package`,next:"Give names as the package manager of the image knows them, such as libsqlite3-dev; options of the package manager are not accepted."})}__name(parsePackages,"parsePackages");function parseRepository2(text2){if(text2===void 0)return;let{tag,digest}=referenceOf("builder-repository",()=>parseReference(text2));if(tag===void 0&&digest===void 0)return text2;throw new MixReleaseError("bad-option",{what:`builder-repository is '${text2}', which names one image of a repository`,next:"Leave the tag out: builder images are tagged with a hash of their contents."})}__name(parseRepository2,"parseRepository");var HOOKS=["before-build","before-release"],OF_A_SHELL=/[;&|<>()$`"'*?=]/;function requireText(name,text2){if(text2.includes("\0"))throw new MixReleaseError("bad-option",{what:`${name} has a NUL character`,next:"A shell reads the commands: write them without it."})}__name(requireText,"requireText");async function readHook(name,raw,checkout){let text2=readOption(name,raw);if(text2===void 0)return;if(requireText(name,text2),/\s/.test(text2))return{text:text2.replaceAll(`\r
`,`
`)};if(!await stat2(path_default4.resolve(checkout,text2)).then(found=>found.isFile(),()=>!1)&&(!/[./]/.test(text2)||OF_A_SHELL.test(text2)))return{text:text2};let file=await fileInCheckout(name,text2,checkout);return file===void 0?void 0:{file}}__name(readHook,"readHook");function readExclude(raw,{checkout,project,hooks}){let patterns=readOption("exclude",raw),{excludes}=readExclusion(patterns),required2=[[path_default3.join(project,"mix.exs"),"without which there is no project"],...HOOKS.map(hook=>[hooks[hook]?.file,`which ${hook} runs`])];for(let[file,why]of required2){let name=file===void 0?void 0:relativeInside(checkout,file);if(!(name===void 0||!excludes(name)))throw new MixReleaseError("bad-option",{what:`exclude leaves out ${name}, ${why}`,next:`Give narrower patterns, or add the line !/${name}: the last one that matches decides, but nothing below an excluded directory comes back.`})}return patterns}__name(readExclude,"readExclude");function readArtifact(raw){return{name:readOption("artifact-name",raw),retentionDays:readOption("retention-days",raw),compressionLevel:readOption("compression-level",raw),overwrite:readOption("overwrite",raw)}}__name(readArtifact,"readArtifact");var builtin9=required("node:crypto");var X509Certificate=builtin9.X509Certificate;var builtin10=required("node:fs/promises");var readFile2=builtin10.readFile;var builtin11=required("node:path"),path_default6=builtin11;var CONVERT="openssl x509 -inform der -in FILE -out FILE.pem";async function readAuthorities(raw,checkout){let name=readOption("ca-certificates",raw);return name===void 0?[]:certificatesIn(name,await contentOf(name,path_default6.resolve(checkout,name)))}__name(readAuthorities,"readAuthorities");async function contentOf(name,file){try{return await readFile2(file)}catch(error){let code=systemErrorCode(error)??"",why={ENOENT:"does not exist",ENOTDIR:"does not exist",EISDIR:"is a directory"}[code];throw bad2(`names ${name}, which ${why??`cannot be read (${code})`}`,"Give the path of a PEM file, absolute or relative to the root of the checkout.")}}__name(contentOf,"contentOf");function certificatesIn(name,content){let text2=content.toString("latin1");if(/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text2))throw bad2(`names ${name}, which holds a private key`,"Give a file with the certificates alone: it becomes part of the builder image.");let blocks=text2.match(/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----[^]*?-----END \1CERTIFICATE-----/g)??[];if((text2.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/g)??[]).length>blocks.length)throw bad2(`names ${name}, in which a certificate has no end`,"Copy the file again, to its last line.");if(blocks.length===0)throw withoutCertificates(name,content);let certificates=blocks.map((block,at)=>{let found=certificateOf(block);if(found)return found.toString();throw bad2(`names ${name}, whose certificate ${String(at+1)} of ${String(blocks.length)} cannot be read`,"Look at it with openssl x509 -noout -text, and copy the file again.")});return[...new Set(certificates)]}__name(certificatesIn,"certificatesIn");function withoutCertificates(name,content){return content.length===0?bad2(`names ${name}, which is empty`,"Give a PEM file with one or several certificates."):certificateOf(content)?bad2(`names ${name}, which is in DER form`,`Convert it to PEM: ${CONVERT}`):bad2(`names ${name}, which holds no certificate`,"Give a PEM file: its certificates begin with -----BEGIN CERTIFICATE-----.")}__name(withoutCertificates,"withoutCertificates");function certificateOf(content){try{return new X509Certificate(content)}catch{return}}__name(certificateOf,"certificateOf");function bad2(what,next){return new MixReleaseError("bad-option",{what:`ca-certificates ${what}`,next})}__name(bad2,"bad");var builtin12=required("node:net");var isIP=builtin12.isIP;var builtin13=required("node:path"),path_default7=builtin13;var NAMES={"--memory":"memory","-m":"memory","--cpus":"cpus","--network":"network","--net":"network","--add-host":"add-host","--volume":"volume","-v":"volume","--mount":"volume"},READERS={memory:readMemory,cpus:readCpus,network:readNetwork,"add-host":readHost,volume:readMount};function readContainerOptions(lines){let given={memory:[],cpus:[],network:[],"add-host":[],volume:[]},words=lines.flatMap(line=>line.split(/\s+/)).filter(word=>word!=="");for(let at=0;at<words.length;at+=1){let[,flag="",after]=/^([^=]*)(?:=([^]*))?$/.exec(words[at]??"")??[],name=NAMES[flag];if(name===void 0)throw unknown2(flag);let value=after??words[at+=1];if(value===void 0||value===""||NAMES[value]!==void 0)throw bad3(`--${name} has no value`,`Write --${name} VALUE.`);given[name].push(value)}return{memory:only("memory",given.memory.map(READERS.memory)),cpus:only("cpus",given.cpus.map(READERS.cpus)),network:only("network",given.network.map(READERS.network)),hosts:hostsOf(given["add-host"].map(READERS["add-host"])),mounts:mountsOf(given.volume.map(READERS.volume))}}__name(readContainerOptions,"readContainerOptions");var UNITS={b:1,k:2**10,m:2**20,g:2**30},LEAST_MEMORY=6*2**20;function readMemory(text2){let[,amount,unit="b"]=/^(\d+(?:\.\d+)?)([bkmg])?b?$/i.exec(text2)??[],bytes=amount===void 0?0:Math.floor(Number(amount)*(UNITS[unit.toLowerCase()]??1));if(bytes>=LEAST_MEMORY&&Number.isSafeInteger(bytes))return bytes;throw bad3(`--memory is '${text2}'`,"It takes an amount of at least 6m, such as 512m or 4g.")}__name(readMemory,"readMemory");function readCpus(text2){let count=/^\d+(?:\.\d+)?$/.test(text2)?Number(text2):0;if(count>=.01&&count<=4096)return count;throw bad3(`--cpus is '${text2}'`,"It takes a number of processors from 0.01 on, such as 2 or 1.5.")}__name(readCpus,"readCpus");function readNetwork(text2){if(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(text2))return text2;throw bad3(`--network is '${text2}'`,"It takes host, bridge, none, or the name of a network of the engine.")}__name(readNetwork,"readNetwork");function readHost(text2){let[,name="",address=""]=/^([^:=]+)[:=](.+)$/.exec(text2)??[],bare=address.replace(/^\[(.*)\]$/,"$1");if(/^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/.test(name)&&(bare==="host-gateway"||isIP(bare)!==0))return`${name}:${bare}`;throw bad3(`--add-host is '${text2}'`,"It takes NAME:ADDRESS, such as hex.example:10.0.0.5 or hex.example:host-gateway.")}__name(readHost,"readHost");var TAKEN=["/build","/opt/mix-release","/proc","/sys","/dev"];function readMount(text2){let[source="",target="",mode,...more]=text2.split(":"),next="It takes HOST:CONTAINER or HOST:CONTAINER:rw, two absolute paths; that of the host is one of the machine that the engine runs on.";if(!path_default7.posix.isAbsolute(source)||!path_default7.posix.isAbsolute(target)||more.length>0)throw bad3(`--volume is '${text2}'`,next);if(mode!==void 0&&mode!=="ro"&&mode!=="rw")throw bad3(`--volume ${text2} has the mode '${mode}'`,next);let place=withoutSlash(path_default7.posix.normalize(target)),clash=TAKEN.find(taken=>within(taken,place)||within(place,taken));if(clash!==void 0)throw bad3(`--volume ${text2} covers ${clash}, which the build needs`,"Mount it elsewhere, such as below /mnt.");return{source:withoutSlash(path_default7.posix.normalize(source)),target:place,writable:mode==="rw"}}__name(readMount,"readMount");var withoutSlash=__name(name=>name==="/"?name:name.replace(/\/+$/,""),"withoutSlash"),within=__name((name,directory)=>directory==="/"||name===directory||name.startsWith(`${directory}/`),"within");function only(name,values){let[first,...more]=[...new Set(values)];if(more.length>0)throw bad3(`--${name} is given twice, with different values`,`Give --${name} one value.`);return first}__name(only,"only");function hostsOf(hosts){let all=[...new Set(hosts)],names=all.map(host=>host.slice(0,host.indexOf(":"))),twice=names.find((name,at)=>names.indexOf(name)!==at);if(twice!==void 0)throw bad3(`--add-host gives ${twice} two addresses`,"Give each name one address.");return all}__name(hostsOf,"hostsOf");function mountsOf(mounts){let all=[...new Map(mounts.map(mount=>[JSON.stringify(mount),mount])).values()],twice=all.find(({target},at)=>all.findIndex(each=>each.target===target)!==at);if(twice!==void 0)throw bad3(`--volume names ${twice.target} twice`,"Mount one thing at each place, in one mode.");return all}__name(mountsOf,"mountsOf");function unknown2(word){let known=["--memory","--cpus","--network","--add-host","--volume"].join(", ");return word.startsWith("-")?bad3(`it has ${word}, which is not among its options`,`It takes ${known}.`):bad3(`'${word}' is not an option`,`It takes ${known}, each with a value.`)}__name(unknown2,"unknown");function bad3(what,next){return new MixReleaseError("bad-option",{what:`container-options: ${what}`,next})}__name(bad3,"bad");var builtin14=required("node:fs/promises");var stat4=builtin14.stat;var builtin15=required("node:path"),path_default8=builtin15;async function requireDirectory(directory){let found=await stat4(directory).catch(()=>{});if(!found?.isDirectory())throw new MixReleaseError("directory-not-found",{what:found?`${directory} is not a directory`:`${directory} does not exist`,next:"Name the directory of the checkout; in a workflow, run actions/checkout before this step."})}__name(requireDirectory,"requireDirectory");async function requireProject(project,checkout){if(relativeInside(checkout,project)===void 0)throw new MixReleaseError("bad-option",{what:`working-directory ${project} lies outside the checkout ${checkout}`,next:"Give a directory inside the checkout, relative to its root."});if(await requireDirectory(project),!(await stat4(path_default8.join(project,"mix.exs")).catch(()=>{}))?.isFile())throw new MixReleaseError("mix-project-not-found",{what:`there is no mix.exs in ${project}`,next:"Point working-directory at the directory that holds mix.exs."})}__name(requireProject,"requireProject");function parseReleaseNames(names){let bad5=names.find(name=>!/^[a-z][A-Za-z0-9_]*$/.test(name));if(bad5!==void 0)throw new MixReleaseError("bad-option",{what:`release '${bad5}' is not a release name`,next:"Mix allows a lowercase letter followed by letters, digits and underscores."});return[...new Set(names)]}__name(parseReleaseNames,"parseReleaseNames");function parseMixEnv(mixEnv){if(/^[A-Za-z_][A-Za-z0-9_]*$/.test(mixEnv))return mixEnv;throw new MixReleaseError("bad-option",{what:`mix-env '${mixEnv}' is not a Mix environment`,next:"Use a word such as prod, staging or test."})}__name(parseMixEnv,"parseMixEnv");function parseSourceDate(text2){if(!(text2===void 0||text2==="")){if(/^\d{1,11}$/.test(text2))return new Date(Number(text2)*1e3);throw new MixReleaseError("bad-option",{what:`SOURCE_DATE_EPOCH is '${text2}'`,next:"It takes whole seconds since 1970, as `git log -1 --format=%ct` prints them."})}}__name(parseSourceDate,"parseSourceDate");var NAME=/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,TAKEN2=new Set(["localhost","sealed"]),WORD=/(?:[^\s'"]|'[^']*'|"[^"]*")+/g;function parseServices(raw,surroundings){let services=parseLines(raw["smoke-services"]).map(line=>parseService(line,surroundings)),names=services.map(({name})=>name),twice=names.find((name,at)=>names.indexOf(name)!==at);if(twice!==void 0)throw bad4(`names ${twice} twice`,"Give each service a different name.");return services}__name(parseServices,"parseServices");function parseService(line,surroundings){let words=line.match(WORD)??[],shown=line.split("=")[0]??"";if(line.replace(WORD,"").trim()!=="")throw bad4(`has a line with a quote that does not end: '${shown}'`,"End it with the same quote.");let[name="",image,...variables]=words;if(!NAME.test(name)||TAKEN2.has(name))throw bad4(`has a service '${name}'`,"A line is NAME IMAGE [VARIABLE=VALUE ...]. The name is a host name: lowercase letters, digits and hyphens, such as db.");if(image===void 0||image.includes("="))throw bad4(`has no image for ${name}`,"A line is NAME IMAGE [VARIABLE=VALUE ...], such as: db postgres:17.");return{name,image:parseImage("smoke-services",image),env:Object.fromEntries(variables.map(text2=>variableOf(name,text2,surroundings)))}}__name(parseService,"parseService");function variableOf(service,text2,surroundings){let[,variable,written]=/^([A-Za-z_][A-Za-z0-9_]*)(?:=([^]*))?$/.exec(text2)??[];if(variable===void 0)throw bad4(`has '${text2.split("=")[0]??""}' for ${service}, which is no variable`,"Behind the image come VARIABLE=VALUE, separated by spaces; put a value with spaces in quotes.");let given=written?.replaceAll(/'([^']*)'|"([^"]*)"/g,(_,single,double)=>single??double??"")??surroundings[variable];if(given!==void 0)return[variable,given];throw bad4(`names ${variable} for ${service}, which is not set here`,`Set ${variable} for this step, or give its value: ${variable}=VALUE.`)}__name(variableOf,"variableOf");function bad4(what,next){return new MixReleaseError("bad-option",{what:`smoke-services ${what}`,next})}__name(bad4,"bad");async function readSmokeOptions(raw,checkout,surroundings){let asked=readOption("smoke-test",raw),test=asked??"boot",image=readOption("runtime-image",raw),packages=parsePackages("runtime-packages",raw),options={env:parseEnv("smoke-env",raw["smoke-env"],surroundings),timeout:readOption("smoke-timeout",raw),image:image===void 0?void 0:parseImage("runtime-image",image),packages,services:parseServices(raw,surroundings),writable:readOption("smoke-writable",raw),isAsked:asked!==void 0};if(test==="off"){requireNoUse("smoke-services",options.services.length>0),requireNoUse("smoke-writable",options.writable);return}return typeof test=="string"?{...options,test}:{...options,test:{script:await scriptIn(test.other,checkout)}}}__name(readSmokeOptions,"readSmokeOptions");function requireNoUse(option,given){if(given)throw new MixReleaseError("bad-option",{what:`${option} is for the smoke test, and smoke-test is off`,next:"Leave one of the two out."})}__name(requireNoUse,"requireNoUse");async function scriptIn(text2,checkout){try{return await fileInCheckout("smoke-test",text2,checkout)??text2}catch(error){throw error instanceof MixReleaseError?new MixReleaseError("bad-option",{what:`smoke-test is '${text2}', which is neither ${wordList(rowOf("smoke-test").choices,"nor")}: ${error.message}`,next:error.next}):error}}__name(scriptIn,"scriptIn");var builtin16=required("node:fs/promises");var readFile3=builtin16.readFile;var builtin17=required("node:path"),path_default9=builtin17;var builtin18=required("node:fs/promises");var lstat=builtin18.lstat,readFile4=builtin18.readFile;var builtin19=required("node:path"),path_default10=builtin19;var builtin20=required("node:fs/promises");var readFile5=builtin20.readFile;async function readGitInfo(root){try{let[copy,time]=await Promise.all([readWorkingCopy(root),commitTime(root)]);return{...copy,commitTime:time}}catch(error){return unavailable(error)}}__name(readGitInfo,"readGitInfo");function unavailable(error){if(systemErrorCode(error)==="ENOENT")return{reason:"git is not installed here"};let[,missing]=/not a git repository: (.+)/i.exec(messageOf(error))??[];return missing!==void 0?{reason:`.git names a repository that is not here, ${missing.trim()}`}:/not a git repository/i.test(messageOf(error))?{reason:"the sources are not a git checkout"}:{reason:`git cannot read the checkout: ${messageOf(error).trim()}`}}__name(unavailable,"unavailable");async function readWorkingCopy(root){let[ignored,tracked]=await Promise.all([git(root,["ls-files","-z","--others","--ignored","--exclude-standard","--directory"]),git(root,["ls-files","-z"])]),found=tracked.filter(name=>name.includes("deps/")).flatMap(name=>[...name.matchAll(/(?<=^|\/)deps\/(?=([^/]+))/g)].map(({index,1:inside=""})=>{let directory=`${name.slice(0,index)}deps/`;return{directory,inside:`${directory}${inside}`}}));return{ignored:new Set(ignored),tracked,trackedDeps:new Set(found.map(({directory})=>directory)),trackedInDeps:new Set(found.map(({inside})=>inside))}}__name(readWorkingCopy,"readWorkingCopy");async function isShallow(root){let[answer=""]=await git(root,["rev-parse","--is-shallow-repository"]);return answer.trim()==="true"}__name(isShallow,"isShallow");async function hasReachableTag(root){return(await git(root,["for-each-ref","--count=1","--merged=HEAD","--format=%(refname)","refs/tags"])).join("").trim()!==""}__name(hasReachableTag,"hasReachableTag");async function commitTime(root){try{let[header=""]=(await git(root,["cat-file","commit","HEAD"])).join("").split(`

`),seconds=/^committer .* (\d+) [+-]\d+$/m.exec(header)?.[1];return seconds===void 0?void 0:new Date(Number(seconds)*1e3)}catch(error){if(/not a valid object name HEAD/i.test(messageOf(error)))return;throw error}}__name(commitTime,"commitTime");async function tagsOf(root){try{return(await git(root,["for-each-ref","--points-at","HEAD","--format=%(refname:strip=2)","refs/tags"])).join("").split(`
`).filter(name=>name!=="")}catch(error){return/malformed object name/i.test(messageOf(error))?{reason:"the repository has no commit yet"}:unavailable(error)}}__name(tagsOf,"tagsOf");async function listGitFiles(directory){try{return await git(directory,["ls-files","-z","--cached","--others","--exclude-standard"])}catch(error){if(systemErrorCode(error)==="ENOENT"||/not a git repository/i.test(messageOf(error)))return;throw error}}__name(listGitFiles,"listGitFiles");async function readConfig(file){return(await git("/",["config","--file",file,"--list","-z","--no-includes"]).catch(error=>{throw new MixReleaseError("sources-unreadable",{what:`git cannot read its configuration ${file}: ${messageOf(error).trim()}`,next:"Fix or remove the file. It is not sent, because its credentials cannot be removed.",cause:error})})).map(entry=>{let end=entry.indexOf(`
`);return end<0?{key:entry,value:void 0}:{key:entry.slice(0,end),value:entry.slice(end+1)}})}__name(readConfig,"readConfig");var COMPLETE="give actions/checkout fetch-depth: 0, or run git fetch --unshallow --tags",NO_TAG=/fatal: No (?:names found|tags can describe)|fatal: cannot describe|No names found, cannot describe/;async function historyNotes(checkout,{sent,shallow},files,texts){if(sent&&!shallow)return[];let read=files.map(file=>readFile5(onDisk(file),"utf8").catch(()=>"")),text2=withoutComments([...texts,...await Promise.all(read)].join(`
`));if(!/\bgit\b/.test(text2)||!/\b(?:describe|rev-list|rev-parse|shortlog|git log)\b|"log"/.test(text2))return[];if(!sent)return["mix.exs or a hook asks git, which finds no repository in the builder: .git has to lie in the root of the checkout, and exclude must not name it"];let counts=/\brev-list\b|\bshortlog\b/.test(text2);return/\bdescribe\b/.test(text2)&&!await hasReachableTag(checkout).catch(()=>!0)?[`the checkout is shallow, and git describe finds no tag in it: ${COMPLETE}`]:counts?[`the checkout is shallow, and its commits are counted: ${COMPLETE}`]:[]}__name(historyNotes,"historyNotes");function withoutComments(text2){return text2.replaceAll(/(?:^|\s)#(?!\{).*$/gm,"")}__name(withoutComments,"withoutComments");function historyAdvice(output,shallow){return!shallow||!output.some(line=>NO_TAG.test(line))?"":`The checkout is shallow, and git found no tag in it: ${COMPLETE}.`}__name(historyAdvice,"historyAdvice");var ASKS_GIT=/"git"|'git'|\bgit (?:-C|describe|log|rev-parse|rev-list|show|status|tag|shortlog|diff|diff-index|ls-files)\b|["'( /]\.git\/(?!\w+\.git)/,NAMES_ABOVE=/"((?:\.\.\/)+[^"\n#]*|(?:\.\.\/)*\.\.)"|\bin_umbrella:\s*true/g,RUNS=/(?:^|\/)(?:mix\.exs|Makefile|[^/]+\.(?:ex|exs|eex|sh|mk))$/,TESTS=/(?:^|\/)(?:test|deps|node_modules)\//;async function repositoryAbove(directory,project,hooks){let root=await rootAbove(directory);if(root===void 0)return;let tracked=await git(directory,["ls-files","-z"]).catch(()=>[]),mixfile=relativeInside(directory,path_default10.join(project,"mix.exs"))??"";if(!tracked.includes(mixfile))return;let above=namedAbove(withoutComments(await textOf(path_default10.join(directory,mixfile))),project,directory,root);if(above!==void 0)return{root,reason:`${mixfile} names ${above}`};if(hooks.some(text2=>ASKS_GIT.test(withoutComments(text2))))return{root,reason:"a hook asks git"};for(let name of tracked.filter(each=>RUNS.test(each)&&!TESTS.test(each)))if(ASKS_GIT.test(withoutComments(await textOf(path_default10.join(directory,name)))))return{root,reason:`${name} asks git`}}__name(repositoryAbove,"repositoryAbove");async function rootAbove(directory){if(!await hasRepository(directory)){for(let above=path_default10.dirname(directory);above!==path_default10.dirname(above);above=path_default10.dirname(above))if(await hasRepository(above))return above}}__name(rootAbove,"rootAbove");async function hasRepository(directory){return lstat(onDisk(path_default10.join(directory,".git"))).then(()=>!0,()=>!1)}__name(hasRepository,"hasRepository");function namedAbove(text2,project,directory,root){for(let[,name=".."]of text2.matchAll(NAMES_ABOVE)){let target=path_default10.resolve(project,name);if(relativeInside(directory,target)===void 0&&relativeInside(root,target)!==void 0)return name}}__name(namedAbove,"namedAbove");async function textOf(file){return readFile4(onDisk(file),"utf8").catch(()=>"")}__name(textOf,"textOf");async function wideCheckout(directory,project,hooks){let texts=hooks.map(async hook=>hook?.text??(hook?.file===void 0?"":readFile3(hook.file,"utf8"))),above=await repositoryAbove(directory,project,await Promise.all(texts));if(above===void 0)return{checkout:directory,reason:void 0,patterns:__name(given=>given,"patterns"),image:__name(given=>given,"image")};let{root,reason}=above,inside=relativeInside(root,directory)??"";return{checkout:root,reason,patterns:__name(given=>given.map(each=>patternBelow(inside,each)),"patterns"),image:__name(given=>{let{file}=given.versions;return file===void 0?given:{...given,versions:{...given.versions,file:path_default9.relative(root,path_default9.resolve(directory,file))}}},"image")}}__name(wideCheckout,"wideCheckout");function patternBelow(directory,pattern){let[,negation="",rest=""]=/^(!?)(.*)$/s.exec(pattern)??[];if(rest.trim()===""||pattern.startsWith("#")||/(?:^|\/)\.git(?:\/|$)/.test(rest))return pattern;let hasPlace=rest.replace(/\/\s*$/,"").includes("/");return`${negation}${patternFor(directory)}/${hasPlace?"":"**/"}${rest.replace(/^\//,"")}`}__name(patternBelow,"patternBelow");async function readRequests(raw,from){let[first,...others]=targetsOf(readOption("target",raw));requireKnownPatterns(raw);let own=rawFor(raw,first.target);requireNoContradiction(own);let place=await readPlace(own,from),requests=[await readRequest(first,raw,place,from)];for(let target of others)requests.push(await readRequest(target,raw,place,from));return requireImagesApart(requests),requests}__name(readRequests,"readRequests");function requireImagesApart(requests){for(let{image,target}of requests){let other=requests.find(each=>each.image.named===image.named&&each.target.libc!==target.libc);if(!(image.named===void 0||other===void 0))throw new MixReleaseError("bad-option",{what:`image names ${image.named} for ${target.triple} and for ${other.target.triple}, whose C libraries differ`,next:"Write a line for each C library: *-gnu => REF and *-musl => REF."})}}__name(requireImagesApart,"requireImagesApart");function targetsOf(names){let named=names.map(name=>({target:findTarget(name),name})),[first,...others]=named.filter(({target},at)=>named.findIndex(each=>each.target===target)===at);if(first!==void 0)return[first,...others];throw new MixReleaseError("bad-option",{what:"no target was given",next:"Name the machine that the release will run on: target: x86_64-unknown-linux-gnu (--target on the command line, or a line of mix-release.toml)."})}__name(targetsOf,"targetsOf");async function readPlace(raw,from){let checkout=path_default.resolve(from.cwd,from.checkout);await requireDirectory(checkout);let project=path_default.resolve(checkout,readOption("working-directory",raw));await requireProject(project,checkout);let hooks={"before-build":await readHook("before-build",raw,checkout),"before-release":await readHook("before-release",raw,checkout)};return{checkout,project,hooks,wide:await wideCheckout(checkout,project,Object.values(hooks))}}__name(readPlace,"readPlace");async function readRequest({target,name},all,{checkout,project,hooks,wide},from){let raw=rawFor(all,target);requireNoContradiction(raw);let output=readOption("output",raw),report=readOption("report",raw),env=parseEnv("env",raw.env,from.env),container=readContainerOptions(readOption("container-options",raw)),cache=readOption("cache",raw),twin=await readTwinOptions(target,all,checkout,from);return{target,targetInput:name,checkout:wide.checkout,wideReason:wide.reason,project,exclude:wide.patterns(readExclude(raw,{checkout,project,hooks})),releases:parseReleaseNames(readOption("release",raw)),releaseArgs:readReleaseArgs(readOption("release-args",raw)),mixEnv:parseMixEnv(readOption("mix-env",raw)),versionCheck:readOption("version-check",raw),image:wide.image(readImageRequest(raw,target)),builder:await readBuilderOptions(raw,checkout),authorities:await readAuthorities(raw,checkout),container,beforeBuild:hooks["before-build"],beforeRelease:hooks["before-release"],ofTwin:twin&&{...twin,image:wide.image(twin.image)},method:readOption("method",raw),env,smoke:await readSmokeOptions(raw,checkout,from.env),checkLocked:readOption("check-locked",raw),access:await readDepsAccess(raw,from.env),output:output===void 0?path_default.join(project,"_build","mix-release"):path_default.resolve(from.cwd,output),audit:readAuditOfBuild(raw),sbom:readOption("sbom",raw),sourceDate:parseSourceDate(env.SOURCE_DATE_EPOCH??from.env.SOURCE_DATE_EPOCH),format:readOption("format",raw),cookie:readOption("cookie",raw),keepModes:readOption("keep-modes",raw),cache:container.mounts.length>0&&cache==="true"?"deps":cache,cacheKeySuffix:readOption("cache-key-suffix",raw),depsPartitions:readOption("deps-partitions",raw),artifact:readOption("artifact",raw)?readArtifact(raw):void 0,summary:readOption("summary",raw),report:report===void 0?void 0:path_default.resolve(from.cwd,report)}}__name(readRequest,"readRequest");async function readTwinOptions(target,all,checkout,from){let twin=TARGETS.find(({libc,architecture})=>libc===target.libc&&architecture!==target.architecture),method=readOption("method",all);if(twin===void 0||method==="native"||method==="emulate")return;let[raw,own]=[rawForTwin(all,target,twin),rawFor(all,target)];if(!OPTIONS.every(({name})=>JSON.stringify(raw[name]??"")===JSON.stringify(own[name]??"")))return{image:readImageRequest(raw,twin),builder:await readBuilderOptions(raw,checkout),env:parseEnv("env",raw.env,from.env)}}__name(readTwinOptions,"readTwinOptions");var builtin21=required("node:timers/promises");var setTimeout2=builtin21.setTimeout;var FAILED=[/\bRequest failed \((?!4(?!08|29)\d\d\))/,/\{:failed_connect,|:socket_closed_remotely\b/,/[\s({,]:(?:timeout|nxdomain|etimedout|econnreset|econnrefused|econnaborted|ehostunreach|enetunreach)\b/,/(?:HTTP status code:|bad_status_code,|returned error:|error: RPC failed; HTTP) ?(?:5\d\d|408|429)\b/,/Could not resolve (?:host|proxy)|Temporary failure (?:in name resolution|resolving)|Name or service not known/i,/\bConnection (?:timed out|reset by peer|refused)|Operation timed out|Failed to connect to \S+ port/i,/Could not connect to \S+|Unable to connect to \S+|Connection failed \[IP/,/RPC failed; curl|early EOF|unexpected disconnect while reading/,/temporary error \(try again later\)|network error \(check Internet|DNS: (?:transient|lookup) error/i,/\b(?:EAI_AGAIN|ETIMEDOUT|ECONNRESET|ENETUNREACH|EHOSTUNREACH)\b/],FINAL=[/checksum mismatch|does not match the given SHA/i,/tls_alert|unknown_ca|self[- ]signed certificate|unable to get local issuer|SSL certificate problem/i,/certificate (?:verif|has expired|is not trusted|signed by)/i,/(?:Request failed \(|HTTP status code: |bad_status_code, |returned error: )4(?!08|29)\d\d\b/,/Authentication failed|Permission denied|Host key verification failed|Repository not found|\(40[134]\)/i];function networkFailure(output){let matches2=__name((line,patterns)=>patterns.some(each=>each.test(line)),"matches"),decisive=output.findLast(line=>matches2(line,FINAL)||matches2(line,FAILED));return decisive===void 0||matches2(decisive,FINAL)?void 0:decisive.trim()}__name(networkFailure,"networkFailure");var WAITS=[2e3,6e3],sleepReally=__name(async(milliseconds,signal)=>{await setTimeout2(milliseconds,void 0,{signal})},"sleepReally");async function inAttempts(title,action,context){let{signal,note,sleep=sleepReally,repeatable}=context;for(let attempt=1;;attempt+=1)try{return await action()}catch(error){let wait=WAITS[attempt-1],line=error instanceof MixReleaseError?networkFailure(error.output):void 0;if(wait===void 0||line===void 0||signal.aborted||repeatable&&!await repeatable())throw error;let[seconds,next,all]=[wait/1e3,attempt+1,WAITS.length+1].map(String);note(`${title}: the network failed (${line}): attempt ${next??""} of ${all??""} in ${seconds??""} s`),await sleep(wait,signal)}}__name(inAttempts,"inAttempts");var authorities_default=`# Makes an image trust the certificates of a company's own authority, whoever fetches in it: on the base image, so that
# the tools can be installed, and again on what came of that, because it may have brought the system's own authorities.
ARG BASE
FROM \${BASE}

LABEL mix-release.kind="builder"
USER root

COPY authorities/ /usr/local/share/ca-certificates/

# "yes" where nothing comes on top that could bring the system's own authorities.
ARG LAST=""

# The system's store is what Erlang, wget and others read. The programs of the system add to it; without one of them, the
# file itself is added to. authorities.pem has all authorities, the system's and these, for those that take a path.
RUN set -eu; \\
    cd /usr/local/share/ca-certificates; \\
    if command -v update-ca-certificates >/dev/null; then \\
      update-ca-certificates >/dev/null; \\
    elif command -v update-ca-trust >/dev/null; then \\
      cp mix-release-*.crt /etc/pki/ca-trust/source/anchors/; \\
      update-ca-trust; \\
    fi; \\
    store=""; \\
    for file in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem; do \\
      if [ -z "$store" ] && [ -s "$file" ]; then store=$file; fi; \\
    done; \\
    if [ -z "$store" ] && [ -n "$LAST" ]; then \\
      store=/etc/ssl/certs/ca-certificates.crt; \\
      mkdir -p /etc/ssl/certs; \\
      : >"$store"; \\
    fi; \\
    for file in mix-release-*.crt; do \\
      if [ -n "$store" ] && ! grep -qF -e "$(tail -n 3 "$file" | head -n 1)" "$store"; then cat "$file" >>"$store"; fi; \\
    done; \\
    mkdir -p /opt/mix-release; \\
    if [ -n "$store" ]; then \\
      ln -sf "$store" /opt/mix-release/authorities.pem; \\
    else \\
      cat mix-release-*.crt >/opt/mix-release/authorities.pem; \\
    fi; \\
    if [ -d /etc/apt/apt.conf.d ]; then \\
      echo 'Acquire::https::CAInfo "/opt/mix-release/authorities.pem";' >/etc/apt/apt.conf.d/90mix-release; \\
    fi

ENV SSL_CERT_FILE=/opt/mix-release/authorities.pem \\
    CURL_CA_BUNDLE=/opt/mix-release/authorities.pem \\
    HEX_CACERTS_PATH=/opt/mix-release/authorities.pem \\
    ELIXIR_MAKE_CACERT=/opt/mix-release/authorities.pem \\
    GIT_SSL_CAINFO=/opt/mix-release/authorities.pem \\
    NODE_EXTRA_CA_CERTS=/opt/mix-release/authorities.pem \\
    CARGO_HTTP_CAINFO=/opt/mix-release/authorities.pem \\
    PIP_CERT=/opt/mix-release/authorities.pem \\
    REQUESTS_CA_BUNDLE=/opt/mix-release/authorities.pem
`;function authoritiesRecipe(authorities){return authorities.length===0?[]:[authorities_default,...authorities]}__name(authoritiesRecipe,"authoritiesRecipe");function authoritiesBuild(base,{authorities,platform,last}){let files=authorities.map((text2,at)=>({path:`authorities/mix-release-${String(at+1)}.crt`,text:text2}));return{title:"dockerfiles/authorities.Dockerfile",context:packFiles([{path:"Dockerfile",text:authorities_default},...files]),dockerfile:"Dockerfile",platform,args:{BASE:base,...last&&{LAST:"yes"}},next:"See the output above. Without ca-certificates, this step is left out."}}__name(authoritiesBuild,"authoritiesBuild");var MIRROR_VARIABLES=["HEX_MIRROR","HEX_MIRROR_URL","HEX_TRUSTED_MIRROR","HEX_TRUSTED_MIRROR_URL","HEX_BUILDS_URL","HEX_API_URL","HEX_HTTP_TIMEOUT","HEX_HTTP_CONCURRENCY","NPM_CONFIG_REGISTRY","npm_config_registry","YARN_NPM_REGISTRY_SERVER","NODEJS_ORG_MIRROR","CARGO_REGISTRIES_CRATES_IO_PROTOCOL","CARGO_REGISTRY_DEFAULT","RUSTUP_DIST_SERVER","RUSTUP_UPDATE_ROOT","PIP_INDEX_URL","GOPROXY"],CARGO_INDEX=/^CARGO_REGISTRIES_[A-Z0-9_]+_INDEX$/;function mirrorsOf(env){let names=[...MIRROR_VARIABLES,...Object.keys(env).filter(name=>CARGO_INDEX.test(name))];return Object.fromEntries(names.flatMap(name=>{let value=env[name];return value===void 0||value===""?[]:[[name,value]]}))}__name(mirrorsOf,"mirrorsOf");function mirrorArguments(mirrors,declared){let wanted=Object.entries(mirrors).filter(([name])=>declared.includes(name));return{args:Object.fromEntries(wanted.filter(([,value])=>!hasPassword(value))),withheld:wanted.filter(([,value])=>hasPassword(value)).map(([name])=>name)}}__name(mirrorArguments,"mirrorArguments");function declaredArguments(dockerfile){return(dockerfile.replaceAll(/\\\r?\n/g," ").match(/^[ \t]*ARG[ \t].*$/gim)??[]).flatMap(line=>line.trim().split(/\s+/).slice(1)).map(word=>word.replace(/=[^]*$/,""))}__name(declaredArguments,"declaredArguments");function hasPassword(value){return value.split(/[,|\s]+/).some(url=>/^(?:[a-z+]+:)?\/\/[^/@\s]*@/i.test(url))}__name(hasPassword,"hasPassword");var builtin22=required("node:stream/promises");var finished=builtin22.finished;var builtin23=required("node:util");var stripVTControlCharacters=builtin23.stripVTControlCharacters;function packageSystemOf({packageManager}){return packageManager==="apk"?"alpine":"debian"}__name(packageSystemOf,"packageSystemOf");function firstGroup(found){return found.slice(1).find(Boolean)??""}__name(firstGroup,"firstGroup");var IMAGES=[{name:"no-such-package",find:/E: Unable to locate package (\S+)|E: Package '([^']+)' has no installation candidate|^\s*(\S+) \(no such package\)|No match for argument: (\S+)|E: Version '[^']*' for '([^']+)' was not found/m,explain:__name(found=>({subject:firstGroup(found),why:`the system of the image has no package ${firstGroup(found)}`,next:"Look up its name for that system and release: names differ between Debian, Ubuntu and Alpine."}),"explain")},{name:"system-past-its-end",find:/The repository '([^']+)' (?:does not have|no longer has) a Release file|The repository '([^']+)' is no longer signed/,explain:__name(found=>({subject:firstGroup(found),why:`the packages of that system have left the mirrors (${firstGroup(found)})`,next:"Use a newer system (os, or glibc for the oldest one that will do), or an image that has what the build needs: dockerfile."}),"explain")},{name:"other-processor",find:/exec \S*\/sh: exec format error|standard_init_linux\.go:\d+: exec user process caused[^\n]*exec format error/i,explain:__name(()=>({subject:"",why:"the image's programs are for another processor than the engine's",next:"Use an image for the platform of the target, or set method: emulate."}),"explain")},{name:"not-in-context",find:/(?:COPY|ADD) failed: [^\n]*?(?:stat |")([^\s":]+)"?: (?:file )?(?:does not exist|no such file or directory|not found)|failed to compute cache key: [^\n]*"([^"]+)": not found|COPY failed: file not found in build context or excluded by \.dockerignore: stat ([^\s:]+)/,explain:__name(found=>({subject:firstGroup(found),why:`the Dockerfile copies ${firstGroup(found)}, which is not in its context`,next:"The context is the directory of the Dockerfile without what git ignores."}),"explain")},{name:"buildkit",find:/the --(?:mount|security|network|link|chmod|checksum|parents|exclude) option requires BuildKit|Unknown flag: (?:mount|link|parents|exclude)|unknown instruction: (?:EOF|<<)/i,explain:__name(()=>({subject:"BuildKit",why:"the Dockerfile uses features that only BuildKit has",next:"Install the plugin buildx of the docker command, or write it without RUN --mount and here-documents."}),"explain")}];var CERTIFICATES=new RegExp([String.raw`tls_alert,\s*\{?:?unknown_ca|:?tls_alert,\s*["']unknown ca|Fatal error: unknown ca|Fatal - Unknown CA|:selfsigned_peer|\{bad_cert,\s*\w+\}|:bad_cert`,String.raw`server certificate verification failed|SSL certificate problem|SSL: no alternative certificate|self[- ]signed certificate|unable to get local issuer certificate|SSL peer certificate or SSH remote key was not OK`,String.raw`SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE`,String.raw`CERTIFICATE_VERIFY_FAILED|certificate signed by unknown authority|cannot verify \S+ certificate|certificate (?:of \S+ )?is (?:NOT|not) trusted|doesn't have a known issuer|problem confirming the ssl certificate|server certificate not trusted|invalid peer certificate: UnknownIssuer`].join("|")),NO_HOST=new RegExp([String.raw`Could not resolve host(?:name)?:? '?([\w.-]+)`,String.raw`Could not resolve '([\w.-]+)'`,String.raw`Temporary failure resolving '([\w.-]+)'`,String.raw`getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)`,String.raw`Failed to connect to ([\w.-]+) port \d+`,String.raw`connect to host ([\w.-]+) port \d+: (?:Connection (?:refused|timed out)|Network is unreachable)`,String.raw`to_address,\s*\{~?c?["']([\w.-]+)["'],\s*\d+\}\}[^\n]*?(?:nxdomain|econnrefused|etimedout|timeout|ehostunreach|enetunreach)`,String.raw`unable to resolve host address ['‘]([\w.-]+)`,String.raw`(?:fetching|fetch) https?:\/\/([\w.-]+)[^\n]*(?:temporary error|network error|DNS)`].join("|")),NETWORK=[{name:"certificate",find:CERTIFICATES,explain:__name(([subject=""])=>({subject,why:"the certificate of a server was signed by an authority that the builder does not know, such as that of a company",next:"Give the authority's certificate with ca-certificates: FILE (PEM)."}),"explain")},{name:"host-key",find:/Host key verification failed|No \S+ host key is known for (\S+)/,explain:__name(found=>({subject:firstGroup(found),why:"the key of the SSH server is not known in the builder",next:"Give it with ssh-known-hosts (`ssh-keyscan HOST` prints it; compare it with what the host publishes)."}),"explain")},{name:"ssh-key",find:/Permission denied \(publickey/,explain:__name(()=>({subject:"",why:"a private Git repository is read by SSH, and no key was accepted",next:"Set ssh-agent: true with an agent that has the key, or give an https:// URL and git-credentials."}),"explain")},{name:"git-credentials",find:/could not read (?:Username|Password) for '([^']+)'|Authentication failed for '([^']+)'|Invalid username or (?:password|token)|remote: Repository not found/,explain:__name(found=>({subject:firstGroup(found),why:`a private Git repository${firstGroup(found)===""?"":` at ${firstGroup(found)}`} needs credentials`,next:"Give them with git-credentials: https://USER:TOKEN@HOST. Only mix deps.get gets them: fetch nothing from it in before-build."}),"explain")},{name:"hex-organization",find:/No authenticated organization found for (\w+)|Failed to fetch record for '?([\w.-]+)(?:\/|:)[\w/:.-]+'? from registry[^\n]*\n[^]{0,400}?(?:\b40[134]\b|[Uu]nauthorized|[Ff]orbidden)|You must be authenticated with your (?:user|organization)/,explain:__name(found=>{let organization=firstGroup(found);if(organization!=="hexpm")return{subject:organization,why:`private packages${organization===""?"":` of ${organization}`} need a key`,next:"Give it with hex-organizations (NAME=KEY) or hex-repositories. Only mix deps.get gets it: fetch nothing from there in before-build."}},"explain")},{name:"unreachable",find:NO_HOST,explain:__name(found=>{let host=firstGroup(found);return/^(?:localhost|127\.\d+\.\d+\.\d+)$/.test(host)?{subject:host,why:`nothing answers at ${host}, which is the builder itself in its container`,next:"Give the address of the machine that is meant, as the container reaches it."}:{subject:host,why:`the builder does not reach ${host}`,next:"Look at the network of the container engine, and at the proxy variables of the environment: they reach the builder."}},"explain")}];var VARIABLE="[A-Za-z_][A-Za-z0-9_]*",MISSING_VARIABLE=new RegExp([`[Ee]nvironment variable [\`"']?(${VARIABLE})[\`"']? (?:is missing|is not set|not set|is required|must be set|was not set)`,`could not fetch environment variable \\\\?"(${VARIABLE})\\\\?" because it is not set`,`\\benv ?=> ?<<"(${VARIABLE})">>[^\\n]*'Elixir\\.System\\.EnvError'`,`(?:: |^)(${VARIABLE}): (?:parameter (?:null or )?not set|unbound variable)`,"\\b([A-Z][A-Z0-9_]{2,})(?: env(?:ironment)? var(?:iable)?)? (?:is missing|is not set|not set|is required|must be set)"].join("|"),"m");function nameOfVariable(found){return found.slice(1).find(Boolean)??""}__name(nameOfVariable,"nameOfVariable");var PROJECT=[{name:"build-variable",find:MISSING_VARIABLE,explain:__name(found=>{let subject=nameOfVariable(found);return{subject,why:`the environment variable ${subject} is missing in the build`,next:`Give it with env: ${subject}=VALUE (--env on the command line), if the result may depend on it. Read values that only the running release needs in config/runtime.exs instead.`}},"explain")},{name:"elixir-version",find:/You're trying to run :(\w+) on Elixir v([\w.-]+) but it has declared in its mix\.exs file it supports only Elixir ([^\n]+)/,explain:__name(([,app="",has="",wants=""])=>({subject:app,why:`${app} supports Elixir ${wants.trim()}, and the builder has ${has}`,next:"Set elixir-version, or the version in .tool-versions."}),"explain")},{name:"no-tags",find:/No names found, cannot describe anything|No tags can describe|cannot describe anything/,explain:__name(()=>({subject:"git describe",why:"the checkout has no tag that a version could be read from: it may be shallow",next:"Check out the whole history: fetch-depth: 0 for actions/checkout, or git fetch --unshallow --tags."}),"explain")},{name:"path-dependency",find:/^\* (\w+) \(([./][^)\n]*)\)[^\n]*\n +the dependency is not available$/m,explain:__name(([,subject="",place=""])=>({subject,why:`the path dependency ${subject} (${place}) is not in the checkout`,next:"The builder has only the files of the checkout: check out the directory that contains both, and name the project with working-directory."}),"explain")},{name:"unchecked-dependencies",follows:!0,find:/Unchecked dependencies for environment (\w+)|Can't continue due to errors on dependencies/,explain:__name(([,subject=""])=>({subject,why:"the dependencies are not there yet",next:"Commands that need them belong in before-release, which runs after the compilation; in before-build, run mix deps.get --check-locked first."}),"explain")},{name:"no-task",find:/The task "([^"]+)" could not be found/,explain:__name(([,subject=""])=>({subject,why:`the project has no task ${subject} in this environment`,next:"A dependency that has it must not be of another environment (only: :dev), and before-build runs before dependencies are fetched: before-release runs after them."}),"explain")},{name:"colocated-assets",find:/Could not resolve "(phoenix-colocated\/[^"]+)"|Can't resolve '(phoenix-colocated\/[^']+)'|\/_build\/\w+\/(phoenix-colocated\/[^\s"':]+)["']?[^\n]*no such file or directory/i,explain:__name(found=>({subject:firstGroup(found),why:`${firstGroup(found)} is written by the compilation, which has not run yet`,next:"Build assets in before-release: before-release: mix assets.deploy."}),"explain")},{name:"node-modules",find:/You installed (esbuild|@?[\w/-]+) for another platform than the one you're currently using|Cannot find module @rollup\/rollup-linux|Cannot find module '(?:@[\w-]+\/)?[\w.-]*linux-(?:x64|arm64)[\w-]*'/,explain:__name(([,subject=""])=>({subject,why:"node_modules was installed on another system",next:"Run npm ci in the builder before the assets are built, and let git ignore node_modules."}),"explain")},{name:"link-in-priv",find:/\(File\.CopyError\) could not copy recursively from "([^"]+)"(?: to "[^"]*")?\. "?([^"\n:]*?)"?: no such file or directory|could not copy (?:recursively )?from "([^"]+)" to "[^"]+"[^\n]*no such file or directory/,explain:__name(([,from="",named="",other=""],{sources})=>{let subject=named||from||other,link=sources?.linkTo(subject);return{subject:link??subject,why:link===void 0?`${subject} is not there in the builder, or is a symbolic link that leads nowhere`:`the symbolic link ${link} leads to ${subject}, which the builder does not have`,next:"Remove the link, or let it lead to something inside the checkout. What a machine keeps outside of a release (such as uploads) is a path that the project takes from its environment."}},"explain")},{name:"no-application",find:/Could not find application :?(\w+)/,explain:__name(([,subject=""])=>({subject,why:`the release requires the application ${subject}, which the project does not have`,next:"Correct its name under applications in mix.exs, or add the dependency."}),"explain")}];var builtin24=required("node:path"),path_default11=builtin24;var DISK_FULL=/\bENOSPC\b|:enospc\b|\benospc\b|[Nn]o space left on device/;var CRLF={subject:"",why:"a script has line ends of Windows (CR LF)",next:"Convert it, and keep git from changing it back: `*.sh text eol=lf` in .gitattributes."},SHELL=[{name:"crlf",alone:!0,find:new RegExp([String.raw`[‘'"\`]?[\w-]+(?:\\r|\^M|\r)['’"\`]?: (?:No such file or directory|bad interpreter|not found|command not found)`,String.raw`\$'\\r': command not found`,String.raw`[Ii]llegal option -\r?$`,String.raw`set: -\r?: invalid option`,String.raw`: (\.{0,2}\/?[\w.-]+\/[\w./-]+): (?:not found|No such file or directory|cannot execute: required file not found)`].join("|"),"m"),explain:__name(([,file],{sources,cwd="/"})=>{let fact=file===void 0?void 0:sources?.at(path_default11.posix.resolve(cwd,file));if(!(file!==void 0&&!(fact?.kind==="other"&&fact.crlf)))return{...CRLF,subject:file??"",why:`${file??"a script"} has line ends of Windows (CR LF)`}},"explain")},{name:"bash",find:new RegExp([String.raw`^[^\s:]+: (?:line )?\d+: (?:\S+: )?(?:Syntax error: (?:"\(" unexpected|redirection unexpected)|source: not found|\[\[: not found|shopt: not found|declare: not found|set: [Ii]llegal option -o|Bad substitution)`,String.raw`: line \d+: syntax error: (?:unexpected "\("|bad substitution)`,String.raw`[Ii]llegal option -o pipefail`].join("|"),"m"),explain:__name(()=>({subject:"bash",why:"sh runs the script, and it is written for bash",next:"Let its first line name bash: #!/usr/bin/env bash."}),"explain")},{name:"needs-root",find:/are you root\?|Unable to lock (?:the administration directory|database)|Could not open lock file [^\n]*(?:Permission denied)|ERROR: Unable to lock database: Permission denied|requires superuser privilege/,explain:__name(()=>({subject:"",why:"installing packages needs root, and commands in the builder run as an unprivileged user",next:"Use the option packages, or your own dockerfile."}),"explain")},{name:"no-execute-bit",find:new RegExp([String.raw`^(?:\S*sh|make(?:\[\d+\])?|\S*env|[^\s:]+: (?:line )?\d+): [‘'"]?(\.{0,2}\/[\w./+-]+|[\w.+-]+\/[\w./+-]+)[’'"]?: Permission denied$`,String.raw`:eacces\b[^]{0,2000}?spawn_executable, ~?c?["']([^"'\n]+)["']`,String.raw`:eacces\b[^]{0,2000}?System\.cmd\("([^"\n]+)"`].join("|"),"m"),explain:__name((found,{sources,cwd="/"})=>{let subject=firstGroup(found),fact=sources?.at(path_default11.posix.resolve(cwd,subject));if(!(fact&&fact.kind!=="missing"&&(fact.kind!=="other"||fact.executable)))return{subject,why:`${subject} may not be executed`,next:"Set its permission in the repository: git update-index --chmod=+x FILE, or chmod +x and commit."}},"explain")},{name:"disk-full",find:DISK_FULL,explain:__name(()=>({subject:"",why:"the disk of the container engine is full",next:"Free space there: docker system df shows what uses it, and mix-release clean removes what this program made."}),"explain")},{name:"killed",find:/\b(?:exit(?:ed with)?|failed with|ended with) (?:exit )?(?:status|code):? 137\b|Killed signal terminated program|\(signal: 9, SIGKILL|JavaScript heap out of memory|eheap_alloc: Cannot|returned a non-zero code: 137|^(?:\S+: line \d+: +\d+ )?Killed\b/m,explain:__name(()=>({subject:"",why:"it was killed because memory ran out",next:"Give the engine more memory, or compile less at a time: deps-partitions: 1, and MAKEFLAGS=-j1 in env."}),"explain")}];var LIBRARIES=[row("libssl-dev","openssl-dev",["openssl/"],["ssl","crypto"],["openssl","libssl","libcrypto"]),row("libpq-dev","libpq-dev",["libpq-fe.h","pg_config.h","postgresql/"],["pq"],["libpq"]),row("libmariadb-dev","mariadb-dev",["mysql.h","mysql/","mariadb/"],["mysqlclient","mariadb"],["libmariadb","mysqlclient"]),row("libsqlite3-dev","sqlite-dev",["sqlite3.h","sqlite3ext.h"],["sqlite3"],["sqlite3"]),row("unixodbc-dev","unixodbc-dev",["sql.h","sqlext.h","odbcinst.h"],["odbc"],["odbc"]),row("zlib1g-dev","zlib-dev",["zlib.h","zconf.h"],["z"],["zlib"]),row("libbz2-dev","bzip2-dev",["bzlib.h"],["bz2"],["bzip2"]),row("liblzma-dev","xz-dev",["lzma.h"],["lzma"],["liblzma"]),row("libzstd-dev","zstd-dev",["zstd.h"],["zstd"],["libzstd"]),row("liblz4-dev","lz4-dev",["lz4.h","lz4frame.h"],["lz4"],["liblz4"]),row("libsnappy-dev","snappy-dev",["snappy.h","snappy-c.h"],["snappy"],["snappy"]),row("libsodium-dev","libsodium-dev",["sodium.h"],["sodium"],["libsodium"]),row("libargon2-dev","argon2-dev",["argon2.h"],["argon2"],["libargon2"]),row("libffi-dev","libffi-dev",["ffi.h"],["ffi"],["libffi"]),row("libgmp-dev","gmp-dev",["gmp.h"],["gmp"],["gmp"]),row("libexpat1-dev","expat-dev",["expat.h"],["expat"],["expat"]),row("libyaml-dev","yaml-dev",["yaml.h"],["yaml"],["yaml-0.1"]),row("libxml2-dev","libxml2-dev",["libxml/"],["xml2"],["libxml-2.0"]),row("libxslt1-dev","libxslt-dev",["libxslt/"],["xslt"],["libxslt"]),row("libcurl4-openssl-dev","curl-dev",["curl/"],["curl"],["libcurl"]),row("libgit2-dev","libgit2-dev",["git2.h"],["git2"],["libgit2"]),row("libicu-dev","icu-dev",["unicode/"],["icuuc","icui18n","icudata"],["icu-uc","icu-i18n","icu-io"]),row("libpcap-dev","libpcap-dev",["pcap.h","pcap/"],["pcap"],["libpcap"]),row("libmnl-dev","libmnl-dev",["libmnl/"],["mnl"],["libmnl"]),row("libsctp-dev","lksctp-tools-dev",["netinet/sctp.h"],["sctp"],["libsctp"]),row("libsrtp2-dev","libsrtp-dev",["srtp2/"],["srtp2"],["libsrtp2"]),row("libnice-dev","libnice-dev",["nice/"],["nice"],["nice"]),row("librdkafka-dev","librdkafka-dev",["librdkafka/"],["rdkafka"],["rdkafka"]),row("libvips-dev","vips-dev",["vips/"],["vips"],["vips","vips-cpp"]),row("libmagickwand-dev","imagemagick-dev",["MagickWand/","wand/"],["MagickWand-6.Q16"],["MagickWand","MagickCore"]),row("libjpeg-dev","libjpeg-turbo-dev",["jpeglib.h"],["jpeg"],["libjpeg"]),row("libpng-dev","libpng-dev",["png.h"],["png","png16"],["libpng","libpng16"]),row("libtiff-dev","tiff-dev",["tiff.h","tiffio.h"],["tiff"],["libtiff-4"]),row("libwebp-dev","libwebp-dev",["webp/"],["webp"],["libwebp"]),row("libcairo2-dev","cairo-dev",["cairo.h","cairo/"],["cairo"],["cairo"]),row("libglib2.0-dev","glib-dev",["glib.h","gio/"],["glib-2.0","gobject-2.0"],["glib-2.0","gobject-2.0","gio-2.0"]),row("libfreetype-dev","freetype-dev",["ft2build.h","freetype/"],["freetype"],["freetype2"]),row("libavcodec-dev","ffmpeg-dev",["libavcodec/"],["avcodec"],["libavcodec"]),row("libavformat-dev","ffmpeg-dev",["libavformat/"],["avformat"],["libavformat"]),row("libavutil-dev","ffmpeg-dev",["libavutil/"],["avutil"],["libavutil"]),row("libswscale-dev","ffmpeg-dev",["libswscale/"],["swscale"],["libswscale"]),row("libswresample-dev","ffmpeg-dev",["libswresample/"],["swresample"],["libswresample"]),row("libopus-dev","opus-dev",["opus.h","opus/"],["opus"],["opus"]),row("portaudio19-dev","portaudio-dev",["portaudio.h"],["portaudio"],["portaudio-2.0"]),row("libasound2-dev","alsa-lib-dev",["alsa/"],["asound"],["alsa"]),row("libopencv-dev","opencv-dev",["opencv2/"],["opencv_core"],["opencv4"]),row("libopenblas-dev","openblas-dev",["cblas.h","openblas_config.h"],["openblas","blas"],["openblas","blas"]),row("libudev-dev","eudev-dev",["libudev.h"],["udev"],["libudev"]),row("libusb-1.0-0-dev","libusb-dev",["libusb-1.0/","libusb.h"],["usb-1.0"],["libusb-1.0"]),row("libcap-dev","libcap-dev",["sys/capability.h"],["cap"],["libcap"]),row("libpam0g-dev","linux-pam-dev",["security/"],["pam"],["pam"]),row("libldap-dev","openldap-dev",["ldap.h"],["ldap","lber"],["ldap"]),row("libncurses-dev","ncurses-dev",["ncurses.h","curses.h","term.h"],["ncurses","ncursesw","tinfo"],["ncurses","ncursesw"]),row("libreadline-dev","readline-dev",["readline/"],["readline"],["readline"]),row("libpcre2-dev","pcre2-dev",["pcre2.h"],["pcre2-8"],["libpcre2-8"]),row("libuv1-dev","libuv-dev",["uv.h","uv/"],["uv"],["libuv"]),row("libev-dev","libev-dev",["ev.h"],["ev"],[]),row("libevent-dev","libevent-dev",["event.h","event2/"],["event"],["libevent"]),row("liblmdb-dev","lmdb-dev",["lmdb.h"],["lmdb"],["lmdb"]),row("libleveldb-dev","leveldb-dev",["leveldb/"],["leveldb"],["leveldb"]),row("librocksdb-dev","rocksdb-dev",["rocksdb/"],["rocksdb"],["rocksdb"]),row("libprotobuf-dev","protobuf-dev",["google/protobuf/"],["protobuf"],["protobuf"]),row("libtesseract-dev","tesseract-ocr-dev",["tesseract/"],["tesseract"],["tesseract"]),row("libgeos-dev","geos-dev",["geos_c.h","geos/"],["geos_c","geos"],["geos"]),row("libproj-dev","proj-dev",["proj.h"],["proj"],["proj"]),row("libgdal-dev","gdal-dev",["gdal.h","gdal/"],["gdal"],["gdal"]),row("libmagic-dev","file-dev",["magic.h"],["magic"],["libmagic"]),row("libdbus-1-dev","dbus-dev",["dbus/"],["dbus-1"],["dbus-1"]),row("libbluetooth-dev","bluez-dev",["bluetooth/"],["bluetooth"],["bluez"]),row("libclang-dev","clang-dev",["clang-c/"],["clang"],[]),row("linux-libc-dev","linux-headers",["linux/","asm/"],[],[]),row("libc6-dev","musl-dev",["stdio.h","stdlib.h","string.h","stdint.h","errno.h","unistd.h"],["c","m","pthread","dl"],[]),row("g++","g++",["iostream","string","vector","memory"],["stdc++"],[])];function row(debian,alpine,headers,links,modules){return{debian,alpine,headers,links,modules}}__name(row,"row");function withHeader(header){return LIBRARIES.find(({headers})=>headers.some(known=>known.endsWith("/")?header.startsWith(known):header===known))}__name(withHeader,"withHeader");function withLibrary(name){return LIBRARIES.find(({links})=>links?.includes(name))}__name(withLibrary,"withLibrary");function withModule(name){return LIBRARIES.find(({modules})=>modules?.includes(name))}__name(withModule,"withModule");var PROGRAMS={aclocal:both("automake"),ar:both("binutils"),as:both("binutils"),autoconf:both("autoconf"),autoheader:both("autoconf"),automake:both("automake"),autoreconf:both("autoconf automake libtool"),bash:both("bash"),bison:both("bison"),bzip2:both("bzip2"),"c++":both("g++"),cargo:both("cargo"),cc:{debian:"gcc libc6-dev",alpine:"gcc musl-dev"},chromium:both("chromium"),clang:both("clang"),"clang++":both("clang"),cmake:both("cmake"),convert:both("imagemagick"),curl:both("curl"),ffmpeg:both("ffmpeg"),ffprobe:both("ffmpeg"),file:both("file"),flex:both("flex"),"g++":both("g++"),gcc:{debian:"gcc libc6-dev",alpine:"gcc musl-dev"},gfortran:both("gfortran"),git:both("git"),"git-lfs":both("git-lfs"),glibtoolize:both("libtool"),gpg:both("gnupg"),gs:both("ghostscript"),identify:both("imagemagick"),java:{debian:"default-jre-headless",alpine:"openjdk21-jre-headless"},ld:both("binutils"),libtool:both("libtool"),libtoolize:both("libtool"),m4:both("m4"),magick:both("imagemagick"),make:both("make"),meson:both("meson"),nasm:both("nasm"),ninja:{debian:"ninja-build",alpine:"ninja"},node:both("nodejs"),nodejs:both("nodejs"),npm:both("nodejs npm"),npx:both("nodejs npm"),openssl:both("openssl"),patch:both("patch"),patchelf:both("patchelf"),pdftotext:both("poppler-utils"),pdftoppm:both("poppler-utils"),perl:both("perl"),pip:{debian:"python3-pip",alpine:"py3-pip"},pip3:{debian:"python3-pip",alpine:"py3-pip"},"pkg-config":{debian:"pkg-config",alpine:"pkgconf"},pkgconf:both("pkgconf"),protoc:{debian:"protobuf-compiler",alpine:"protoc"},ps:both("procps"),psql:both("postgresql-client"),python:{debian:"python-is-python3",alpine:"python3"},python3:both("python3"),"rsvg-convert":{debian:"librsvg2-bin",alpine:"rsvg-convert"},ruby:both("ruby"),rustc:{debian:"rustc",alpine:"rust"},sqlite3:{debian:"sqlite3",alpine:"sqlite"},ssh:both("openssh-client"),swig:both("swig"),tar:both("tar"),tesseract:both("tesseract-ocr"),unzip:both("unzip"),wget:both("wget"),xz:{debian:"xz-utils",alpine:"xz"},yarn:{debian:"yarnpkg",alpine:"yarn"},zip:both("zip"),zstd:both("zstd")};function both(name){return{debian:name,alpine:name}}__name(both,"both");function inPackages(packages,system){return system!==void 0?`packages: ${packages[system]}`:packages.debian===packages.alpine?`packages: ${packages.debian}`:`packages: ${packages.debian} on Debian and Ubuntu, ${packages.alpine} on Alpine`}__name(inPackages,"inPackages");var NO_PROGRAM=new RegExp([String.raw`^(?:\S*sh|[^\s:]+: (?:line )?\d+): (?:exec: )?([\w.+-]+): (?:command )?not found$`,String.raw`^(?:\S*sh: )?([\w.+-]+): command not found$`,String.raw`^g?make(?:\[\d+\])?: ([\w.+-]+): (?:No such file or directory|Command not found|not found)$`,String.raw`^(?:\/usr\/bin\/)?env: (?:can't execute )?[‘'"]?([\w.+-]+)[’'"]?: No such file or directory$`,String.raw`Erlang error: :enoent[^]{0,2000}?System\.cmd\("([\w.+-]+)"`,String.raw`"([\w.+-]+)" not found in the path`,String.raw`the "([\w.+-]+)" executable is not available`,String.raw`linker \`([\w.+-]+)\` not found`,String.raw`(?:Could not find|failed to find tool|failed to execute command:?|could not execute process) [\`"]?([\w.+-]+)[\`"]?(?: \(never executed\)|\. I[sf]|$)`,String.raw`is \`([\w.+-]+)\` not installed\?`,String.raw`(?:The )?(pkg-config) command could not be found`,String.raw`gyp ERR! find (Python)\b`].join("|"),"m"),MISSING_MODULE=new RegExp([String.raw`No package '([\w.+-]+)' found`,String.raw`Package '?([\w.+-]+?)'?(?:, required by '[^']*',)? (?:was not found in the pkg-config search path|not found)`,String.raw`The system library \`([\w.+-]+)\` required by crate`,String.raw`Dependency "([\w.+-]+)" not found`].join("|")),TOOLCHAIN=[{name:"missing-header",find:/fatal error: '?([\w./+-]+)'?(?:: No such file or directory| file not found)/,explain:__name(([,header=""],{system})=>/^(?:erl_nif|erl_driver|ei)\.h$/.test(header)?{subject:header,why:`the C compiler is not given the directory of Erlang's header ${header}`,next:'Let the Makefile add -I"$ERTS_INCLUDE_DIR" (elixir_make sets it), or the directory of `erl -noshell -eval \'io:format("~s/erts-~s/include", [code:root_dir(), erlang:system_info(version)]), halt().\'`.'}:lacking(`the header ${header}`,header,withHeader(header),system,{otherwise:`Add the package that has ${header} to packages. A header of the project's own may be in a submodule that the checkout lacks (submodules: recursive for actions/checkout).`}),"explain")},{name:"missing-link-library",find:/cannot find -l([\w.+-]+)|unable to find library -l([\w.+-]+)|library not found for -l([\w.+-]+)/,explain:__name((found,{system})=>{let name=firstGroup(found);return lacking(`the library lib${name}`,name,withLibrary(name),system,{otherwise:`Add the package that has lib${name}.so for the linker to packages; on Debian its name ends in -dev.`})},"explain")},{name:"missing-pkg-config-module",find:MISSING_MODULE,explain:__name((found,{system})=>{let name=firstGroup(found);return lacking(`${name}.pc of pkg-config`,name,withModule(name),system,{otherwise:`Add the package that has ${name}.pc to packages; on Debian its name ends in -dev.`})},"explain")},{name:"missing-openssl",find:/Could not find (?:directory of )?OpenSSL installation|Could not find openssl via pkg-config|CMake Error[^]{0,300}Could NOT find OpenSSL\b/,explain:__name((_,{system})=>lacking("the headers of OpenSSL","openssl",{debian:"libssl-dev pkg-config",alpine:"openssl-dev pkgconf"},system,{otherwise:""}),"explain")},{name:"missing-compiler",find:/No CMAKE_(C|CXX)_COMPILER could be found|configure: error: no acceptable (C) compiler found/,explain:__name((found,{system})=>{let program=firstGroup(found)==="CXX"?"c++":"cc";return lacking(`the compiler ${program}`,program,PROGRAMS[program],system,{otherwise:""})},"explain")},{name:"missing-libclang",find:/Unable to find libclang/,explain:__name((_,{system})=>lacking("libclang","libclang",{debian:"libclang-dev",alpine:"clang-dev"},system,{otherwise:""}),"explain")},{name:"rust-on-musl",find:/cannot produce (?:cdylib|dylib|proc-macro) for `([^`\s]+)[^`]*` as the target `([\w-]+-musl\w*)`/,explain:__name(([,crate="",target=""])=>({subject:crate,why:`Rust links ${target} statically by default, and a NIF is a shared object`,next:"Give env: RUSTFLAGS=-C target-feature=-crt-static."}),"explain")},{name:"no-rust-toolchain",find:/rustup could not choose a version of (\w+) to run|no default toolchain (?:is )?configured/,explain:__name(()=>({subject:"rustup",why:"rustup is there, and no version of Rust is chosen",next:"Install a toolchain in the dockerfile (rustup default stable), or use the one of the system: packages: cargo."}),"explain")},{name:"missing-program",find:NO_PROGRAM,explain:__name((found,{system})=>{let program=firstGroup(found).replace("Python","python3");if(program==="sudo")return{subject:program,why:"commands in the builder run as an unprivileged user, and there is no sudo",next:"Install packages with the option packages, or in your own dockerfile."};if(program!=="source")return lacking(`the program ${program}`,program,PROGRAMS[program],system,{otherwise:`Install ${program} with the option packages, or in your own dockerfile.`})},"explain")}];function lacking(what,subject,packages,system,{otherwise}){return{subject,why:`the builder does not have ${what}`,next:packages===void 0?otherwise:`Add it: ${inPackages(packages,system)}.`}}__name(lacking,"lacking");var BUILDING=[...SHELL,...NETWORK,...PROJECT,...TOOLCHAIN],MAKING_IMAGES=[...IMAGES,...SHELL,...NETWORK,...TOOLCHAIN];var LAST_WORDS=/^(?:ERROR! Config provider |.*\bApplication \w+ exited: )/;function likelyCauses(rules,output,about={}){let from=output.findLastIndex(line=>LAST_WORDS.test(line)),textFrom=__name(first=>{let lines=output.slice(first).map(line=>line.slice(0,1e3));return withBytesAsText(lines.join(`
`))},"textFrom"),ofLastWords=from===-1?[]:matching(rules,textFrom(from),about),found=ofLastWords.some(({follows})=>!follows)?ofLastWords:matching(rules,textFrom(0),about),beneath=found.filter(({follows})=>!follows),named=beneath.length>0?beneath.filter(isOfItsOwn):found.slice(0,1);return named.slice(0,named[0]?.alone===!0?1:2).map(({cause})=>cause)}__name(likelyCauses,"likelyCauses");function withBytesAsText(text2){return text2.replaceAll(/<<(\d{1,3}(?:,\d{1,3}){7,})>>/g,(_,bytes)=>Buffer.from(bytes.split(",").map(Number)).toString("utf8"))}__name(withBytesAsText,"withBytesAsText");function isOfItsOwn({from,to},at,all){return!all.slice(0,at).some(other=>from<other.to&&other.from<to)}__name(isOfItsOwn,"isOfItsOwn");function matching(rules,text2,about){return rules.flatMap(rule=>{let match=firstMatch(rule,text2,about);return match===void 0?[]:[match]})}__name(matching,"matching");function firstMatch({name,find,follows=!1,alone=!1,explain},text2,about){for(let found of text2.matchAll(new RegExp(find,`${find.flags}g`))){let explanation=explain(found,about,text2);if(!explanation)continue;let from=found.index;return{follows,alone,cause:{name,...explanation},from,to:from+found[0].length}}}__name(firstMatch,"firstMatch");function because(causes){return causes.length===0?"":`, probably because ${causes.map(({why})=>why).join(", or because ")}`}__name(because,"because");function adviceFor(causes){let[first,second]=causes;if(first)return second?`${first.next} If it is the second: ${second.next}`:first.next}__name(adviceFor,"adviceFor");var MAX_OUTPUT=30;async function dockerBuild(engine,spec,signal,onLine){let{context,dockerfile,platform,args,tag,pull=!1}=spec,printed=keepLast(MAX_OUTPUT,onLine),lines=splitLines(line=>{let plain=stripVTControlCharacters(line).trimEnd();plain!==""&&printed.say(plain)});try{return await engine.images.build({context,dockerfile,platform,args,tag,pull,signal,labels:{[KIND_LABEL]:"builder",...spec.labels},onOutput:__name(text2=>{lines.write(Buffer.from(text2))},"onOutput")})}catch(error){throw signal.throwIfAborted(),error instanceof MixReleaseError&&error.code==="engine-connection-lost"?error:failure(spec,shortReason(reasonOf(error)),printed.last,error)}finally{await finished(lines.end())}}__name(dockerBuild,"dockerBuild");var STEP_FAILED=/^(?:The command '[^]*' returned a non-zero code|process "[^]*" did not complete successfully: exit code): (\d+)$/;function shortReason(message){return message.replace(STEP_FAILED,"a step ended with exit status $1")}__name(shortReason,"shortReason");function failure({title,next},why,printed,cause){let causes=likelyCauses(MAKING_IMAGES,[...printed,why]);return new MixReleaseError("builder-failed",{what:`the builder image could not be built from ${title}: ${why}${because(causes)}`,next:adviceFor(causes)??next,output:printed,cause})}__name(failure,"failure");function couldNotRun(error){return error instanceof MixReleaseError?error instanceof EngineError&&error.containerGone||/executable file not found|no such file|exec format error/i.test(error.message):!1}__name(couldNotRun,"couldNotRun");var FIRST_JIT={x86_64:24,aarch64:25};function emulatorFlags(machine,otp){let major=Number(otp.split(".")[0]);return major<(FIRST_JIT[machine]??0)?"":major>=26?"+JMsingle true":"+JPperf true"}__name(emulatorFlags,"emulatorFlags");var FIND_OTP=`
erl=$(readlink -f "$(command -v erl)") || exit 1
root=$(dirname "$(dirname "$erl")")
for file in "$root"/releases/*/OTP_VERSION "$root"/lib/erlang/releases/*/OTP_VERSION; do
  if [ -f "$file" ]; then cat "$file"; exit 0; fi
done
exit 1
`;async function otpOnDisk(container,image){let lines=[],command={title:"the search for OTP_VERSION",argv:["sh","-c",FIND_OTP]},status=await container.run(command,line=>lines.push(line)),version=lines.join("").trim();if(status===0&&/^\d+(\.\d+)*/.test(version))return version;throw new MixReleaseError("image-without-mix",{what:`image ${image} has no Erlang: it has no OTP_VERSION next to its erl`,next:"Use an image that has Erlang, Elixir and Mix, such as hexpm/elixir or elixir.",output:lines})}__name(otpOnDisk,"otpOnDisk");async function prepareEmulation(engine,image){let{id,reference,target,run}=image,spec={image:id,platform:target.platform,user:"10001:10001",labels:labels("probe",run)};try{var _stack=[];try{let container=__using(_stack,await engine.containers.start(spec),!0);return emulatorFlags(target.machine,await otpOnDisk(container,reference))}catch(_){var _error=_,_hasError=!0}finally{var _promise=__callDispose(_stack,_error,_hasError);_promise&&await _promise}}catch(error){if(!couldNotRun(error))throw error;let{architecture}=target;throw new MixReleaseError("emulation-missing",{what:`the engine (${engine.architecture}) cannot run programs for ${target.platform}: no emulator is registered with its kernel`,next:`In a workflow, add a step with docker/setup-qemu-action (platforms: ${architecture}) before this one; elsewhere, install qemu-user-static, or run the image tonistiigi/binfmt with --install ${architecture}. A native runner (${target.runner}) needs none of that.`,cause:error})}}__name(prepareEmulation,"prepareEmulation");function requireExpected(found,expected,image){let{target,elixir,otp,glibc}=expected;if(requireTarget(found,target,image),elixir&&!elixir.matches(found.elixir))throw mismatch(elixir.requested,image,`has Elixir ${found.elixir}`);if(otp&&!otp.matches(found.otp))throw mismatch(otp.requested,image,`has OTP ${found.otp}`);if(requireSystem(found,expected,image),glibc!==void 0&&compareDotted(found.libcVersion,glibc)>0)throw mismatch(`glibc ${glibc} at most`,image,`has glibc ${found.libcVersion}`)}__name(requireExpected,"requireExpected");function requireTarget(found,target,image){let erlangMachine=found.systemArchitecture.split("-")[0]??"";if(found.machine===target.machine&&erlangMachine===target.machine&&found.libc===target.libc)return;let actual=`${found.machine} with ${found.libc} ${found.libcVersion}`.trim();throw new MixReleaseError("image-mismatch",{what:`target ${target.triple} needs ${target.machine} with ${target.libc}, but image ${image} is ${actual} (Erlang reports ${found.systemArchitecture})`,next:`Name an image of ${target.platform} with ${target.libc}, or leave image out.`})}__name(requireTarget,"requireTarget");function requireSystem(found,{system},image){if(!system)return;let[os="",version=""]=found.os.split(" "),known=findSystemRelease(system.os,system.release)?.version??system.release,sameVersion=version===known||version.startsWith(`${known}.`);if(!(os===system.os&&(sameVersion||found.osCodename===system.release)))throw mismatch(`${system.os}:${system.release}`,image,`is ${found.os} ${found.osCodename}`.trim())}__name(requireSystem,"requireSystem");function mismatch(requested,image,actual){return new MixReleaseError("image-mismatch",{what:`requested: ${requested}; image ${image} ${actual}`,next:"Request what the image has, or name another image; leave image out to choose one by versions and system."})}__name(mismatch,"mismatch");var builtin25=required("node:child_process");var execFile=builtin25.execFile;var builtin26=required("node:fs/promises");var readFile6=builtin26.readFile;var builtin27=required("node:os");var homedir=builtin27.homedir;var builtin28=required("node:path");var join=builtin28.join;var DOCKER_HUB_KEY="https://index.docker.io/v1/",DOCKER_HUB_HOSTS=[DOCKER_HUB,"index.docker.io","registry-1.docker.io"],HELPER_TIMEOUT=2e4,TOKEN_USER="<token>",LOGIN=object({identitytoken:lenient(TEXT),auth:lenient(TEXT),username:lenient(TEXT),password:lenient(string())}),CONFIG=object({auths:lenientTable(LOGIN),credHelpers:lenientTable(string()),credsStore:lenient(TEXT)}),HELPED=object({Username:string(),Secret:string()});async function credentialsFor({host},options){let config=await readConfig2(options),helper=entryForHost(config.credHelpers,host)??config.credsStore;if(helper!==void 0&&helper!==""){let found=await credentialsFromHelper(helper,serverAddress(host),options);if(found)return found}let login2=entryForHost(config.auths,host);return login2&&credentialsInConfig(login2)}__name(credentialsFor,"credentialsFor");function engineAuth(credentials,{host}){let serveraddress=serverAddress(host);return credentials.kind==="identity-token"?{identitytoken:credentials.token,serveraddress}:{username:credentials.username,password:credentials.password,serveraddress}}__name(engineAuth,"engineAuth");async function readConfig2(options){let directory=nonEmpty(options.env.DOCKER_CONFIG)??join(nonEmpty(options.env.HOME)??homedir(),".docker"),path=join(directory,"config.json");try{return parse(CONFIG,JSON.parse(await readFile6(path,"utf8")))}catch(error){return systemErrorCode(error)!=="ENOENT"&&options.onWarning(`the Docker configuration ${path} was not read: ${messageOf(error)}`),{auths:{},credHelpers:{},credsStore:void 0}}}__name(readConfig2,"readConfig");function nonEmpty(variable){return variable===""?void 0:variable}__name(nonEmpty,"nonEmpty");function entryForHost(table,host){let hosts=host===DOCKER_HUB?DOCKER_HUB_HOSTS:[host],keys=Object.keys(table),key=keys.find(key2=>key2===host)??keys.find(each=>hosts.includes(hostOf(each)));return key===void 0?void 0:table[key]}__name(entryForHost,"entryForHost");function hostOf(key){return key.replace(/^https?:\/\//,"").replace(/\/.*$/,"")}__name(hostOf,"hostOf");function serverAddress(host){return host===DOCKER_HUB?DOCKER_HUB_KEY:host}__name(serverAddress,"serverAddress");function credentialsInConfig({identitytoken,auth,username,password}){if(identitytoken!==void 0)return{kind:"identity-token",token:identitytoken};if(auth!==void 0){let text2=Buffer.from(auth,"base64").toString("utf8"),colon=text2.indexOf(":");return colon<1?void 0:{kind:"password",username:text2.slice(0,colon),password:text2.slice(colon+1).replace(/\0+$/,"")}}if(!(username===void 0||password===void 0))return{kind:"password",username,password}}__name(credentialsInConfig,"credentialsInConfig");async function credentialsFromHelper(name,address,options){if(!/^[\w.-]+$/.test(name)){options.onWarning(`the Docker configuration names a credential helper '${name}', which is not a program name`);return}try{let answer=valueIn(HELPED,await runHelper(name,address,options));if(!answer)throw new Error("it answered something else than a login");let{Username:username,Secret:secret}=answer;return secret===""?void 0:username===TOKEN_USER?{kind:"identity-token",token:secret}:{kind:"password",username,password:secret}}catch(error){options.signal.throwIfAborted(),/credentials not found/i.test(messageOf(error))||options.onWarning(`the credential helper docker-credential-${name} failed: ${messageOf(error)}`);return}}__name(credentialsFromHelper,"credentialsFromHelper");function runHelper(name,address,{env,signal}){return new Promise((resolve,reject)=>{let child=execFile(`docker-credential-${name}`,["get"],{env:{...env},signal,timeout:HELPER_TIMEOUT},(error,stdout,stderr)=>{error?reject(new Error(`${stdout}${stderr}`.trim()||(systemErrorCode(error)??"no answer"))):resolve(stdout)});child.stdin?.on("error",()=>{}),child.stdin?.end(address)})}__name(runHelper,"runHelper");async function pullImage(engine,reference,platform,context){let{signal}=context,found=await login(reference,context);try{await engine.images.pull(reference,{platform,login:found,signal})}catch(error){throw signal.throwIfAborted(),error instanceof MixReleaseError&&error.code==="engine-connection-lost"?error:pullError(error,reference)}}__name(pullImage,"pullImage");async function login(image,{env,signal,onLine}){let reference=parseReference(image),credentials=await credentialsFor(reference,{env,signal,onWarning:onLine});return credentials&&engineAuth(credentials,reference)}__name(login,"login");var OUTAGE=/dial tcp|i\/o timeout|no such host|connection (refused|reset)|TLS handshake|toomanyrequests|\bEOF\b|deadline exceeded|internal server error|bad gateway|service unavailable|gateway time-?out/i;function pullError(error,reference){let message=reasonOf(error),status=statusOf(error);return status===404||/manifest unknown|not found|repository does not exist|access.*denied|unauthorized|no matching manifest/i.test(message)?notFound(reference,message,error):OUTAGE.test(message)||status===500?new MixReleaseError("image-registry-outage",{what:`image ${reference} could not be pulled, because its registry failed or is unreachable: ${message}`,next:"Try again, or load the image with docker load: the registry has an outage or the network is closed, so the image is not known to be missing.",cause:error}):notFound(reference,message,error)}__name(pullError,"pullError");function notFound(reference,message,cause){return new MixReleaseError("image-not-found",{what:`there is no image ${reference}: ${message}`,next:"Check the name and the tag; for a private registry, run docker/login-action (docker login) first.",cause})}__name(notFound,"notFound");async function ensureImage(engine,spec,context){return(await ensurePresent(engine,spec,context)).single()}__name(ensureImage,"ensureImage");async function ensurePresent(engine,spec,context){let{reference,target,pull}=spec,name=pinnedReference(spec),{platform}=target,local=await engine.images.inspect(name,platform),fits=local?.platform===platform;if(pull==="never"||fits&&(pull==="missing"||spec.digest!==void 0)){if(!local)throw notInEngine(reference);return presentImage(engine,local,spec,context)}context.onLine(`pulling ${name}`);try{await pullImage(engine,name,platform,context)}catch(error){throw local&&!fits?wrongPlatform(local,reference,target,error):error}let pulled=await engine.images.inspect(name,platform);if(!pulled)throw refused(`to pull image ${name}`,"it reported success, but the image is missing");let image=presentImage(engine,pulled,spec,context);return pulled.platform===platform&&!await engine.images.inspect(pulled.id)&&await pullImage(engine,`${repositoryOf(parseReference(reference))}@${pulled.id}`,platform,context),spec.digest!==void 0&&await tagImage(engine,image.id,reference),image}__name(ensurePresent,"ensurePresent");async function tagImage(engine,id,reference){let{tag="latest",...named}=parseReference(reference);await engine.images.tag(id,{repository:repositoryOf(named),tag})}__name(tagImage,"tagImage");function digestOf({id,manifest,digests},reference){if(manifest!==void 0)return manifest;let repository=repositoryOf(parseReference(reference));return digests.find(digest=>digest.startsWith(`${repository}@`))?.split("@")[1]??id}__name(digestOf,"digestOf");function pinnedReference({reference,digest}){return digest===void 0?reference:`${repositoryOf(parseReference(reference))}@${digest}`}__name(pinnedReference,"pinnedReference");function presentImage(engine,found,spec,context){let{reference,target}=spec;if(!(found.platform===target.platform||found.platform===""&&spec.digest!==void 0))throw wrongPlatform(found,reference,target);let image={reference,id:found.id,digest:digestOf(found,reference)},single=__name(async()=>{try{return await engine.images.single(found,reference)}catch(error){if(spec.pull==="never"||!(error instanceof MixReleaseError)||error.code!=="engine-error")throw error;return await pullImage(engine,`${repositoryOf(parseReference(reference))}@${found.id}`,target.platform,context),found.id}},"single");return{...image,single:__name(async()=>({...image,id:await single()}),"single")}}__name(presentImage,"presentImage");function wrongPlatform(found,reference,target,cause){let attempt=cause===void 0?"":` Pulling one failed: ${messageOf(cause)}`;return new MixReleaseError("image-platform-mismatch",{what:`image ${reference} is for ${found.platform===""?"an unknown platform":found.platform}, but target ${target.triple} needs ${target.platform}`,next:`Name an image for ${target.platform}, or remove the local one with docker image rm.${attempt}`,cause})}__name(wrongPlatform,"wrongPlatform");function notInEngine(reference){return new MixReleaseError("image-not-found",{what:`image ${reference} is not in the engine, and pull is never`,next:"Load it with docker load or docker pull, or leave pull out."})}__name(notInEngine,"notInEngine");var builtin29=required("node:crypto");var createHash=builtin29.createHash;var own_base_default=`# A base image of our own, for versions that no image is published for: Erlang/OTP and Elixir on a slim system, each by
# its checksum. OTP is one that was compiled for this system, or its sources, which are compiled here.
ARG BASE
FROM \${BASE}

LABEL mix-release.kind="builder"
USER root
ENV LANG=C.UTF-8

# Whether OTP_URL has the sources.
ARG OTP_COMPILES
# Debian's archive has the packages of releases that have left its mirrors.
ARG DEBIAN_ARCHIVE="http://archive.debian.org"
RUN set -eu; \\
    packages="ca-certificates curl unzip openssl libncurses6 libsctp1 libstdc++6"; \\
    [ "$OTP_COMPILES" = false ] || \\
      packages="$packages gcc g++ make perl libc6-dev libncurses-dev libssl-dev libsctp-dev"; \\
    export DEBIAN_FRONTEND=noninteractive; \\
    if ! said=$(apt-get -o Acquire::Retries=3 update -qq 2>&1); then \\
      echo "$said" >&2; \\
      . /etc/os-release; \\
      case "$ID $said" in debian*"Release file"*) ;; *) exit 100 ;; esac; \\
      echo "The mirror has no packages of $VERSION_CODENAME any more: taking them from $DEBIAN_ARCHIVE"; \\
      security=$VERSION_CODENAME-security; \\
      [ "\${VERSION_ID:-99}" -ge 11 ] || security=$VERSION_CODENAME/updates; \\
      rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/*; \\
      printf 'deb %s %s main\\n' "$DEBIAN_ARCHIVE/debian" "$VERSION_CODENAME" \\
        "$DEBIAN_ARCHIVE/debian-security" "$security" >/etc/apt/sources.list; \\
      echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/99archive; \\
      apt-get -o Acquire::Retries=3 update -qq; \\
    fi; \\
    apt-get -o Acquire::Retries=3 install -y -qq --no-install-recommends -- $packages; \\
    # The certificates of authorities.Dockerfile are among the system's by now, which it had none of before.
    if [ -e /opt/mix-release/authorities.pem ]; then \\
      ln -sf /etc/ssl/certs/ca-certificates.crt /opt/mix-release/authorities.pem; \\
    fi; \\
    rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb

ARG OTP_URL
ARG OTP_SHA256
# What Erlang needs under emulation; empty otherwise, and never part of the image.
ARG ERL_FLAGS=""
RUN set -eu; \\
    curl --fail --silent --show-error --location --retry 3 --output /tmp/otp.tar.gz "$OTP_URL"; \\
    echo "$OTP_SHA256  /tmp/otp.tar.gz" | sha256sum --check --quiet; \\
    if [ "$OTP_COMPILES" = false ]; then \\
      mkdir -p /usr/local/lib/erlang; \\
      tar -xzf /tmp/otp.tar.gz -C /usr/local/lib/erlang --strip-components=1 --no-same-owner; \\
      cd /usr/local/lib/erlang; \\
      ./Install -minimal /usr/local/lib/erlang; \\
      for program in bin/*; do \\
        case $program in *.boot|*.script|*.src) ;; *) ln -sf "/usr/local/lib/erlang/$program" /usr/local/bin/ ;; esac; \\
      done; \\
    else \\
      mkdir /tmp/otp; \\
      tar -xzf /tmp/otp.tar.gz -C /tmp/otp --strip-components=1 --no-same-owner; \\
      cd /tmp/otp; \\
      echo "Compiling Erlang/OTP, which takes several minutes"; \\
      { ./configure --with-ssl --without-javac --without-wx --without-debugger --without-observer --without-et \\
          --without-odbc --without-megaco --without-jinterface && \\
        make -j"$(nproc)" && make install; } >/tmp/otp.log 2>&1 || { tail -n 40 /tmp/otp.log >&2; exit 1; }; \\
      find /usr/local/lib/erlang -type d \\( -name src -o -name examples -o -name doc \\) -prune -exec rm -rf {} +; \\
    fi; \\
    cd /; \\
    rm -rf /tmp/otp /tmp/otp.tar.gz /tmp/otp.log

ARG ELIXIR_URL
ARG ELIXIR_SHA256
RUN set -eu; \\
    curl --fail --silent --show-error --location --retry 3 --output /tmp/elixir.zip "$ELIXIR_URL"; \\
    echo "$ELIXIR_SHA256  /tmp/elixir.zip" | sha256sum --check --quiet; \\
    unzip -q /tmp/elixir.zip -d /usr/local/lib/elixir; \\
    for program in elixir elixirc iex mix; do \\
      chmod +x "/usr/local/lib/elixir/bin/$program"; \\
      ln -sf "/usr/local/lib/elixir/bin/$program" /usr/local/bin/; \\
    done; \\
    rm /tmp/elixir.zip; \\
    elixir --version
`;var REPOSITORY2="mix-release-base",TITLE="dockerfiles/own-base.Dockerfile";function ownBaseName(spec,target){let{system,otp,elixir}=spec.parts,hash2=ownBaseDigest(spec,target).slice(7,19);return`${REPOSITORY2}:${elixir.version}-erlang-${otp.version}-${system.os}-${system.release}-${hash2}`}__name(ownBaseName,"ownBaseName");function ownBaseDigest({parts,authorities=[]},target){let{system,otp,elixir}=parts,files=[otp.sha256,String(otp.compiles),elixir.sha256,...authoritiesRecipe(authorities)],recipe=JSON.stringify([own_base_default,target.platform,system.os,system.release,...files]);return`sha256:${createHash("sha256").update(recipe).digest("hex")}`}__name(ownBaseDigest,"ownBaseDigest");function presentOwnBase(engine,spec,build,context){let reference=ownBaseName(spec,build.target),digest=ownBaseDigest(spec,build.target);return{reference,digest,id:digest,single:__name(async()=>({reference,digest,id:await ownBase(engine,spec,build,context)}),"single")}}__name(presentOwnBase,"presentOwnBase");async function ownBase(engine,spec,{pull,target,emulated,proxies},context){let{otp,elixir}=spec.parts,{platform,machine}=target,tag=ownBaseName(spec,target),present=await engine.images.inspect(tag,platform);if(present)return present.id;let system=await ensureImage(engine,{reference:spec.system,pull,digest:void 0,target},context),{onLine,signal}=context;onLine(`making ${tag} of ${otp.url} and ${elixir.url}`);let base=await trustingSystem(engine,system.id,spec,platform,context),flags=emulated?emulatorFlags(machine,otp.version):"",args={BASE:base,OTP_COMPILES:String(otp.compiles),OTP_URL:otp.url,OTP_SHA256:otp.sha256,ELIXIR_URL:elixir.url,ELIXIR_SHA256:elixir.sha256,...flags!==""&&{ERL_FLAGS:flags},...proxies},made=__name(()=>({title:TITLE,context:packFiles([{path:"Dockerfile",text:own_base_default}]),dockerfile:"Dockerfile",platform,args,tag,next:"See the output above. It needs the system's package mirror, and the addresses that it names."}),"made");return inAttempts(TITLE,()=>dockerBuild(engine,made(),signal,onLine),context)}__name(ownBase,"ownBase");async function trustingSystem(engine,system,{authorities=[]},platform,{signal,onLine}){return authorities.length===0?system:dockerBuild(engine,authoritiesBuild(system,{authorities,platform,last:!1}),signal,onLine)}__name(trustingSystem,"trustingSystem");var probe_default=`# What the image is.

defmodule MixReleaseBuilder.Probe do
  @moduledoc false

  # What this image is, by key.
  def facts do
    {libc, libc_version} = libc(run("ldd", ["--version"]))

    [
      machine: String.trim(run("uname", ["-m"])),
      os: os(),
      os_codename: os_codename(),
      libc: libc,
      libc_version: libc_version,
      system_architecture: :erlang.system_info(:system_architecture),
      otp: otp(),
      erts: :erlang.system_info(:version),
      elixir: System.version(),
      hex: hex(),
      git: first_line(run("git", ["--version"])),
      cc: first_line(run("cc", ["--version"]))
    ]
  end

  # Hex is an archive that Mix loads; a probe outside of Mix does not see one that is not on the code path.
  defp hex do
    case :application.load(:hex) do
      {:error, {:already_loaded, :hex}} -> hex_version()
      :ok -> hex_version()
      {:error, _} -> ""
    end
  end

  defp hex_version do
    {:ok, version} = :application.get_key(:hex, :vsn)
    version
  end

  defp first_line(text), do: text |> String.split("\\n") |> hd()

  defp otp do
    release = List.to_string(:erlang.system_info(:otp_release))

    case File.read(Path.join([:code.root_dir(), "releases", release, "OTP_VERSION"])) do
      {:ok, version} -> String.trim(version)
      {:error, _} -> release
    end
  end

  defp os do
    text = os_release()
    String.trim(value(text, "ID") <> " " <> value(text, "VERSION_ID"))
  end

  defp os_codename, do: value(os_release(), "VERSION_CODENAME")

  defp os_release do
    case File.read("/etc/os-release") do
      {:ok, text} -> text
      {:error, _} -> ""
    end
  end

  defp value(os_release, key) do
    case Regex.run(Regex.compile!("^" <> key <> "=\\"?([^\\"\\n]*)\\"?$", "m"), os_release) do
      [_, value] -> value
      nil -> ""
    end
  end

  # The first line of glibc's ldd ends in its version; musl's says its name on one line and its version on the next.
  defp libc(ldd) do
    musl = Regex.run(Regex.compile!("musl libc.*?Version (\\\\S+)", "s"), ldd)
    glibc = Regex.run(Regex.compile!("\\\\A[^\\n]*?(\\\\d+\\\\.\\\\d+)\\\\s*$", "m"), ldd)

    cond do
      musl -> {"musl", Enum.at(musl, 1)}
      glibc -> {"glibc", Enum.at(glibc, 1)}
      true -> {"unknown", ""}
    end
  end

  defp run(program, args) do
    case System.find_executable(program) do
      nil -> ""
      path -> path |> System.cmd(args, stderr_to_stdout: true) |> elem(0)
    end
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Probe do
  @moduledoc false
  # mix mix_release_builder.probe MARK [MACHINE LIBC]: says what the image is, and stops here when it is another.
  use Mix.Task

  @impl true
  def run([mark | wanted]) do
    MixReleaseBuilder.load()
    facts = MixReleaseBuilder.Probe.facts()
    for {key, value} <- facts, do: MixReleaseBuilder.Say.say(mark, "fact", key, value)
    [erlang_machine | _] = facts[:system_architecture] |> to_string() |> String.split("-")
    if wanted not in [[], [facts[:machine], facts[:libc]]], do: exit({:shutdown, 65})
    if wanted != [] and erlang_machine != facts[:machine], do: exit({:shutdown, 65})
  end
end
`;var tasks_default=`# What the builder runs inside the virtual machine of Mix, so that Mix itself says what a release is called and where it
# goes, and several steps share one start of the machine. Compiled into the builder image; works from Elixir 1.10 on.
# The tasks themselves are here and in the files beside this one.

defmodule MixReleaseBuilder.Say do
  @moduledoc false

  # One line a message: the mark that the caller chose, the kind, a name, and a value that no line end can break.
  def say(mark, kind, name, value \\\\ "") do
    IO.puts([mark, ?\\s, kind, ?\\s, to_string(name), ?\\s, Base.encode64(to_string(value))])
  end
end

defmodule MixReleaseBuilder do
  @moduledoc false

  # Mix takes directories that are not the project's off the code path when it compiles: what is loaded stays.
  def load do
    # Erlang prints the keys of a map in the order in which it first met them: that of a structure which gets into
    # sys.config must not depend on what was compiled before.
    {:module, _} = Code.ensure_loaded(Config.Provider)

    # The probe of a base image has them in memory alone.
    with [_ | _] = beam <- :code.which(__MODULE__) do
      directory = Path.dirname(beam)

      for file <- File.ls!(directory), Path.extname(file) == ".beam" do
        {:module, _} = file |> Path.rootname() |> String.to_atom() |> Code.ensure_loaded()
      end
    end
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Stage do
  @moduledoc false
  # mix mix_release_builder.stage MARK STAGE: says that a stage begins.
  use Mix.Task

  @impl true
  def run([mark, stage]) do
    MixReleaseBuilder.load()
    MixReleaseBuilder.Say.say(mark, "stage", stage)
    # The same task marks the next stage, too, and Mix runs a task once.
    Mix.Task.reenable("mix_release_builder.stage")
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Releases do
  @moduledoc false
  # mix mix_release_builder.releases MARK [NAME ...]: says which releases the project defines, and stops here when one
  # that was asked for is not among them, or when none was and the choice is not clear: before the network is used.
  use Mix.Task

  @impl true
  def run([mark | asked]) do
    config = Mix.Project.config()
    defined = config |> Keyword.get(:releases, []) |> Keyword.keys() |> Enum.map(&Atom.to_string/1)
    default = Keyword.get(config, :default_release)
    unclear? = asked == [] and match?([_, _ | _], defined) and is_nil(default)

    MixReleaseBuilder.Say.say(mark, "fact", "releases", Enum.join(defined, " "))
    if unclear? or asked -- defined != [], do: exit({:shutdown, 64})
    chosen = if asked == [], do: Enum.reject([to_string(default)], &(&1 == "")), else: asked
    own = for {name, value} <- own_runtimes(config[:releases] || []), chosen == [] or name in chosen, do: "#{name} #{value}"
    MixReleaseBuilder.Say.say(mark, "fact", "own_erts", Enum.join(own, "\\n"))
  end

  # Releases that name a runtime themselves. Options that a function gives are looked at when the release is assembled.
  defp own_runtimes(releases) do
    for {name, options} <- releases, is_list(options), value = options[:include_erts], value not in [nil, true, false] do
      {Atom.to_string(name), inspect(value)}
    end
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Describe do
  @moduledoc false
  # mix mix_release_builder.describe MARK [NAME] [OPTION ...]: says what the release will be, as Mix resolves it with
  # the options of \`mix release\`, and clears its directory, because Mix does not rebuild over a version that is there.
  use Mix.Task

  @switches [
    overwrite: :boolean,
    force: :boolean,
    quiet: :boolean,
    path: :string,
    version: :string,
    compile: :boolean,
    deps_check: :boolean,
    archives_check: :boolean,
    elixir_version_check: :boolean
  ]

  @impl true
  def run([mark | args]) do
    MixReleaseBuilder.load()
    Mix.Task.run(if("--no-compile" in args, do: "loadpaths", else: "compile"), args)
    {overrides, names} = OptionParser.parse!(args, strict: @switches)
    name = names |> Enum.map(&String.to_atom/1) |> List.first()
    release = Mix.Release.from_config!(name, Mix.Project.config(), overrides)
    unless holds_the_build?(release.path), do: File.rm_rf!(release.path)

    for key <- [:name, :version, :path, :erts_version] do
      MixReleaseBuilder.Say.say(mark, "fact", key, Map.fetch!(release, key))
    end
  end

  # Whether the project or what is compiled lies in a directory.
  defp holds_the_build?(path) do
    parts = Path.split(path)
    Enum.any?([File.cwd!(), Mix.Project.build_path()], &List.starts_with?(Path.split(&1), parts))
  end
end
`;function parseMessage(line,mark){let[firstWord,kind,name="",value=""]=line.split(" ");if(!(firstWord!==mark||kind!=="stage"&&kind!=="fact"))return{kind,name,value:Buffer.from(value,"base64").toString("utf8")}}__name(parseMessage,"parseMessage");var PROBE_SCHEMA=pipe(object({machine:string(),os:string(),osCodename:string(),libc:string(),libcVersion:string(),systemArchitecture:string(),otp:string(),erts:string(),elixir:string(),hex:string(),git:string(),cc:string()}),readonly()),MARK="mix-release-probe";async function probeImage(engine,{id,reference,platform,run,erlFlags},onLine){let spec={image:id,platform,user:"10001:10001",labels:labels("probe",run)};try{var _stack=[];try{let container=__using(_stack,await engine.containers.start(spec),!0);return await probe(container,reference,onLine,erlFlags)}catch(_){var _error=_,_hasError=!0}finally{var _promise=__callDispose(_stack,_error,_hasError);_promise&&await _promise}}catch(error){throw couldNotRun(error)?new MixReleaseError("image-without-mix",{what:`no command runs in image ${reference}: ${messageOf(error)}`,next:"Use an image that has Erlang, Elixir and Mix, such as hexpm/elixir or elixir.",cause:error}):error}}__name(probeImage,"probeImage");async function probe(container,image,onLine,erlFlags=""){let lines=[],expression=`Mix.Tasks.MixReleaseBuilder.Probe.run([${JSON.stringify(MARK)}])`,command={title:"the probe of the image",argv:["elixir","-e",`${tasks_default}
${probe_default}`,"-e",expression],env:{LANG:"C.UTF-8",HOME:"/tmp",...erlFlags===""?{}:{ERL_FLAGS:erlFlags}},cwd:"/"},status=await container.run(command,line=>lines.push(line));if(status===0)return toProbe(new Map(lines.flatMap(line=>parseFact(line))));throw lines.forEach(onLine),new MixReleaseError("image-without-mix",{what:`image ${image} has no working Elixir with Mix (exit status ${String(status)})`,next:"Use an image that has Erlang, Elixir and Mix, such as hexpm/elixir or elixir.",output:lines.slice(-10)})}__name(probe,"probe");function parseFact(line){let message=parseMessage(line,MARK);return message?.kind==="fact"?[[message.name,message.value]]:[]}__name(parseFact,"parseFact");var FACTS={machine:"machine",os:"os",osCodename:"os_codename",libc:"libc",libcVersion:"libc_version",systemArchitecture:"system_architecture",otp:"otp",erts:"erts",elixir:"elixir",hex:"hex",git:"git",cc:"cc"};function toProbe(facts){let fields=Object.entries(FACTS).map(([name,fact])=>[name,facts.get(fact)??""]);return parse(PROBE_SCHEMA,Object.fromEntries(fields))}__name(toProbe,"toProbe");function readProbe(text2){return valueIn(PROBE_SCHEMA,text2??"")}__name(readProbe,"readProbe");var builtin30=required("node:crypto");var createHash2=builtin30.createHash;var gnu_default=`# What a build for glibc needs beside Erlang and Elixir, on a Debian or Ubuntu base.
# What the base has already is not installed again. mix.Dockerfile comes on top of it.
ARG BASE
FROM \${BASE}

LABEL mix-release.kind="builder"
USER root

# Names of further packages, separated by spaces.
ARG PACKAGES=""
# Debian's archive has the packages of releases that have left its mirrors.
ARG DEBIAN_ARCHIVE="http://archive.debian.org"
RUN set -eu; \\
    packages="$PACKAGES"; \\
    command -v git >/dev/null || packages="$packages git"; \\
    command -v make >/dev/null || packages="$packages make"; \\
    command -v cc >/dev/null || packages="$packages gcc libc6-dev"; \\
    command -v c++ >/dev/null || packages="$packages g++"; \\
    [ -s /etc/ssl/certs/ca-certificates.crt ] || packages="$packages ca-certificates"; \\
    if [ -n "$packages" ]; then \\
      export DEBIAN_FRONTEND=noninteractive; \\
      if ! said=$(apt-get -o Acquire::Retries=3 update -qq 2>&1); then \\
        echo "$said" >&2; \\
        . /etc/os-release; \\
        case "$ID $said" in debian*"Release file"*) ;; *) exit 100 ;; esac; \\
        echo "The mirror has no packages of $VERSION_CODENAME any more: taking them from $DEBIAN_ARCHIVE"; \\
        security=$VERSION_CODENAME-security; \\
        [ "\${VERSION_ID:-99}" -ge 11 ] || security=$VERSION_CODENAME/updates; \\
        rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/*; \\
        printf 'deb %s %s main\\n' "$DEBIAN_ARCHIVE/debian" "$VERSION_CODENAME" \\
          "$DEBIAN_ARCHIVE/debian-security" "$security" >/etc/apt/sources.list; \\
        echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/99archive; \\
        apt-get -o Acquire::Retries=3 update -qq; \\
      fi; \\
      apt-get -o Acquire::Retries=3 install -y -qq --no-install-recommends -- $packages; \\
      rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb; \\
    fi
`;var musl_default=`# What a build for musl needs beside Erlang and Elixir, on an Alpine base.
# What the base has already is not installed again. mix.Dockerfile comes on top of it.
ARG BASE
FROM \${BASE}

LABEL mix-release.kind="builder"
USER root

# Names of further packages, separated by spaces.
ARG PACKAGES=""
# C++ is a matter of some NIFs only: a base without apk that lacks it still builds the others.
RUN set -eu; \\
    packages="$PACKAGES"; \\
    command -v git >/dev/null || packages="$packages git"; \\
    command -v make >/dev/null || packages="$packages make"; \\
    command -v cc >/dev/null || packages="$packages gcc musl-dev"; \\
    command -v c++ >/dev/null || ! command -v apk >/dev/null || packages="$packages g++"; \\
    [ -s /etc/ssl/certs/ca-certificates.crt ] || packages="$packages ca-certificates"; \\
    if [ -n "$packages" ]; then apk add --no-cache -- $packages; fi
`;var mix_default=`# The last layers of every builder: Hex, rebar3, Mix tasks of ours and a plain user, on top of an image with Erlang,
# Elixir and the tools of a build.
ARG BASE
FROM \${BASE}

LABEL mix-release.kind="builder"
USER root
ENV MIX_HOME=/opt/mix-release/mix

# What Erlang needs under emulation; empty otherwise, and never part of the image.
ARG ERL_FLAGS=""

# Where Mix fetches them from, where that is not the usual place; never part of the image.
ARG HEX_MIRROR
ARG HEX_BUILDS_URL

# The image's Mix is asked before anything is fetched, and a rebar3 that is there already is the one to use.
RUN set -eu; \\
    mix local.hex --force --if-missing; \\
    if command -v rebar3 >/dev/null; then \\
      mix local.rebar rebar3 "$(command -v rebar3)" --force; \\
    else \\
      mix local.rebar --force --if-missing; \\
    fi

# Mix tasks of ours, compiled once; builds load them with \`elixir -pa\`.
COPY *.ex /opt/mix-release/tasks/
RUN mkdir -p /opt/mix-release/ebin && cd / && elixirc -o /opt/mix-release/ebin /opt/mix-release/tasks/*.ex

# The numbers are fixed because files arrive in a tar stream that names their owner by number. The files are written
# here, because the programs that add users differ.
RUN set -eu; \\
    echo 'builder:x:10001:' >>/etc/group; \\
    echo 'builder:x:10001:10001:builder:/build/home:/bin/sh' >>/etc/passwd; \\
    mkdir -p /build/home /build/src /build/state /build/record; \\
    chown -R 10001:10001 /build/home /build/src /build/state "$MIX_HOME"; \\
    chmod 1777 /build

WORKDIR /build/src
USER builder
`;var agent_default=`# The end of the way to an SSH agent that is in the container.

defmodule MixReleaseBuilder.Agent do
  @moduledoc false
  # Stands in for an SSH agent at a socket: what comes to the socket goes out as frames on standard output, and frames
  # from standard input go back. A frame is its length (4 bytes), the number of the connection (4 bytes) and data; one
  # without data says that its side has closed the connection. Number 0 says that the socket is there.

  def run do
    path = System.get_env("MIX_RELEASE_AGENT_SOCKET")
    port = Port.open({:fd, 0, 1}, [:binary, :eof, packet: 4])
    {:ok, listener} = :gen_tcp.listen(0, [:binary, active: false, ip: {:local, path}])
    owner = self()
    spawn_link(fn -> accept(listener, owner) end)
    Port.command(port, <<0::32>>)
    loop(port, %{}, 1)
  end

  defp accept(listener, owner) do
    {:ok, socket} = :gen_tcp.accept(listener)
    :ok = :gen_tcp.controlling_process(socket, owner)
    send(owner, {:accepted, socket})
    accept(listener, owner)
  end

  # Both ways in one map: a socket by its number, and a number by its socket.
  defp loop(port, known, next) do
    receive do
      {:accepted, socket} ->
        :inet.setopts(socket, active: true)
        loop(port, Map.merge(known, %{next => socket, socket => next}), next + 1)

      {:tcp, socket, data} ->
        Port.command(port, [<<Map.fetch!(known, socket)::32>>, data])
        loop(port, known, next)

      {:tcp_closed, socket} ->
        Port.command(port, <<Map.fetch!(known, socket)::32>>)
        loop(port, Map.drop(known, [socket, known[socket]]), next)

      {^port, {:data, <<number::32, data::binary>>}} ->
        loop(port, from_agent(known, number, known[number], data), next)

      {^port, :eof} ->
        System.halt(0)
    end
  end

  defp from_agent(known, _number, nil, _data), do: known

  defp from_agent(known, number, socket, "") do
    :gen_tcp.close(socket)
    Map.drop(known, [number, socket])
  end

  defp from_agent(known, _number, socket, data) do
    :gen_tcp.send(socket, data)
    known
  end
end
`;var apps_default=`# The applications of a project and its dependencies, and the keys of their compiled code.

defmodule MixReleaseBuilder.Apps do
  @moduledoc false

  alias MixReleaseBuilder.Checkout

  # Every application, by name:
  #   dest   its directory
  #   own?   whether its files were sent: a part of the checkout
  #   fetch? whether Mix fetches it
  #   mix?   whether Mix compiles it, and no other program
  #   needs  the applications that it depends on, optional ones too, directly
  #   base   a digest of what decides its code, besides its files and its dependencies
  #   own    the same without what its code has only where it asks for it, such as its version
  #   config its evaluated project configuration; nil for what has none
  def all(sent) do
    directories = Checkout.sent_directories(sent)
    lock = Mix.Dep.Lock.read()
    apps = for dep <- Mix.Dep.cached(), into: %{}, do: {dep.app, of_dependency(dep, lock, directories)}
    apps = Map.merge(apps, of_project(Map.keys(apps)))
    for {app, facts} <- apps, into: %{}, do: {app, %{facts | needs: Enum.filter(facts.needs, &Map.has_key?(apps, &1))}}
  end

  # The root of an umbrella is no application.
  defp of_project(dependencies) do
    config = Mix.Project.config()

    if Mix.Project.umbrella?(config) or is_nil(config[:app]) do
      %{}
    else
      facts = %{dest: File.cwd!(), own?: true, fetch?: false, mix?: true, needs: dependencies, config: config}
      %{config[:app] => Map.merge(facts, %{base: Checkout.term_digest(config), own: Checkout.term_digest(lasting(config))})}
    end
  end

  defp of_dependency(dep, lock, directories) do
    dest = Path.expand(dep.opts[:dest])
    relative = Checkout.relative(dest)
    fetch? = dep.scm.fetchable?()
    config = config(dep)
    locked = lock[dep.app]
    base = fn config -> Checkout.term_digest({dep.app, locked, config, dep.manager, dep.system_env, Keyword.drop(dep.opts, [:lock])}) end

    %{
      dest: dest,
      own?: not fetch? or (relative != nil and MapSet.member?(directories, relative)),
      fetch?: fetch?,
      mix?: Mix.Dep.mix?(dep) and is_nil(dep.opts[:compile]),
      needs: Enum.uniq(Enum.map(dep.deps, & &1.app) ++ declared(config) ++ locked(locked)) -- [dep.app],
      config: config,
      base: base.(config),
      own: base.(lasting(config))
    }
  end

  # Every tag brings another version. Mix writes these into the description of the application, or they are for other
  # tasks; that code asks for them while it is compiled, MixReleaseBuilder.Observer sees.
  @asked_for [:version, :description, :releases, :default_release, :package, :docs, :name, :source_url, :homepage_url]

  defp lasting(nil), do: nil
  defp lasting(config), do: Keyword.drop(config, @asked_for)

  # A digest of all that code learns where it asks for the configuration of a project.
  def projects(apps) do
    own = for {app, %{own?: true, config: config}} <- apps, do: {app, config}
    Checkout.term_digest({Mix.Project.config(), Enum.sort(own)})
  end

  # Mix has read each file already.
  defp config(dep) do
    if Mix.Dep.mix?(dep), do: Mix.Dep.in_dependency(dep, fn _ -> Mix.Project.config() end)
  rescue
    _ -> nil
  end

  defp declared(nil), do: []
  defp declared(config), do: for(dep <- config[:deps] || [], is_tuple(dep), do: elem(dep, 0))

  defp locked(lock) when is_tuple(lock) and elem(lock, 0) == :hex and tuple_size(lock) > 5 do
    for dep <- elem(lock, 5), is_tuple(dep) and tuple_size(dep) > 2, do: elem(dep, 2)[:hex] && elem(dep, 0)
  end

  defp locked(_), do: []

  # The key of each application's compiled code. \`environment\` is a digest of the variables that code may read.
  def keys(apps, environment, sent) do
    common = common(environment)
    files = for {app, %{own?: true} = facts} <- apps, into: %{}, do: {app, files(facts, sent)}
    # Children of an umbrella are part of one project. Others know nothing of the project that uses them.
    root = if Mix.Project.umbrella?(), do: Checkout.term_digest(lasting(Mix.Project.config()))

    for {app, facts} <- apps, into: %{} do
      closure = needed(apps, app)
      mix_compares? = facts.own? and not facts.fetch?
      bases = for each <- closure, do: {each, apps[each].base, unless(mix_compares?, do: files[each])}
      {app, Checkout.term_digest({common, of_own(facts, root, files[app]), if(facts.own?, do: facts.own, else: facts.base), bases, seen(apps, facts)})}
    end
  end

  # Mix compares the files of what it fetched with nothing.
  defp of_own(%{own?: true, fetch?: true}, root, files), do: {root, files}
  defp of_own(%{own?: true}, root, _files), do: root
  defp of_own(_, _, _), do: nil

  # What is sent of an application that a fetched dependency depends on.
  defp files(%{dest: dest}, sent) do
    case Checkout.relative(dest) do
      nil -> nil
      directory -> Checkout.sent_digest(sent, directory)
    end
  end

  # Before Elixir 1.15, an application sees all others that are compiled, whether it depends on them or not.
  defp seen(apps, _facts) do
    if everything_seen?() do
      for {app, facts} <- Enum.sort(apps), do: {app, unless(facts.own?, do: facts.base)}
    end
  end

  def everything_seen? do
    Version.compare(System.version(), "1.15.0-dev") == :lt or Mix.Project.config()[:prune_code_paths] == false
  end

  defp common(environment) do
    configured = Mix.ProjectStack.config_apps() |> Enum.uniq() |> Enum.sort()
    config = for app <- configured, do: {app, app |> Application.get_all_env() |> Enum.sort()}
    {System.version(), :erlang.system_info(:otp_release), :erlang.system_info(:version), Mix.env(), Mix.target(), environment, config}
  end

  # All that an application depends on, itself left out, sorted.
  def needed(apps, app), do: apps[app].needs |> spread(apps, MapSet.new()) |> MapSet.delete(app) |> Enum.sort()

  defp spread([], _apps, seen), do: seen

  defp spread([app | rest], apps, seen) do
    if MapSet.member?(seen, app), do: spread(rest, apps, seen), else: spread(apps[app].needs ++ rest, apps, MapSet.put(seen, app))
  end

  # The application that a path belongs to, the one with the longest directory; nil for none.
  def of_path(apps, path) do
    owners = for {app, %{dest: dest}} <- apps, path == dest or String.starts_with?(path, dest <> "/"), do: {byte_size(dest), app}

    case owners do
      [] -> nil
      _ -> owners |> Enum.max() |> elem(1)
    end
  end

  # The same, for parts of the checkout alone.
  def owner(apps, path) do
    app = of_path(apps, path)
    if app != nil and apps[app].own?, do: app
  end
end
`;var checkout_default=`# The checkout in the container: what was sent, what lies there now, and digests of both.

defmodule MixReleaseBuilder.Checkout do
  @moduledoc false

  @root "/build/src"
  @record "/build/record/sent"
  @written "/build/record/outputs"

  def root, do: @root

  # The files that were sent, by path: {inode, ctime, mtime, size, mode, hash}. Times are seconds, nil where the system
  # that was asked did not tell enough; the rest is as noted.
  def sent do
    for line <- :binary.split(File.read!(@record), "\\n", [:global]), line != "", into: %{} do
      [inode, ctime, mtime, size, mode, hash, path] = :binary.split(line, " ", [:global])
      {decode(path), {number(inode), number(ctime), number(mtime), number(size), mode, hash}}
    end
  end

  # The files that earlier compilations wrote, whichever it was.
  def written do
    case File.read(@written) do
      {:ok, text} -> text |> String.split("\\n", trim: true) |> Enum.map(&decode/1)
      {:error, :enoent} -> []
    end
  end

  defp number("-"), do: nil
  defp number(text), do: text |> :binary.split(".") |> hd() |> String.to_integer()

  # Every directory that holds something that was sent.
  def sent_directories(sent), do: Enum.reduce(sent, MapSet.new([""]), fn {path, _}, seen -> add(parent(path), seen) end)

  defp add(directory, seen) do
    if MapSet.member?(seen, directory), do: seen, else: add(parent(directory), MapSet.put(seen, directory))
  end

  # "" is the checkout itself.
  def parent(path) do
    case Path.dirname(path) do
      "." -> ""
      other -> other
    end
  end

  # A digest of what was sent below a directory.
  def sent_digest(sent, directory) do
    lines = for {path, {_, _, _, _, mode, hash}} <- sent, below?(path, directory), do: [path, 0, mode, 0, hash, 0]
    digest(Enum.sort(lines))
  end

  def below?(_path, ""), do: true
  def below?(path, directory), do: path == directory or String.starts_with?(path, directory <> "/")

  # A path below the checkout, relative to it; nil for others.
  def relative(path) do
    cond do
      path == @root -> ""
      String.starts_with?(path, @root <> "/") -> binary_part(path, byte_size(@root) + 1, byte_size(path) - byte_size(@root) - 1)
      true -> nil
    end
  end

  def absolute(""), do: @root
  def absolute(path), do: @root <> "/" <> path

  # What lies below a directory, by path relative to it: {type, inode, ctime, mtime, size, mode}. Directories are there
  # only when they are empty. Names are bytes, whatever they spell. Nothing of \`skipped\` and no \`.git\` is looked into.
  def walk(root, skipped), do: walk(root, "", MapSet.new(skipped), %{})

  defp walk(root, directory, skipped, seen) do
    full = if directory == "", do: root, else: root <> "/" <> directory

    case names(full) do
      [] when directory != "" -> put(seen, directory, full)
      names -> Enum.reduce(names, seen, &visit(root, join(directory, &1), &1, skipped, &2))
    end
  end

  defp visit(_root, _path, ".git", _skipped, seen), do: seen

  defp visit(root, path, _name, skipped, seen) do
    full = root <> "/" <> path
    if MapSet.member?(skipped, full), do: seen, else: look(root, path, full, skipped, seen)
  end

  defp look(root, path, full, skipped, seen) do
    case information(full) do
      {:directory, _, _, _, _, _} -> walk(root, path, skipped, seen)
      nil -> seen
      entry -> Map.put(seen, path, entry)
    end
  end

  defp put(seen, path, full) do
    case information(full) do
      nil -> seen
      entry -> Map.put(seen, path, entry)
    end
  end

  defp join("", name), do: name
  defp join(directory, name), do: directory <> "/" <> name

  def names(directory) do
    case :file.list_dir_all(directory) do
      {:ok, names} -> Enum.map(names, &raw/1)
      {:error, _} -> []
    end
  end

  # A name as the bytes that it has on the disk.
  def raw(name) when is_binary(name), do: name
  def raw(name), do: :unicode.characters_to_binary(name, :unicode, :file.native_name_encoding())

  # Of a path itself, links not followed; nil where nothing is.
  def information(path) do
    case :file.read_link_info(path, [:raw, {:time, :posix}]) do
      {:ok, info} ->
        {elem(info, 2), elem(info, 11), elem(info, 6), elem(info, 5), elem(info, 1), Bitwise.band(elem(info, 7), 0o7777)}

      {:error, _} ->
        nil
    end
  end

  # Whether a file is as it was sent.
  def as_sent?({_, inode, ctime, mtime, size, _}, {inode, ctime, mtime, size, _, _}), do: true
  def as_sent?({_, inode, _, mtime, size, _}, {inode, nil, mtime, size, _, _}), do: true
  def as_sent?(_, _), do: false

  # The content of what lies at a path, with its type and mode; links are not followed.
  def content(path) do
    case information(path) do
      nil -> nil
      {:regular, _, _, _, _, mode} -> {:regular, mode, file_digest(path)}
      {:symlink, _, _, _, _, _} -> {:symlink, link(path)}
      {type, _, _, _, _, mode} -> {type, mode}
    end
  end

  defp link(path) do
    case :file.read_link_all(path) do
      {:ok, target} -> raw(target)
      {:error, _} -> ""
    end
  end

  defp file_digest(path) do
    case :prim_file.read_file(path) do
      {:ok, data} -> digest(data)
      {:error, reason} -> reason
    end
  end

  def digest(data), do: :crypto.hash(:sha256, data)

  # A digest of any term, the same in every BEAM instance. Functions count by their name, because what a local one was
  # compiled to depends on the text around it.
  def term_digest(term), do: term |> normal() |> :erlang.term_to_binary() |> digest()

  defp normal(map) when is_map(map), do: {:map, map |> Map.to_list() |> normal() |> Enum.sort()}
  defp normal(tuple) when is_tuple(tuple), do: {:tuple, tuple |> Tuple.to_list() |> normal()}
  defp normal([head | tail]), do: [normal(head) | normal(tail)]
  defp normal(function) when is_function(function), do: {:function, Enum.map([:module, :name, :arity], &fact(function, &1))}
  defp normal(other) when is_pid(other) or is_port(other) or is_reference(other), do: :opaque
  defp normal(other), do: other

  defp fact(function, key), do: function |> :erlang.fun_info(key) |> elem(1)

  # %XX for every byte that is not a printable character of ASCII, and for spaces and %.
  def encode(path), do: for(<<byte <- path>>, into: "", do: encode_byte(byte))

  defp encode_byte(byte) when byte > 32 and byte < 127 and byte != ?%, do: <<byte>>
  defp encode_byte(byte), do: "%" <> Base.encode16(<<byte>>)

  def decode(path) do
    case :binary.split(path, "%") do
      [plain] -> plain
      [plain, <<code::binary-size(2), rest::binary>>] -> plain <> Base.decode16!(code, case: :mixed) <> decode(rest)
    end
  end
end
`;var compile_default=`# The compilation, and what compilers reported.

defmodule MixReleaseBuilder.Diagnostics do
  @moduledoc false

  # Separators that text for people does not have, because Elixir 1.10 brings nothing that writes JSON.
  @field "\\x1f"
  @record "\\x1e"

  # What compilers reported, from what the task gave: a record each of severity, file, line, column and message.
  def records(result), do: result |> List.wrap() |> Enum.flat_map(&of_result/1) |> Enum.map(&fields/1) |> join()

  # Every application of the project and its dependencies, with its directory.
  def applications do
    config = Mix.Project.config()
    own = Mix.Project.apps_paths() || %{config[:app] => "."}
    all = Enum.concat(dependencies(), own)
    all |> Enum.map(fn {app, path} -> [to_string(app), Path.expand(path)] end) |> join()
  end

  # Where Mix does not know the dependencies, it says so itself.
  defp dependencies do
    Mix.Project.deps_paths()
  rescue
    _ -> %{}
  end

  defp of_result({status, diagnostics}) when is_atom(status) and is_list(diagnostics), do: diagnostics
  defp of_result(_), do: []

  defp fields(%{severity: severity, file: file, position: position, message: message}) do
    {line, column} = place(position)
    Enum.map([severity, file || "", line, column], &to_string/1) ++ [IO.chardata_to_string(message)]
  end

  defp place({line, column}), do: {line, column}
  defp place({line, column, _, _}), do: {line, column}
  defp place(line), do: {line || 0, 0}

  defp join(records), do: Enum.map_join(records, @record, &Enum.join(&1, @field))
end

defmodule Mix.Tasks.MixReleaseBuilder.Compile do
  @moduledoc false
  # mix mix_release_builder.compile MARK [ARGUMENT ...]: compiles as \`mix compile\` does, and says what the compilers
  # reported. After mix_release_builder.prepare it notes what the compilation did, and says what it wrote.
  use Mix.Task

  alias MixReleaseBuilder.{Checkout, Diagnostics, Observer, Prepared, Recorded, Say, State}

  @impl true
  def run([mark | arguments]) do
    MixReleaseBuilder.load()
    now = guarded(Process.get(Prepared), &Recorded.begin/1)
    observer = now && Observer.start()

    try do
      compile(mark, arguments)
    after
      events = Observer.stop(observer)
      guarded(now, &say_outputs(mark, Recorded.finish(&1, events)))
      Say.say(mark, "fact", "applications", Diagnostics.applications())
    end
  end

  defp compile(mark, arguments) do
    # Without the check of dependencies, nothing else compiles them.
    if "--no-deps-check" in arguments, do: Mix.Task.run("deps.compile", Enum.filter(arguments, &(&1 == "--no-archives-check")))
    Mix.Task.run("deps.loadpaths", arguments)
    result = Mix.Task.run("compile", arguments ++ returned())
    Say.say(mark, "fact", "diagnostics", Diagnostics.records(result))
    if result |> List.wrap() |> Enum.any?(&match?({:error, _}, &1)), do: exit({:shutdown, 1})
  end

  # With errors returned, Mix does not end before they are said. An alias may hand its arguments to anything.
  defp returned do
    if Keyword.has_key?(Mix.Project.config()[:aliases] || [], :compile), do: [], else: ["--return-errors"]
  end

  defp say_outputs(mark, {outputs, apps}) do
    Say.say(mark, "fact", "outputs", outputs |> Enum.sort() |> Enum.map_join("\\n", &Checkout.encode/1))
    reasons = for {app, %{why: [_ | _] = why}} <- Enum.sort(apps), do: "#{app} #{Enum.join(why, ",")}"
    Say.say(mark, "fact", "impure", Enum.join(reasons, "\\n"))
  end

  # What goes wrong in noting what a compilation did never fails it: the next one begins from scratch.
  defp guarded(nil, _), do: nil

  defp guarded(now, function) do
    function.(now)
  rescue
    error -> State.doubt(Mix.Project.build_path(), Mix.Project.deps_path(), error)
  end
end
`;var cross_default=`# Compiled code for a further target: which applications have native code, and exchanging it for that of the target.

defmodule MixReleaseBuilder.Natives do
  @moduledoc false

  alias MixReleaseBuilder.Checkout

  @tools [:elixir_make, :cc_precompiler, :rustler, :rustler_precompiled, :zigler]
  @compilers [:elixir_make, :make, :rustler, :cmake, :zig]
  @elf <<0x7F, "ELF">>

  # The applications whose code has to be compiled for each target, with the reason in a word.
  def of(apps, build) do
    for {app, facts} <- apps, reason = reason(app, facts, build), into: %{}, do: {app, reason}
  end

  defp reason(app, facts, build) do
    cond do
      not File.dir?(directory(build, app)) -> nil
      files(build, app) != [] -> "native"
      sign?(app, facts) -> "tools"
      Enum.any?(beams(build, app), &elf_inside?/1) -> "literal"
      true -> nil
    end
  end

  defp directory(build, app), do: Path.join([build, "lib", Atom.to_string(app)])

  defp sign?(app, _facts) when app in @tools, do: false

  defp sign?(_app, facts) do
    config = facts.config || []
    used = for dep <- config[:deps] || [], is_tuple(dep), do: elem(dep, 0)
    compilers = config[:compilers] || []
    Enum.any?(@tools, &(&1 in used)) or Enum.any?(@compilers, &(&1 in compilers)) or not facts.mix? and rebar?(facts.dest)
  end

  # rebar3 compiles what port_specs and hooks name; other programs may compile anything.
  defp rebar?(dest) do
    case File.read(Path.join(dest, "rebar.config")) do
      {:ok, text} -> text =~ "port_specs" or text =~ "pre_hooks"
      {:error, _} -> true
    end
  end

  # The ELF files of an application as a release takes it, absolute, those of linked directories too.
  def files(build, app) do
    for path <- below(directory(build, app)), elf?(path), do: path
  end

  def below(directory) do
    Enum.flat_map(Checkout.names(directory), fn name ->
      path = Path.join(directory, name)

      case File.stat(path) do
        {:ok, %{type: :directory}} -> if name in [".mix", "ebin", "consolidated"], do: [], else: below(path)
        {:ok, %{type: :regular}} -> [path]
        _ -> []
      end
    end)
  end

  defp elf?(path), do: head(path, 4) == @elf

  # What \`e_machine\` of a file is: 62 for x86_64, 183 for aarch64. Both are little-endian.
  def machine(path) do
    case head(path, 20) do
      <<@elf, _::binary-size(14), machine::little-16>> -> machine
      _ -> nil
    end
  end

  defp head(path, size) do
    with {:ok, file} <- :file.open(path, [:read, :raw, :binary]) do
      read = :file.read(file, size)
      :file.close(file)
      with {:ok, data} <- read, do: data
    end
  end

  def beams(build, app) do
    ebin = Path.join(directory(build, app), "ebin")
    for name <- Checkout.names(ebin), Path.extname(name) == ".beam", do: Path.join(ebin, name)
  end

  # A program that was read while compiling lies among the literals, which are compressed up to OTP 27.
  def elf_inside?(beam) do
    case :beam_lib.chunks(to_charlist(beam), ['LitT'], [:allow_missing_chunks]) do
      {:ok, {_, [{_, <<size::32, rest::binary>>}]}} -> :binary.match(literals(size, rest), @elf) != :nomatch
      _ -> false
    end
  end

  defp literals(0, plain), do: plain
  defp literals(_, compressed), do: :zlib.uncompress(compressed)

  # The applications of OTP, which come from the runtime of the target.
  def of_otp do
    for name <- Checkout.names(to_string(:code.lib_dir())), uniq: true, do: name |> String.split("-") |> hd()
  end

  # By module, what decides how it behaves.
  def bytecode(build, app) do
    for beam <- beams(build, app), {:ok, {module, digest}} <- [:beam_lib.md5(to_charlist(beam))], into: %{}, do: {module, digest}
  end
end

defmodule MixReleaseBuilder.Exchange do
  @moduledoc false

  alias MixReleaseBuilder.{Checkout, State}

  # Code of the machine that compiles is parked while that of a target lies in its place, and the reverse. What lies
  # where is written down before anything moves.

  def root(build), do: Path.join(State.directory(build), "cross")

  def directory(build, who), do: Path.join(root(build), who)

  # Puts the code of the machine that compiles back in its place, however a build ended.
  def restore(build) do
    case State.read_term(marker(build)) do
      :none -> :ok
      :damaged -> raise "what was exchanged for a target is not known"
      %{who: who, own: own, target: target} -> restore(build, who, own, target)
    end
  end

  defp restore(build, who, own, target) do
    case target do
      nil -> File.rm_rf!(directory(build, who))
      %{paths: paths} -> park(build, who, paths)
    end

    # What half a compilation for the target left.
    for path <- own.replaced, do: File.rm_rf!(path)
    unpark(build, "own", own.paths)
    File.rm!(marker(build))
    :ok
  end

  # Notes what is about to be exchanged. \`replaced\` are paths that a compilation for the target makes anew.
  def begin(build, who, paths) do
    note(build, %{who: who, own: %{paths: paths, replaced: paths}, target: nil})
    File.rm_rf!(directory(build, "own"))
    park(build, "own", paths)
  end

  # Parks more, such as what depends on code that differs.
  def more(build, paths) do
    %{own: own} = noted = State.read_term(marker(build))
    all = own.paths ++ paths
    note(build, %{noted | own: %{paths: all, replaced: all}})
    park(build, "own", paths)
  end

  # The code of the target is whole: \`state\` is what the next build compares.
  def done(build, paths, state) do
    noted = State.read_term(marker(build))
    File.mkdir_p!(directory(build, noted.who))
    State.write_term(Path.join(directory(build, noted.who), "state"), %{state: state, paths: paths})
    note(build, %{noted | target: %{paths: paths}})
  end

  # Takes what an earlier build compiled for the target; nil where there is none, or \`state\` is another.
  def again(build, who, state) do
    case State.read_term(Path.join(directory(build, who), "state")) do
      %{state: ^state, paths: paths} ->
        noted = State.read_term(marker(build))
        note(build, %{noted | target: %{paths: paths}})
        unpark(build, who, paths)
        paths

      _ ->
        File.rm_rf!(directory(build, who))
        nil
    end
  end

  defp marker(build), do: Path.join(root(build), "exchanged")
  defp note(build, what), do: State.write_term(marker(build), what)

  defp park(build, who, paths) do
    for path <- paths, Checkout.information(path) != nil, do: move(path, parked(build, who, path))
  end

  defp unpark(build, who, paths) do
    for path <- paths, from = parked(build, who, path), Checkout.information(from) != nil do
      File.rm_rf!(path)
      move(from, path)
    end
  end

  # Where what belongs at a path is parked.
  def parked(build, who, path), do: Path.join([directory(build, who), "files", Checkout.encode(Path.relative_to(path, "/build"))])

  defp move(from, to) do
    File.mkdir_p!(Path.dirname(to))
    File.rename!(from, to)
  end
end

defmodule MixReleaseBuilder.Cross do
  @moduledoc false

  alias MixReleaseBuilder.{Apps, Checkout, Exchange, Fetched, Inputs, Natives, State}

  # Compiles for a target what is not the same for all of them. \`same\` is what decides the compiled code besides files
  # and configuration: a digest for the environment of the project, and one of compilers. Returns the applications that
  # were compiled or taken for this target, with reasons.
  def run(triple, machine, environment, compilers, arguments) do
    build = Mix.Project.build_path()
    deps = Mix.Project.deps_path()
    Exchange.restore(build)
    sent = Checkout.sent()
    apps = Apps.all(sent)
    state = known!(State.read(build))
    records = records(State.read_deps(deps))
    keys = Apps.keys(apps, environment, sent)
    differing = for {app, entry} <- state.apps, reason = differs(app, entry, keys), into: %{}, do: {app, reason}
    set = apps |> Natives.of(build) |> Map.merge(differing) |> dependents(apps, Map.keys(differing))
    now = %{build: build, apps: apps, state: state, records: records, sent: sent, arguments: arguments, machine: machine}
    if set != %{}, do: exchange(now, triple, set, {environment, compilers, keys})
    foreign = for {app, _} <- set, path <- Natives.files(build, app), Natives.machine(path) != machine, do: {app, path, Natives.machine(path)}
    inside = for {app, _} <- set, beam <- Natives.beams(build, app), Natives.elf_inside?(beam), do: {app, beam, nil}
    {set, foreign ++ inside}
  end

  defp known!(%{status: :done} = state), do: state
  defp known!(_), do: raise("what was compiled is not known: --no-compile, or a compilation that was not watched")

  # Without dependencies there are no records of any.
  defp records(:none), do: %{}
  defp records(records) when is_map(records), do: records

  # What is evaluated, or read while compiling, is another for this target.
  defp differs(app, entry, keys) do
    cond do
      entry.key != keys[app] -> "configuration"
      Enum.any?(entry.inputs, fn {input, content} -> match?({:variable, _}, input) and Inputs.content(input) != content end) -> "variables"
      true -> nil
    end
  end

  defp dependents(set, apps, changed) do
    for {app, _} <- apps, not Map.has_key?(set, app), Enum.any?(Apps.needed(apps, app), &(&1 in changed)), into: set, do: {app, "dependency"}
  end

  defp exchange(now, triple, set, decisive) do
    entries = for {app, _} <- Enum.sort(set), do: {app, Map.take(now.state.apps[app] || %{}, [:key, :whole, :print])}
    wanted = Checkout.term_digest({decisive, entries})

    before = bytecode(now, set)
    Exchange.begin(now.build, triple, paths(now, Map.keys(set)))

    unless Exchange.again(now.build, triple, wanted) do
      paths = compile(now, set)
      Exchange.done(now.build, paths ++ compile_more(now, set, before), wanted)
    end
  end

  # Where the code of applications lies: what is compiled, and what compilation wrote below the sources.
  defp paths(now, names) do
    built = for app <- names, do: Path.join([now.build, "lib", Atom.to_string(app)])
    fetched = for app <- names, %{wrote: wrote} <- [now.records[app]], {path, _} <- wrote, do: Path.join(now.apps[app].dest, path)
    own? = Enum.any?(names, &now.apps[&1].own?)
    outputs = for {path, {owner, _}} <- now.state.outputs, owner in names or owner == :all and own?, not Map.has_key?(now.sent, path), do: Checkout.absolute(path)
    built ++ fetched ++ outputs
  end

  defp compile(now, set) do
    names = Map.keys(set)
    fetched = for app <- names, not now.apps[app].own?, do: app
    spoilt = for app <- fetched, match?(%{spoilt?: true}, now.records[app]), :again <- [Fetched.clean(now.apps[app].dest, %{wrote: %{}, spoilt?: true})], do: app
    Fetched.again(spoilt, now.apps)
    places = for app <- fetched, do: now.apps[app].dest
    before = for place <- [Checkout.root() | places], into: %{}, do: {place, look(place, now)}
    compile_or_keep(now, names)
    built = for app <- names, do: Path.join([now.build, "lib", Atom.to_string(app)])
    wrote = for {place, entries} <- before, {path, entry} <- look(place, now), entries[path] != entry, do: Path.join(place, path)
    built ++ wrote
  end

  # A module that runs its own native code while it is compiled cannot do so with that of another machine. Where all that
  # native code is there for the target, such an application keeps the bytecode of the machine that compiles.
  defp compile_or_keep(now, names) do
    Mix.Task.run("deps.loadpaths", now.arguments)
    Mix.Task.run("compile", now.arguments)
  catch
    kind, reason ->
      trace = __STACKTRACE__
      kept = for app <- names, not compiled?(now, app), native_whole?(now, app), do: app
      if kept == [], do: :erlang.raise(kind, reason, trace)
      for app <- kept, do: keep_bytecode(now, app)
      Mix.shell().info("#{Enum.join(kept, ", ")}: native code is for the target, bytecode is that of the first compilation")
      Mix.Task.clear()
      compile_or_keep(now, names)
  end

  # The file with the application's name is written last.
  defp compiled?(now, app), do: File.regular?(Path.join(lib(now, app), "ebin/#{app}.app"))

  # Whether an application has all its files with native code, each for the target.
  defp native_whole?(now, app) do
    own = Exchange.parked(now.build, "own", lib(now, app))
    wanted = for path <- Natives.below(own), Natives.machine(path) != nil, do: Path.relative_to(path, own)
    wanted != [] and Enum.all?(wanted, &(Natives.machine(Path.join(lib(now, app), &1)) == now.machine))
  end

  # With the times of its files, by which Mix knows that nothing is to be compiled.
  defp keep_bytecode(now, app) do
    own = Exchange.parked(now.build, "own", lib(now, app))

    for name <- ["ebin", ".mix"], from = Path.join(own, name), File.dir?(from) do
      File.rm_rf!(Path.join(lib(now, app), name))
      {_, 0} = System.cmd("cp", ["-a", from, lib(now, app)])
    end
  end

  defp lib(now, app), do: Path.join([now.build, "lib", Atom.to_string(app)])

  # What depends on code that is another for this target, as that of precompiled files is.
  defp compile_more(now, set, before) do
    changed = for {app, code} <- bytecode(now, set), code != before[app], do: app
    more = dependents(set, now.apps, changed) |> Map.drop(Map.keys(set))

    if more == %{} do
      []
    else
      Exchange.more(now.build, paths(now, Map.keys(more)))
      Mix.Task.clear()
      compile(now, more)
    end
  end

  defp bytecode(now, set), do: for({app, _} <- set, into: %{}, do: {app, Natives.bytecode(now.build, app)})

  defp look(place, now) do
    skipped = if place == Checkout.root(), do: [Mix.Project.deps_path(), Path.dirname(now.build)], else: []
    Checkout.walk(place, skipped)
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Cross do
  @moduledoc false
  # mix mix_release_builder.cross MARK TRIPLE MACHINE ENVIRONMENT COMPILERS [ARGUMENT ...]: exchanges what is not the
  # same for all targets for that of TRIPLE. MACHINE is \`e_machine\` of its files, ENVIRONMENT a digest of the variables
  # that code may read, COMPILERS one of what compiles native code.
  use Mix.Task

  alias MixReleaseBuilder.Say

  @impl true
  def run([mark, triple, machine, environment, compilers | arguments]) do
    MixReleaseBuilder.load()
    {set, foreign} = MixReleaseBuilder.Cross.run(triple, String.to_integer(machine), environment, compilers, arguments)
    Say.say(mark, "fact", "crossed", Enum.map_join(Enum.sort(set), "\\n", fn {app, reason} -> "#{app} #{reason}" end))
    Say.say(mark, "fact", "otp_applications", Enum.join(MixReleaseBuilder.Natives.of_otp(), " "))
    Say.say(mark, "fact", "foreign", Enum.map_join(foreign, "\\n", fn {app, path, found} -> "#{app} #{found || "beam"} #{path}" end))
    if foreign != [], do: exit({:shutdown, 67})
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Restore do
  @moduledoc false
  # mix mix_release_builder.restore: puts the code of the machine that compiles back in the place of a target's.
  use Mix.Task

  @impl true
  def run([]), do: MixReleaseBuilder.Exchange.restore(Mix.Project.build_path())
end

defmodule Mix.Tasks.MixReleaseBuilder.Erts do
  @moduledoc false
  # mix mix_release_builder.erts MARK DIRECTORY: has every release take the runtime and the OTP applications of
  # DIRECTORY, an Erlang root, where the project takes them from the machine that builds.
  use Mix.Task

  alias MixReleaseBuilder.Say

  @impl true
  def run([mark, directory]) do
    MixReleaseBuilder.load()
    [erts] = Path.wildcard(Path.join(directory, "erts-*"))
    config = Mix.Project.config()
    defined = if config[:releases] in [nil, []], do: [{config[:app], []}], else: config[:releases]
    Mix.ProjectStack.merge_config(releases: for({name, options} <- defined, do: {name, fn -> with_erts(mark, name, options, erts) end}))
  end

  defp with_erts(mark, name, options, erts) do
    options = if is_function(options, 0), do: options.(), else: options

    case Keyword.get(options, :include_erts, true) do
      true ->
        Keyword.put(options, :include_erts, erts)

      false ->
        options

      other ->
        Say.say(mark, "fact", "own_erts", "#{name} #{inspect(other)}")
        exit({:shutdown, 68})
    end
  end
end
`;var fetched_default=`# The files of dependencies: what their compilation wrote among them, and bringing them back to what was fetched.

defmodule MixReleaseBuilder.Fetched do
  @moduledoc false

  alias MixReleaseBuilder.Checkout

  def look(dest), do: Checkout.walk(dest, [])

  # What a compilation did in a directory, from what lay there before.
  def record(dest, before, build) do
    later = look(dest)
    wrote = for {path, entry} <- later, not Map.has_key?(before, path), elem(entry, 0) != :directory or true, do: path
    spoilt? = Enum.any?(before, fn {path, entry} -> later[path] != entry and elem(entry, 0) != :directory end)
    %{by: build, spoilt?: spoilt?, wrote: for(path <- wrote, into: %{}, do: {path, Checkout.content(Path.join(dest, path))})}
  end

  # \`:again\` where it has to be fetched anew, \`:clean\` where it is as it was fetched.
  def clean(dest, :unknown) do
    if git?(dest), do: restored?(dest)
    :clean
  end

  def clean(dest, %{before: before}), do: clean(dest, record(dest, before, nil))

  def clean(dest, %{wrote: wrote, spoilt?: spoilt?}) do
    cond do
      not spoilt? ->
        # Mix may have fetched another version since, with a file of the same name.
        for {path, content} <- wrote, Checkout.content(Path.join(dest, path)) == content, do: remove(dest, path)
        :clean

      git?(dest) and restored?(dest) ->
        :clean

      true ->
        File.rm_rf!(dest)
        :again
    end
  end

  defp remove(dest, path) do
    full = Path.join(dest, path)
    if File.dir?(full) and Checkout.content(full) |> elem(0) == :directory, do: :file.del_dir(full), else: :file.delete(full)
    remove_empty(dest, Path.dirname(path))
  end

  defp remove_empty(_dest, "."), do: :ok
  defp remove_empty(dest, path), do: if(:file.del_dir(Path.join(dest, path)) == :ok, do: remove_empty(dest, Path.dirname(path)))

  defp git?(dest), do: File.exists?(Path.join(dest, ".git"))

  defp restored?(dest), do: git(dest, ["reset", "--quiet", "--hard"]) and git(dest, ["clean", "-ffdxq"])

  defp git(dest, arguments) do
    match?({_, 0}, System.cmd("git", ["-C", dest | arguments], stderr_to_stdout: true))
  end

  def again([], _apps), do: :ok

  def again(_apps, _all) do
    Mix.Task.reenable("deps.get")
    Mix.Task.run("deps.get", ["--only", Atom.to_string(Mix.env())])
    Mix.Dep.load_and_cache()
    :ok
  end
end
`;var inputs_default=`# What an application's compilation depended on that Mix does not track, from what was seen of it.

defmodule MixReleaseBuilder.Inputs do
  @moduledoc false

  alias MixReleaseBuilder.{Apps, Checkout}

  @too_many 5_000
  @project {nil, {:project, nil}}
  @lists [:list_dir, :list_dir_all]
  @states [:read_file_info, :read_link_info, :read_link, :read_link_all]
  @reads [:read_file, :consult, :path_consult, :path_open, :eval, :script]
  @system ~w(/usr /lib /lib64 /bin /sbin /opt /etc /proc /sys /dev)

  # What an input is now; \`apps\` is needed for the configuration of projects. A directory's state is that it is there.
  def content(input, apps \\\\ %{})
  def content({:project, nil}, apps), do: Apps.projects(apps)
  def content({:variable, name}, _apps), do: System.get_env(name)
  def content({:list, path}, _apps), do: Enum.sort(Checkout.names(path))

  def content({:state, path}, _apps) do
    case File.stat(path) do
      {:ok, %{type: :directory}} -> :directory
      {:ok, %{mode: mode}} -> {mode, Checkout.content(real(path))}
      {:error, reason} -> reason
    end
  end

  defp real(path) do
    case File.read_link(path) do
      {:ok, target} -> target |> Path.expand(Path.dirname(path)) |> real()
      {:error, _} -> path
    end
  end

  # By application: {reasons why it is not pure, inputs}. \`now\` has apps, build and deps_path.
  def of(events, now) do
    now = with_modules(now)
    apps = events |> Enum.uniq() |> Enum.reduce(%{}, &add(&1, &2, now))
    for {app, {reasons, inputs}} <- apps, into: %{}, do: {app, limited(reasons, tracked(inputs, app, now))}
  end

  defp limited(reasons, inputs) do
    if MapSet.size(inputs) > @too_many, do: {MapSet.put(reasons, "reads"), MapSet.new()}, else: {reasons, inputs}
  end

  defp add({:compiled, source}, found, now), do: put(found, Apps.of_path(now.apps, source), nil)

  defp add({:compiler, cwd, call}, found, now) do
    app = Apps.of_path(now.apps, cwd)
    put(found, app, call |> kind(cwd) |> judge(nil, now) |> fitting(app, now))
  end

  defp add({source, _cwd, call}, found, now) do
    case Apps.of_path(now.apps, source) do
      nil -> found
      app -> put(found, app, call |> kind(now.apps[app].dest) |> judge(source, now) |> fitting(app, now))
    end
  end

  # The lock says what a dependency is made of, and a compilation of it from scratch is in a directory of its own. What
  # it learns about the checkout around it is another matter.
  defp fitting(what, app, now) do
    own? = app != nil and now.apps[app].own?
    if own? or (not is_binary(what) and what != @project) or what == "git", do: what
  end

  defp put(found, nil, _), do: found

  defp put(found, app, what) do
    {reasons, inputs} = Map.get(found, app, {MapSet.new(), MapSet.new()})

    case what do
      nil -> Map.put(found, app, {reasons, inputs})
      reason when is_binary(reason) -> Map.put(found, app, {MapSet.put(reasons, reason), inputs})
      input -> Map.put(found, app, {reasons, MapSet.put(inputs, input)})
    end
  end

  defp kind({:file, name, [path | _]}, cwd) when name in @lists, do: {:list, path(path, cwd)}
  defp kind({:file, name, [path | _]}, cwd) when name in @states or name in @reads, do: {:state, path(path, cwd)}
  defp kind({:file, :set_cwd, _}, _cwd), do: "directory"

  defp kind({:file, :open, [path, modes]}, cwd) do
    reads? = is_list(modes) and not Enum.any?([:write, :append, :exclusive, :ram], &(&1 in modes))
    {if(reads?, do: :state, else: :write), path(path, cwd)}
  end

  defp kind({:file, _, [path | _]}, cwd), do: {:write, path(path, cwd)}
  defp kind({:erlang, :open_port, [{_, program} | _]}, _cwd) do
    if Path.basename(to_string(program)) == "git", do: "git", else: "programs"
  end

  defp kind({:erlang, :open_port, _}, _cwd), do: "programs"
  defp kind({:application, _, [app | _]}, _cwd), do: {:start, app}
  defp kind({:os, :env, _}, _cwd), do: "environment"
  defp kind({:os, :getenv, []}, _cwd), do: "environment"
  defp kind({:os, :getenv, [name | _]}, _cwd), do: if(to_string(name) == "SOURCE_DATE_EPOCH", do: {nil, {:variable, "SOURCE_DATE_EPOCH"}})
  defp kind({:project, _, _}, _cwd), do: @project
  defp kind({:asked, module, caller}, _cwd), do: {:asked, module, caller}
  defp kind(_, _cwd), do: "network"

  defp path(path, cwd) do
    case path do
      path when is_binary(path) -> Path.expand(path, cwd)
      path when is_list(path) -> path |> List.flatten() |> Checkout.raw() |> Path.expand(cwd)
      path when is_atom(path) -> path |> Atom.to_string() |> Path.expand(cwd)
    end
  end

  defp judge({nil, _} = variable, _source, _now), do: variable
  defp judge({:start, app}, _source, now), do: if(app not in now.started, do: "applications")
  defp judge({:asked, module, caller}, _source, now), do: if(not ours?(caller) and open?(module, now), do: "modules")

  defp judge({:write, path}, _source, now) do
    ebin? = Enum.any?(now.apps, fn {app, _} -> Path.dirname(path) == ebin(now, app) end)
    unless ebin?, do: "writes"
  end

  defp judge({_, path}, path, _now), do: nil

  defp judge({kind, path}, source, now) do
    path = through_link(path, now)

    cond do
      path in [now.build, Path.join(now.build, "lib"), now.deps_path] -> nil
      within?(path, now.build) -> if(compiled_here?(path, now), do: "compiled")
      fetched?(path, now) -> nil
      within?(path, Checkout.root()) -> {source, {kind, path}}
      Enum.any?([to_string(:code.root_dir()), to_string(:code.lib_dir(:elixir)) | @system], &within?(path, &1)) -> nil
      path == "/" -> nil
      true -> "outside"
    end
  end

  defp judge(other, _source, _now), do: other

  defp fetched?(path, now) do
    app = Apps.of_path(now.apps, path)
    within?(path, now.deps_path) and (is_nil(app) or not now.apps[app].own? or not within?(now.apps[app].dest, now.deps_path))
  end

  # \`priv\` of compiled code leads to that of the sources.
  defp through_link(path, now) do
    with [app, dir | rest] when dir in ["priv", "include", "src"] <- below_lib(path, now),
         {:ok, target} <- File.read_link(Path.join([now.build, "lib", app, dir])) do
      Path.join([Path.expand(target, Path.join([now.build, "lib", app])) | rest])
    else
      _ -> path
    end
  end

  defp below_lib(path, now) do
    lib = Path.join(now.build, "lib")
    if within?(path, lib) and path != lib, do: path |> Path.relative_to(lib) |> Path.split(), else: []
  end

  # Of dependencies, the lock says what they are.
  defp compiled_here?(path, now) do
    case below_lib(path, now) do
      [app | rest] -> Enum.any?(now.apps, fn {name, facts} -> Atom.to_string(name) == app and facts.own? end) and rest != []
      [] -> true
    end
  end

  defp within?(path, directory), do: path == directory or String.starts_with?(path, directory <> "/")

  # Elixir and Mix ask for themselves, and remember.
  defp ours?(nil), do: false

  defp ours?(caller) do
    case :code.which(caller) do
      path when is_list(path) and path != [] ->
        libraries = for app <- [:elixir, :mix, :eex, :logger, :kernel, :stdlib, :compiler], do: to_string(:code.lib_dir(app))
        Enum.any?(libraries, &within?(to_string(path), &1))

      _ ->
        false
    end
  end

  # Whether the sources of the checkout decide that a module is there.
  defp open?(module, %{modules: modules, spaces: spaces}) when is_atom(module) do
    name = Atom.to_string(module)
    MapSet.member?(modules, name) or (MapSet.member?(spaces, space(name)) and :code.which(module) == :non_existing)
  end

  defp open?(_, _), do: true

  defp space(name), do: name |> String.split(".") |> Enum.take(2) |> Enum.join(".")

  # The modules of the project.
  defp with_modules(now) do
    modules = for {app, %{own?: true}} <- now.apps, file <- Checkout.names(ebin(now, app)), do: Path.rootname(file)
    Map.merge(now, %{modules: MapSet.new(modules), spaces: MapSet.new(modules, &space/1)})
  end

  defp ebin(now, app), do: Path.join([now.build, "lib", Atom.to_string(app), "ebin"])

  # Files that the modules of a source declare, and directories of those that say themselves when to compile them again,
  # Mix compares.
  defp tracked(inputs, app, now) do
    sources = for {source, _} <- inputs, source != nil, into: MapSet.new(), do: source
    modules = if MapSet.size(sources) == 0, do: %{}, else: modules(ebin(now, app), now.apps[app].dest, sources)
    for {source, input} <- inputs, not compared?(input, modules[source]), into: MapSet.new(), do: input
  end

  defp compared?(_input, nil), do: false
  defp compared?({:list, _}, {_, compares?}), do: compares?

  defp compared?({:state, path}, {declared, compares?}) do
    case File.stat(path) do
      {:ok, %{type: :regular}} -> MapSet.member?(declared, path)
      {:ok, %{type: :directory}} -> compares?
      _ -> false
    end
  end

  # By source: {the files that its modules declare, whether one compares more itself}.
  defp modules(ebin, dest, sources) do
    for file <- Checkout.names(ebin), Path.extname(file) == ".beam", reduce: %{} do
      found ->
        {:ok, {_, chunks}} = ebin |> Path.join(file) |> to_charlist() |> :beam_lib.chunks([:compile_info, :attributes, :exports])
        source = to_string(chunks[:compile_info][:source] || "")
        declared = for {:external_resource, paths} <- chunks[:attributes], path <- paths, into: MapSet.new(), do: Path.expand(path, dest)
        compares? = Version.match?(System.version(), ">= 1.11.0-dev") and {:__mix_recompile__?, 0} in chunks[:exports]

        if MapSet.member?(sources, source) do
          Map.update(found, source, {declared, compares?}, fn {more, also?} -> {MapSet.union(declared, more), compares? or also?} end)
        else
          found
        end
    end
  end
end
`;var inventory_default=`# Where the applications of a release come from, for the list of what is inside.

defmodule MixReleaseBuilder.Inventory do
  @moduledoc false

  alias MixReleaseBuilder.{Checkout, Natives}

  # Directories of an application in which the sources of native code lie.
  @native ["native", "rust", "crates", "c_src", "src"]

  # A map for JSON:
  #   apps   for every application of the project and its dependencies: app, kind, path, licenses, links, and for what was
  #          fetched hex or git; locks are the paths of Cargo's locks that its native code was compiled by
  #   locks  by path, the text of each of these locks
  def all do
    lock = Mix.Dep.Lock.read()
    apps = project() ++ for dep <- Mix.Dep.cached(), do: dependency(dep, lock[dep.app])
    found = for app <- apps, do: Map.put(Map.delete(app, :dest), :locks, locks(app))
    paths = found |> Enum.flat_map(& &1.locks) |> Enum.uniq()
    texts = for path <- paths, {:ok, text} <- [File.read(Checkout.absolute(path))], into: %{}, do: {path, text}
    %{apps: Enum.sort_by(found, & &1.app), locks: texts}
  end

  # The root of an umbrella is no application.
  defp project do
    config = Mix.Project.config()
    if Mix.Project.umbrella?(config) or is_nil(config[:app]), do: [], else: [described(config[:app], "project", File.cwd!(), package(config))]
  end

  defp dependency(%{app: app, scm: Mix.SCM.Path, opts: opts} = dep, _locked) do
    own? = opts[:from_umbrella] || opts[:in_umbrella]
    described(app, if(own?, do: "project", else: "path"), dest(dep), declared(dep))
  end

  defp dependency(%{app: app} = dep, locked) when is_tuple(locked) and elem(locked, 0) == :hex and tuple_size(locked) > 2 do
    hex = %{name: elem(locked, 1), version: elem(locked, 2), repo: at(locked, 6) || "hexpm", checksum: at(locked, 7)}
    app |> described("hex", dest(dep), metadata(dest(dep))) |> Map.put(:hex, hex)
  end

  defp dependency(%{app: app} = dep, locked) when is_tuple(locked) and elem(locked, 0) == :git and tuple_size(locked) > 2 do
    directory = dep.opts[:subdir] || dep.opts[:sparse]
    app |> described("git", dest(dep), declared(dep)) |> Map.put(:git, %{url: elem(locked, 1), commit: elem(locked, 2), directory: directory})
  end

  defp dependency(dep, _locked), do: described(dep.app, "unknown", dest(dep), [])

  defp at(tuple, index), do: if(tuple_size(tuple) > index, do: elem(tuple, index))

  defp dest(dep), do: Path.expand(dep.opts[:dest])

  defp described(app, kind, dest, about) do
    %{app: app, kind: kind, dest: dest, path: Checkout.relative(dest), licenses: licenses(about), links: links(about)}
  end

  # What a package says of itself: pairs with text as keys.
  defp metadata(dest) do
    case :file.consult(to_charlist(Path.join(dest, "hex_metadata.config"))) do
      {:ok, terms} -> for {key, value} <- terms, is_binary(key), do: {key, value}
      {:error, _} -> []
    end
  end

  # Mix has read each file already.
  defp declared(dep) do
    if Mix.Dep.mix?(dep), do: Mix.Dep.in_dependency(dep, fn _ -> package(Mix.Project.config()) end), else: []
  rescue
    _ -> []
  end

  defp package(config) do
    case config[:package] do
      nil -> []
      package -> for {key, value} <- package, is_atom(key), do: {Atom.to_string(key), value}
    end
  end

  defp licenses(about) do
    case List.keyfind(about, "licenses", 0) do
      {_, names} when is_list(names) -> for name <- names, is_binary(name), do: name
      _ -> []
    end
  end

  defp links(about) do
    case List.keyfind(about, "links", 0) do
      {_, links} when is_list(links) or is_map(links) -> for {label, url} <- links, is_binary(url), is_binary(label) or is_atom(label), do: [to_string(label), url]
      _ -> []
    end
  end

  # Of an application that has native code, as a release takes it.
  defp locks(%{app: app, dest: dest}) do
    priv = Path.join([Mix.Project.build_path(), "lib", to_string(app), "priv"])
    if Enum.any?(Natives.below(priv), &(Natives.machine(&1) != nil)), do: locks_of(dest), else: []
  end

  # A crate that has no lock of its own is part of a workspace above it.
  defp locks_of(dest) do
    directories = for name <- Checkout.names(dest), do: Path.join(dest, name)
    further = Enum.flat_map(@native, &children(Path.join(dest, &1)))
    crates = for directory <- [dest | directories] ++ further, File.regular?(Path.join(directory, "Cargo.toml")), do: directory
    crates |> Enum.map(&lock_above/1) |> Enum.reject(&is_nil/1) |> Enum.uniq() |> Enum.sort()
  end

  defp children(directory) do
    below = for name <- Checkout.names(directory), path = Path.join(directory, name), File.dir?(path), do: path
    below ++ for path <- below, name <- Checkout.names(path), child = Path.join(path, name), name != "target", File.dir?(child), do: child
  end

  defp lock_above(directory) do
    relative = Checkout.relative(directory)

    cond do
      is_nil(relative) -> nil
      File.regular?(Path.join(directory, "Cargo.lock")) -> Checkout.relative(Path.join(directory, "Cargo.lock"))
      relative == "" -> nil
      true -> lock_above(Path.dirname(directory))
    end
  end

  # Elixir has had JSON only since 1.18.
  def json(nil), do: "null"
  def json(value) when is_map(value), do: ["{", joined(Enum.sort(value), fn {key, each} -> [string(to_string(key)), ":", json(each)] end), "}"]
  def json(value) when is_list(value), do: ["[", joined(value, &json/1), "]"]
  def json(value) when is_atom(value), do: string(Atom.to_string(value))
  def json(value) when is_binary(value), do: string(value)

  defp joined(values, one), do: values |> Enum.map(one) |> Enum.intersperse(",")

  defp string(text) do
    text = if String.valid?(text), do: text, else: :unicode.characters_to_binary(text, :latin1)
    ["\\"", for(<<char::utf8 <- text>>, do: escaped(char)), "\\""]
  end

  defp escaped(?"), do: "\\\\\\""
  defp escaped(?\\\\), do: "\\\\\\\\"
  defp escaped(char) when char < 32, do: ["\\\\u", char |> Integer.to_string(16) |> String.pad_leading(4, "0")]
  defp escaped(char), do: <<char::utf8>>
end

defmodule Mix.Tasks.MixReleaseBuilder.Inventory do
  @moduledoc false
  # mix mix_release_builder.inventory MARK: says where the applications of the project and its dependencies come from.
  use Mix.Task

  alias MixReleaseBuilder.{Inventory, Say}

  @impl true
  def run([mark]) do
    MixReleaseBuilder.load()
    Say.say(mark, "fact", "inventory", IO.iodata_to_binary(Inventory.json(Inventory.all())))
  end
end
`;var lock_default=`# What belongs to fetching: the lock, and the keys of repositories.

defmodule Mix.Tasks.MixReleaseBuilder.Lock do
  @moduledoc false
  # mix mix_release_builder.lock MARK: the first time it keeps what mix.lock says. The second time it says what has
  # changed since, one line a dependency, and stops here when something has. A project without the file has none to
  # fit, which it says as well.
  use Mix.Task

  @impl true
  def run([mark]) do
    MixReleaseBuilder.load()
    now = Mix.Dep.Lock.read()

    case Process.get(__MODULE__) do
      nil -> Process.put(__MODULE__, {File.exists?(Mix.Project.config()[:lockfile]), now})
      {true, before} -> compare(mark, before, now)
      {false, _} -> if now != %{}, do: MixReleaseBuilder.Say.say(mark, "fact", "unlocked", "yes")
    end

    Mix.Task.reenable("mix_release_builder.lock")
  end

  defp compare(mark, before, now) do
    drifted = for {app, lock} <- Enum.sort(now), before[app] != lock, do: drift(app, before[app], lock)

    if drifted != [] do
      MixReleaseBuilder.Say.say(mark, "fact", "drifted", Enum.join(drifted, "\\n"))
      exit({:shutdown, 66})
    end
  end

  defp drift(app, nil, lock), do: "#{app} is not in it and would be #{locked(lock)}"

  defp drift(app, before, lock) do
    case {locked(before), locked(lock)} do
      {same, same} -> "#{app} is in it at #{same}, and another checksum or option would be noted"
      {old, new} -> "#{app} is in it at #{old} and would be #{new}"
    end
  end

  defp locked(lock) when elem(lock, 0) == :hex, do: to_string(elem(lock, 2))
  defp locked(lock) when elem(lock, 0) == :git, do: lock |> elem(2) |> to_string() |> String.slice(0, 12)
  defp locked(lock), do: inspect(lock)
end

defmodule Mix.Tasks.MixReleaseBuilder.HexAuth do
  @moduledoc false
  # mix mix_release_builder.hex_auth: runs the tasks of Hex that MIX_RELEASE_HEX_AUTH names, one a line, each word of
  # it in Base64: keys are among them, which are never to be seen in a list of processes.
  use Mix.Task

  @variable "MIX_RELEASE_HEX_AUTH"

  @impl true
  def run([]) do
    lines = @variable |> System.get_env() |> to_string() |> String.split("\\n", trim: true)
    System.delete_env(@variable)

    for line <- lines do
      [task | args] = line |> String.split(" ") |> Enum.map(&Base.decode64!/1)
      Mix.Task.reenable(task)
      Mix.Task.run(task, args)
    end
  end
end
`;var observer_default=`# Watches a compilation: what the code of the project does while it is compiled, besides being compiled.

defmodule MixReleaseBuilder.Observer do
  @moduledoc false

  # Compilers of Mix's own: what they read, Mix compares itself.
  @compilers ~w(compile.all compile.app compile.elixir compile.erlang compile.leex compile.protocols compile.xref compile.yecc)

  @files ~w(read_file consult path_consult path_open eval script read_link read_link_all read_file_info read_link_info
           list_dir list_dir_all set_cwd open write_file copy rename delete make_dir del_dir make_symlink make_link
           change_mode write_file_info)a

  @reads [
    file: @files,
    os: [:getenv, :env],
    erlang: [:open_port],
    gen_tcp: [:connect],
    gen_udp: [:open],
    socket: [:open, :connect],
    application: [:start, :ensure_started, :ensure_all_started]
  ]
  @projects [config: 0, get: 0, get!: 0]
  @asks [{Code, [:ensure_loaded, :ensure_loaded?, :ensure_loaded!, :ensure_compiled, :ensure_compiled!]}]

  # Starts watching the calling process and all that it starts. nil where that cannot be: it is traced already.
  def start do
    main = self()
    cwd = File.cwd!()
    mixfiles = mixfiles()
    tracer = spawn(fn -> loop(%{main: main, cwd: cwd, mixfiles: mixfiles, tasks: [], workers: %{}, parents: %{}, events: []}) end)
    patterns(true)
    for module <- mixfiles, do: :erlang.trace_pattern({module, :_, :_}, true, [])
    1 = :erlang.trace(main, true, [:call, :procs, :set_on_spawn, {:tracer, tracer}])
    tracer
  rescue
    _ -> nil
  end

  # What was seen, in order: {source, cwd, call} for the code of a source, {:compiler, cwd, call} for that of a compiler
  # that is not Mix's, and {:compiled, source}. nil where nothing can be said.
  def stop(nil), do: nil

  def stop(tracer) do
    :erlang.trace(self(), false, [:all])
    patterns(false)
    monitor = Process.monitor(tracer)
    delivered = :erlang.trace_delivered(:all)

    receive do
      {:trace_delivered, :all, ^delivered} -> send(tracer, {:stop, self()})
    end

    receive do
      {:seen, events} ->
        Process.demonitor(monitor, [:flush])
        events

      {:DOWN, ^monitor, _, _, _} ->
        nil
    end
  rescue
    _ -> nil
  end

  # Some builds of Elixir have functions of \`file\` inlined, which ask its server.
  @server [
    {[:file_server_2, :_], [], [{:message, true}]},
    {[:file_server_2, :_, :_], [], [{:message, true}]}
  ]

  # The modules of each mix.exs, and of what it has evaluated: they are in memory alone.
  defp mixfiles do
    for {module, file} <- :code.all_loaded(), file in [[], :non_existing], source = source(module), inside?(source), into: MapSet.new(), do: module
  end

  defp source(module), do: module.module_info(:compile)[:source]

  defp inside?(source), do: String.starts_with?(to_string(source), MixReleaseBuilder.Checkout.root() <> "/")

  defp patterns(on?) do
    pattern(:gen_server, :call, on? && @server)
    for {module, names} <- @reads, name <- names, do: pattern(module, name, on? && [])
    for {name, arity} <- @projects, do: :erlang.trace_pattern({Mix.Project, name, arity}, on?, [])
    for {module, names} <- @asks, name <- names, do: pattern(module, name, on? && [{:_, [], [{:message, {:caller}}]}])
    pattern(Mix.Task, :run, on? && [{:_, [], [{:exception_trace}]}])
  end

  defp pattern(module, name, spec) do
    {:module, _} = :code.ensure_loaded(module)
    :erlang.trace_pattern({module, name, :_}, if(spec == [], do: true, else: spec), [])
  end

  defp loop(state) do
    receive do
      {:stop, from} -> send(from, {:seen, Enum.reverse(state.events)})
      message -> message |> seen(state) |> loop()
    end
  end

  defp seen({:trace, parent, :spawn, child, {:erlang, :apply, [fun, _]}}, state) when is_function(fun) do
    state = %{state | parents: Map.put(state.parents, child, parent)}

    case :erlang.fun_info(fun, :module) do
      {:module, Kernel.ParallelCompiler} -> %{state | workers: Map.put(state.workers, child, nil)}
      # It reads compiled code, for Elixir alone.
      {:module, Module.ParallelChecker} -> %{state | workers: Map.put(state.workers, child, :elixir)}
      _ -> state
    end
  end

  defp seen({:trace, parent, :spawn, child, _}, state), do: %{state | parents: Map.put(state.parents, child, parent)}

  defp seen({:trace, main, :call, {Mix.Task, :run, [task | _]}}, %{main: main} = state) do
    %{state | tasks: [to_string(task) | state.tasks]}
  end

  defp seen({:trace, main, kind, {Mix.Task, :run, _}, _}, %{main: main} = state) when kind in [:return_from, :exception_from] do
    %{state | tasks: Enum.drop(state.tasks, 1)}
  end

  defp seen({:trace, main, :call, {:file, :set_cwd, [path]}}, %{main: main} = state) do
    %{state | cwd: Path.expand(to_string(path), state.cwd)}
  end

  defp seen({:trace, pid, :call, {:gen_server, :call, [_, request | _]}}, state) when is_tuple(request) do
    [name | arguments] = Tuple.to_list(request)
    if name in @files, do: call(pid, {:file, name, arguments}, state), else: state
  end

  defp seen({:trace, pid, :call, {module, name, arguments} = call}, state) do
    project? = module == Mix.Project or MapSet.member?(state.mixfiles, module)
    call(pid, if(project?, do: {:project, name, length(arguments)}, else: call), state)
  end

  defp seen({:trace, pid, :call, {_, _, [module | _]}, {caller, _, _}}, state), do: call(pid, {:asked, module, caller}, state)
  defp seen({:trace, pid, :call, {_, _, [module | _]}, _}, state), do: call(pid, {:asked, module, nil}, state)
  defp seen(_, state), do: state

  # The first file that such a process reads is its source. Those that write compiled code read none.
  defp call(pid, call, state) do
    case {worker(pid, state), call} do
      {{^pid, nil}, {:file, name, [path | _]}} when name in [:read_file, :open] ->
        source = path |> to_string() |> Path.expand(state.cwd)
        state = %{state | workers: Map.put(state.workers, pid, source)}
        event({:compiled, source}, state)

      {{_, source}, _} when source in [nil, :elixir] ->
        state

      {{_, source}, _} ->
        event({source, state.cwd, call}, state)

      {nil, _} ->
        if Enum.any?(state.tasks, &custom?/1), do: event({:compiler, state.cwd, call}, state), else: state
    end
  end

  defp event(event, state), do: %{state | events: [event | state.events]}

  defp custom?("compile." <> _ = task), do: task not in @compilers
  defp custom?(_), do: false

  # The process that compiles a file, for itself and all that it started.
  defp worker(pid, %{workers: workers, parents: parents} = state) do
    case {workers, parents} do
      {%{^pid => source}, _} -> {pid, source}
      {_, %{^pid => parent}} -> worker(parent, state)
      _ -> nil
    end
  end
end
`;var plan_default=`# Which compiled code is used again, and which is not, and why.

defmodule MixReleaseBuilder.Plan do
  @moduledoc false

  alias MixReleaseBuilder.Apps

  # The applications that are compiled from scratch, with the reason in a word. \`now\` has what the build begins with:
  #   apps, keys  see MixReleaseBuilder.Apps
  #   whole       a digest of all that was sent
  #   made        a digest of what hooks made in the checkout
  #   epoch       a digest of the hooks
  #   prints      by application, what its compiled code is
  #   outputs     by path, the content of what earlier compilations wrote
  #   extras      the same for what lies beside \`lib\`
  #   unlinked?   whether Mix would link a directory of the sources now that was written too late for that
  #   inputs      answers what an input is now
  #   deps        see MixReleaseBuilder.State.read_deps/1
  #   build       the directory of compiled code
  def scratch(now, state) do
    direct = for {app, _} <- now.apps, reason = reason(app, now, state), into: %{}, do: {app, reason}
    direct |> together(now, state) |> dependents(now)
  end

  defp reason(app, now, state) when not is_map(state), do: if(now.prints[app], do: "state", else: "new")
  defp reason(_app, %{epoch: epoch}, %{epoch: other}) when epoch != other, do: "hooks"

  defp reason(app, now, state) do
    kept = state.apps[app]
    facts = now.apps[app]

    cond do
      is_nil(kept) -> "new"
      kept.key != now.keys[app] -> "configuration"
      kept.print != now.prints[app] -> "compiled"
      not kept.pure? and kept.whole != now.whole -> "changed"
      Enum.any?(kept.inputs, fn {input, content} -> now.inputs.(input) != content end) -> "read"
      facts.own? -> own_reason(kept, now, state)
      not written_here?(app, now) -> "dependency"
      true -> nil
    end
  end

  defp own_reason(kept, now, state) do
    cond do
      state.status != :done -> "interrupted"
      kept.made != now.made -> "made"
      not kept.pure? and lost?(now, state) -> "outputs"
      true -> nil
    end
  end

  # Which of several applications wrote a file cannot always be told: those that write go together.
  defp lost?(now, state) do
    Enum.any?(state.outputs, fn {path, {_, content}} -> now.outputs[path] != content end) or state.extras != now.extras or
      now.unlinked?
  end

  # What its compilation wrote into its own directory was written for this directory of compiled code.
  defp written_here?(app, now) do
    case now.deps[app] do
      nil -> true
      %{before: _} -> false
      %{wrote: wrote, spoilt?: spoilt?, by: by} -> by == now.build or (wrote == %{} and not spoilt?)
    end
  end

  # Where applications see others that they do not depend on, one that is compiled later would see more than in a clean
  # build. A first compilation sees no more.
  defp together(direct, now, state) do
    fetched? = Enum.any?(direct, fn {app, _} -> not now.apps[app].own? end)

    if Apps.everything_seen?() and fetched? and is_map(state) do
      for {app, _} <- now.apps, into: %{}, do: {app, direct[app] || "dependency"}
    else
      direct
    end
  end

  defp dependents(direct, now) do
    for {app, _} <- now.apps,
        reason = direct[app] || if(Enum.any?(Apps.needed(now.apps, app), &Map.has_key?(direct, &1)), do: "dependency"),
        into: %{},
        do: {app, reason}
  end
end
`;var prepare_default=`# Before the compilation: what is compiled already, and may not be used again, goes.

defmodule MixReleaseBuilder.Prepared do
  @moduledoc false

  alias MixReleaseBuilder.{Apps, Checkout, Exchange, Plan, State}

  # What Mix itself keeps in its directory of compiled code, besides what compilation may write there.
  @of_mix ["lib", "rel", "consolidated", ".mix", ".mix-release"]

  def run(whole, environment, epoch) do
    build = Mix.Project.build_path()
    deps = Mix.Project.deps_path()
    Exchange.restore(build)
    sent = Checkout.sent()
    apps = Apps.all(sent)
    state = State.read(build)
    records = records(State.read_deps(deps), apps)
    fetched = fetched(deps, apps, sent)
    skipped = skipped(build, fetched || [deps], sent)
    written = if is_map(state), do: state.outputs, else: %{}
    # Of another environment, or of a state that is lost.
    foreign = Enum.reject(Checkout.written(), &(Map.has_key?(written, &1) or Map.has_key?(sent, &1)))
    Enum.each(foreign, &remove_file/1)
    walk = Checkout.walk(Checkout.root(), skipped)
    outputs = for {path, _} <- written, into: %{}, do: {path, Checkout.content(Checkout.absolute(path))}

    now = %{
      apps: apps,
      keys: Apps.keys(apps, environment, sent),
      whole: whole,
      epoch: epoch,
      made: made(walk, sent, written),
      prints: for({app, _} <- apps, into: %{}, do: {app, print(build, app)}),
      outputs: outputs,
      extras: extras(build),
      unlinked?: Enum.any?(apps, fn {app, facts} -> facts.own? and unlinked?(build, app, facts.dest) end),
      inputs: &MixReleaseBuilder.Inputs.content(&1, apps),
      deps: records,
      build: build,
      directories: Checkout.sent_directories(sent)
    }

    scratch = Plan.scratch(now, state)
    described = Enum.uniq(Map.keys(scratch) ++ described_again(now, state, scratch))
    defaults = for app <- described, into: %{}, do: {app, default_environment(description(now.build, app))}
    outputs = remove_code(now, state, scratch, sent)
    for app <- described, do: File.rm(description(now.build, app))
    Enum.each(defaults, &forget/1)
    remove_old(now, deps, sent)
    records = clean_dependencies(now, scratch, records)

    kept = for {app, _} <- apps, not Map.has_key?(scratch, app), into: %{}, do: {app, state.apps[app]}
    running = %{status: :running, epoch: epoch, apps: kept, outputs: outputs, extras: extras(build)}
    State.write(build, running)
    State.write_deps(deps, records)

    now
    |> Map.merge(%{state: running, deps_path: deps, sent: sent, skipped: skipped, scratch: scratch, deps: records, fetched: fetched})
    |> Map.put(:walk, if(outputs == written, do: walk, else: Checkout.walk(Checkout.root(), skipped)))
  end

  # Without a record, or with one that cannot be read, what was fetched earlier may be anything.
  defp records(records, _apps) when is_map(records), do: records
  defp records(:none, _apps), do: %{}
  defp records(:damaged, apps), do: for({app, %{own?: false}} <- apps, into: %{}, do: {app, %{wrote: %{}, spoilt?: true, by: nil}})

  # Where the checkout has some of the dependencies, what lies beside them and was fetched; nil where it has none.
  defp fetched(deps, apps, sent) do
    relative = Checkout.relative(deps)

    if relative != nil and MapSet.member?(Checkout.sent_directories(sent), relative) do
      names =
        for {_, %{own?: false, dest: dest}} <- apps, String.starts_with?(dest, deps <> "/") do
          dest |> Path.relative_to(deps) |> Path.split() |> hd()
        end

      for name <- Enum.uniq([".mix-release" | names]), do: Path.join(deps, name)
    end
  end

  # Compiled code of all environments is usually in one directory, \`_build\`.
  defp skipped(build, fetched, sent) do
    directories = Checkout.sent_directories(sent)
    all = Path.dirname(build)
    relative = Checkout.relative(all)
    holds_sources? = is_nil(relative) or MapSet.member?(directories, relative)
    [if(holds_sources?, do: build, else: all) | fetched]
  end

  # A digest of what lies in the checkout and was neither sent nor written by a compilation: hooks made it. An output
  # that has changed since counts as lost, and not as made.
  defp made(walk, sent, written) do
    for({path, entry} <- walk, not Checkout.as_sent?(entry, sent[path]), not Map.has_key?(written, path), do: path)
    |> Enum.sort()
    |> Enum.map(&{&1, Checkout.content(Checkout.absolute(&1))})
    |> Checkout.term_digest()
  end

  # Mix links these when a compilation begins.
  @linked ["priv", "include"]

  defp unlinked?(build, app, dest) do
    compiled = Path.join([build, "lib", Atom.to_string(app)])
    File.dir?(compiled) and Enum.any?(@linked, &(File.dir?(Path.join(dest, &1)) and not File.exists?(Path.join(compiled, &1))))
  end

  # What the compiled code of an application is: its files, and the description that Mix writes; nil where there is none.
  def print(build, app) do
    directory = Path.join([build, "lib", Atom.to_string(app)])
    description = Path.join([directory, "ebin", "#{app}.app"])

    if File.dir?(directory) do
      files = Checkout.walk(directory, [Path.join(directory, ".mix"), Path.join(directory, "consolidated")])
      skipped = ["ebin/#{app}.app" | @linked]
      code = for {path, {type, _, _, mtime, size, _}} <- files, path not in skipped, into: %{}, do: {path, {type, mtime, size}}
      {code, Checkout.content(description)}
    end
  end

  # What lies in the directory of compiled code and is not Mix's, by path: content.
  def extras(build) do
    for name <- Checkout.names(build), name not in @of_mix, path <- below(build, name), into: %{} do
      {path, Checkout.content(Path.join(build, path))}
    end
  end

  defp below(build, name) do
    full = Path.join(build, name)

    case Checkout.information(full) do
      {:directory, _, _, _, _, _} -> [name | for({path, _} <- Checkout.walk(full, []), do: Path.join(name, path))]
      _ -> [name]
    end
  end

  # Returns the outputs that stay.
  defp remove_code(now, state, scratch, sent) do
    for {app, _} <- scratch, do: remove_application(now.build, app)

    for name <- Checkout.names(Path.join(now.build, "lib")), not Enum.any?(now.apps, fn {app, _} -> Atom.to_string(app) == name end) do
      remove(Path.join([now.build, "lib", name]), now)
    end

    own? = Enum.any?(scratch, fn {app, _} -> now.apps[app].own? end)
    if scratch != %{}, do: unconsolidate(now.build)
    if own? or (is_map(state) and state.extras != now.extras), do: remove_extras(now)
    if is_map(state), do: remove_outputs(state.outputs, now, scratch, sent), else: %{}
  end

  defp remove_application(build, app), do: File.rm_rf!(Path.join([build, "lib", Atom.to_string(app)]))

  # Mix does not write the description of an application again for a version that git tells.
  defp described_again(now, state, scratch) do
    for {app, %{own?: true, base: base}} <- now.apps, not Map.has_key?(scratch, app), Map.get(state.apps[app], :base) != base, do: app
  end

  defp description(build, app), do: Path.join([build, "lib", Atom.to_string(app), "ebin", "#{app}.app"])

  defp default_environment(file) do
    case :file.consult(to_charlist(file)) do
      {:ok, [{:application, _, properties}]} -> Keyword.get(properties, :env, [])
      _ -> []
    end
  end

  # From Elixir 1.18 on, Mix has loaded the descriptions that were there, and code that asks for the version of a
  # dependency would be told the old one. What the configuration has set is set again.
  defp forget({app, defaults}) do
    configured = for {key, value} <- Application.get_all_env(app), Keyword.fetch(defaults, key) != {:ok, value}, do: {key, value}
    if :application.unload(app) == :ok, do: Application.put_all_env([{app, configured}], persistent: true)
  end

  defp unconsolidate(build) do
    File.rm_rf!(Path.join(build, "consolidated"))
    File.rm_rf!(Path.join([build, ".mix", "compile.protocols"]))

    for name <- Checkout.names(Path.join(build, "lib")) do
      File.rm_rf!(Path.join([build, "lib", name, "consolidated"]))
      File.rm_rf!(Path.join([build, "lib", name, ".mix", "compile.protocols"]))
    end
  end

  defp remove_extras(now) do
    for name <- Checkout.names(now.build), name not in @of_mix, do: remove(Path.join(now.build, name), now)
  end

  # What no application has for certain belongs to all.
  defp remove_outputs(outputs, now, scratch, sent) do
    own? = Enum.any?(scratch, fn {app, _} -> now.apps[app].own? end)

    {gone, stay} =
      Enum.split_with(outputs, fn {_, {app, _}} ->
        Map.has_key?(scratch, app) or not Map.has_key?(now.apps, app) and (app != :all or own?)
      end)

    for {path, _} <- gone, not Map.has_key?(sent, path), do: remove_file(path)
    Map.new(stay)
  end

  defp remove_file(path) do
    full = Checkout.absolute(path)
    if match?({:directory, _, _, _, _, _}, Checkout.information(full)), do: :file.del_dir(full), else: :file.delete(full)
    remove_empty(Checkout.parent(path))
  end

  # A clean checkout does not have the directories either.
  defp remove_empty(""), do: :ok
  defp remove_empty(path), do: if(:file.del_dir(Checkout.absolute(path)) == :ok, do: remove_empty(Checkout.parent(path)))

  # Dependencies that the project has no longer.
  defp remove_old(now, deps, _sent) do
    used = for {_, %{dest: dest}} <- now.apps, into: MapSet.new(), do: dest

    for name <- Checkout.names(deps),
        path = Path.join(deps, name),
        File.dir?(path) and not Enum.any?(used, &(&1 == path or String.starts_with?(&1, path <> "/"))),
        do: remove(path, now)
  end

  # Nothing that holds sources is removed, wherever a project has its directories.
  defp remove(path, now) do
    relative = Checkout.relative(path)
    own? = Enum.any?(now.apps, fn {_, facts} -> facts.own? and (facts.dest == path or String.starts_with?(facts.dest, path <> "/")) end)
    unless relative == "" or own? or MapSet.member?(now.directories, relative), do: File.rm_rf!(path)
  end

  # Brings the files of dependencies that are to be compiled back to what was fetched.
  defp clean_dependencies(now, scratch, records) do
    dirty = for {app, _} <- scratch, not now.apps[app].own?, record = records[app] || unknown(now, app), do: {app, MixReleaseBuilder.Fetched.clean(now.apps[app].dest, record)}
    again = for {app, :again} <- dirty, do: app
    MixReleaseBuilder.Fetched.again(again, now.apps)
    Map.drop(records, for({app, _} <- dirty, do: app))
  end

  # One that a hook compiled.
  defp unknown(now, app), do: now.prints[app] && :unknown
end

defmodule Mix.Tasks.MixReleaseBuilder.Prepare do
  @moduledoc false
  # mix mix_release_builder.prepare MARK WHOLE ENVIRONMENT EPOCH: removes compiled code that would not be what a clean
  # build compiles. WHOLE is a digest of all that was sent, ENVIRONMENT one of the variables that code may read, EPOCH
  # one of the hooks.
  use Mix.Task

  alias MixReleaseBuilder.Say

  @impl true
  def run([mark, whole, environment, epoch]) do
    MixReleaseBuilder.load()
    Say.say(mark, "fact", "deps_path", Mix.Project.deps_path())
    Say.say(mark, "fact", "build_path", Mix.Project.build_path())
    {prepared, scratch} = prepared(whole, environment, epoch)
    Process.put(MixReleaseBuilder.Prepared, prepared)
    reasons = for {app, reason} <- Enum.sort(scratch), reason != "new", do: "#{app} #{reason}"
    Say.say(mark, "fact", "recompiled", Enum.join(reasons, "\\n"))
    fetched = (prepared && prepared.fetched) || []
    Say.say(mark, "fact", "fetched", Enum.map_join(fetched, "\\n", &MixReleaseBuilder.Checkout.encode(Path.basename(&1))))
  end

  # What cannot be compared is not used. A fault of the project itself, Mix reports next.
  defp prepared(whole, environment, epoch) do
    prepared = MixReleaseBuilder.Prepared.run(whole, environment, epoch)
    {prepared, prepared.scratch}
  rescue
    error ->
      build = Mix.Project.build_path()
      MixReleaseBuilder.State.doubt(build, Mix.Project.deps_path(), error)
      for ebin <- Path.wildcard(Path.join(build, "lib/*/ebin")), do: File.rm_rf!(Path.dirname(ebin))
      {nil, %{all: "error"}}
  end
end
`;var recorded_default=`# After the compilation: what it did, and so under which conditions its compiled code is used again.

defmodule MixReleaseBuilder.Recorded do
  @moduledoc false

  alias MixReleaseBuilder.{Apps, Checkout, Fetched, Inputs, Prepared, State}

  # Before the compilation: what lies in the directories of dependencies that are compiled now.
  def begin(now) do
    started = for {app, _, _} <- Application.started_applications(), do: app

    looks =
      for {app, _} <- now.scratch, facts = now.apps[app], not facts.own?, File.dir?(facts.dest), into: %{} do
        {app, %{before: Fetched.look(facts.dest)}}
      end

    State.write_deps(now.deps_path, Map.merge(now.deps, looks))
    Map.merge(now, %{started: started, looks: looks})
  end

  # Returns the paths of the checkout that compilation wrote, of this build and earlier ones.
  def finish(now, events) do
    finish_dependencies(now)
    walk = Checkout.walk(Checkout.root(), now.skipped)
    changed = for {path, entry} <- walk, now.walk[path] != entry, do: path
    gone = for {path, _} <- now.walk, not Map.has_key?(walk, path), do: path
    emptied = Enum.reject(gone, &directory?(now.walk[&1]))
    extras = Prepared.extras(now.build)
    seen = if events, do: Inputs.of(events, now), else: :unknown

    kept = for {path, {app, content}} <- now.state.outputs, Map.has_key?(walk, path), path not in changed, into: %{}, do: {path, {app, content}}
    outputs = for path <- changed, into: kept, do: {path, {owner(now, path), Checkout.content(Checkout.absolute(path))}}
    wrote = for {path, _} <- outputs, into: MapSet.new(emptied, &owner(now, &1)), do: owner(now, path)
    wrote = if extras == %{}, do: wrote, else: MapSet.put(wrote, :all)

    apps = for {app, facts} <- now.apps, entry = entry(app, facts, now, seen, wrote), into: %{}, do: {app, entry}
    State.write(now.build, %{status: :done, epoch: now.epoch, apps: apps, outputs: outputs, extras: extras})
    {Map.keys(outputs), apps}
  end

  defp directory?({:directory, _, _, _, _, _}), do: true
  defp directory?(_), do: false

  # What no application has for certain belongs to all.
  defp owner(now, path), do: Apps.owner(now.apps, Checkout.absolute(path)) || :all

  defp finish_dependencies(now) do
    records = for {app, %{before: before}} <- now.looks, into: now.deps, do: {app, Fetched.record(now.apps[app].dest, before, now.build)}
    State.write_deps(now.deps_path, records)
  end

  # nil for what is not compiled, or not to its end.
  defp entry(app, %{own?: false}, now, seen, _wrote) do
    print = Prepared.print(now.build, app)
    kept = now.state.apps[app]

    cond do
      is_nil(print) -> nil
      kept && elem(kept.print, 0) == elem(print, 0) -> %{kept | print: print}
      kept -> nil
      not compiled?(now.build, app) -> nil
      true -> filled(app, now, print, if(is_map(seen), do: Map.get(seen, app, {[], []}), else: {["unwatched"], []}), [])
    end
  end

  defp entry(app, facts, now, seen, wrote) do
    print = Prepared.print(now.build, app)
    by_nature = for {true, reason} <- nature(app, facts, wrote), do: reason
    if print, do: filled(app, now, print, watched(app, seen, now.state.apps[app], print), by_nature)
  end

  # What was so of code that is kept is so still.
  defp filled(app, now, print, {reasons, inputs}, by_nature) do
    kept = now.state.apps[app]
    why = Enum.uniq(if(kept, do: kept.why, else: []) ++ Enum.to_list(reasons) ++ by_nature)
    inputs = for input <- inputs, into: if(kept, do: kept.inputs, else: %{}), do: {input, Inputs.content(input, now.apps)}
    %{key: now.keys[app], base: now.apps[app].base, whole: now.whole, made: now.made, pure?: why == [], why: why, inputs: inputs, print: print}
  end

  # Compiled code that came about unwatched may depend on anything.
  defp watched(_app, :unknown, _kept, _print), do: {["unwatched"], []}

  defp watched(app, seen, kept, print) do
    cond do
      Map.has_key?(seen, app) -> seen[app]
      kept && print && not compiled_since?(kept.print, print) -> {[], []}
      true -> {["unwatched"], []}
    end
  end

  # Files may go without a compilation, as their sources have.
  defp compiled_since?({before, _}, {code, _}), do: Enum.any?(code, fn {path, file} -> before[path] != file end)

  defp nature(app, facts, wrote) do
    config = facts.config || []

    [
      {not facts.mix?, "programs"},
      {MapSet.member?(wrote, app) or MapSet.member?(wrote, :all), "writes"},
      {own_compilers?(config), "compilers"},
      {aliases?(config), "aliases"},
      {erlang?(facts.dest, config), "erlang"}
    ]
  end

  @compilers [:yecc, :leex, :erlang, :elixir, :app, :xref]

  # Compilers of the project itself. What those of dependencies do is watched.
  defp own_compilers?(config) do
    Enum.any?((config[:compilers] || []) -- @compilers, fn compiler ->
      module = Mix.Task.get("compile.#{compiler}")
      is_nil(module) or not fetched?(module)
    end)
  end

  defp fetched?(module) do
    case :code.which(module) do
      path when is_list(path) and path != [] ->
        own = for {app, %{own?: true}} <- Process.get(Prepared).apps, do: "/#{app}/ebin/"
        path = to_string(path)
        not Enum.any?(own, &String.contains?(path, &1))

      _ ->
        false
    end
  end

  # Steps of a compilation that are functions of mix.exs.
  defp aliases?(config) do
    for({name, _} <- config[:aliases] || [], do: to_string(name))
    |> Enum.any?(&(&1 in ["loadpaths", "loadconfig", "compile", "deps.loadpaths", "deps.compile", "deps.precompile"] or String.starts_with?(&1, "compile.")))
  end

  # What such a file includes, Mix tracks in part.
  defp erlang?(dest, config) do
    Enum.any?(config[:erlc_paths] || ["src"], fn directory ->
      Path.wildcard(Path.join([dest, directory, "**/*.{erl,xrl,yrl}"])) != []
    end)
  end

  # Mix notes it at the end, whichever program compiles.
  defp compiled?(build, app), do: File.exists?(Path.join([build, "lib", Atom.to_string(app), ".mix", "compile.elixir_scm"])) or File.exists?(Path.join([build, "lib", Atom.to_string(app), ".mix", "compile.fetch"]))
end
`;var state_default=`# What is kept between builds about compiled code, beside it and beside the dependencies.

defmodule MixReleaseBuilder.State do
  @moduledoc false

  # The shape of what is written: another one counts as damaged.
  @shape 1

  def directory(build), do: Path.join(build, ".mix-release")

  # Beside the compiled code:
  #   status   :running while code is compiled, :done after
  #   epoch    what hooks there were
  #   apps     by application: key, base, whole, made, pure?, why, inputs, print
  #   outputs  what compilation wrote below the checkout, by path: {application or :all, content}
  #   extras   what it wrote beside \`lib\`, by path: content
  # :none where there is none, :damaged where it cannot be read.
  def read(build), do: read_term(Path.join(directory(build), "state"))

  def write(build, state), do: write_term(Path.join(directory(build), "state"), state)

  # After an error of ours nothing is known for certain: the next build begins from scratch. Returns nil.
  def doubt(build, deps, error) do
    IO.puts(:stderr, "mix-release: the next build compiles everything anew, because of an error: #{Exception.message(error)}")
    for file <- [Path.join(directory(build), "state"), Path.join(deps, ".mix-release")], File.exists?(file), do: File.write!(file, "")
    nil
  end

  # Beside the dependencies, because several environments share their files, by application:
  #   by     the directory of compiled code whose compilation it was
  #   wrote  what the compilation wrote, by path: content
  #   spoilt? whether it changed or removed what was fetched
  #   before what lay there when the compilation began, while it runs
  def read_deps(deps) do
    read_term(Path.join(deps, ".mix-release"))
  end

  def write_deps(deps, records) do
    if File.dir?(deps), do: write_term(Path.join(deps, ".mix-release"), records)
    :ok
  end

  def read_term(file) do
    case File.read(file) do
      {:ok, data} -> decode(data)
      {:error, :enoent} -> :none
      {:error, _} -> :damaged
    end
  end

  defp decode(<<digest::binary-size(32), data::binary>>) do
    with true <- MixReleaseBuilder.Checkout.digest(data) == digest,
         {@shape, term} <- :erlang.binary_to_term(data) do
      term
    else
      _ -> :damaged
    end
  end

  defp decode(_), do: :damaged

  # Never half a file, whenever the container is killed.
  def write_term(file, term) do
    data = :erlang.term_to_binary({@shape, term})
    File.mkdir_p!(Path.dirname(file))
    File.write!(file <> ".new", [MixReleaseBuilder.Checkout.digest(data), data])
    File.rename!(file <> ".new", file)
  end
end
`;var REPOSITORY3="mix-release-builder";function toolsDockerfile({libc}){return libc==="musl"?{name:"dockerfiles/musl.Dockerfile",text:musl_default}:{name:"dockerfiles/gnu.Dockerfile",text:gnu_default}}__name(toolsDockerfile,"toolsDockerfile");function dockerfileName({dockerfile,target}){return dockerfile?.name??toolsDockerfile(target).name}__name(dockerfileName,"dockerfileName");var MIX_CONTEXT=[{path:"Dockerfile",text:mix_default},{path:"agent.ex",text:agent_default},{path:"apps.ex",text:apps_default},{path:"checkout.ex",text:checkout_default},{path:"compile.ex",text:compile_default},{path:"cross.ex",text:cross_default},{path:"fetched.ex",text:fetched_default},{path:"inputs.ex",text:inputs_default},{path:"inventory.ex",text:inventory_default},{path:"lock.ex",text:lock_default},{path:"observer.ex",text:observer_default},{path:"plan.ex",text:plan_default},{path:"prepare.ex",text:prepare_default},{path:"probe.ex",text:probe_default},{path:"recorded.ex",text:recorded_default},{path:"state.ex",text:state_default},{path:"tasks.ex",text:tasks_default}];function builderTag(recipe,baseDigest){let{target,packages,dockerfile,authorities=[]}=recipe,parts=[target.platform,baseDigest??"",dockerfile?`${dockerfile.path} ${dockerfile.contextHash}`:toolsDockerfile(target).text,packages.join(" "),...MIX_CONTEXT.map(({text:text2})=>text2),...authoritiesRecipe(authorities)];return`${REPOSITORY3}:${createHash2("sha256").update(JSON.stringify(parts)).digest("hex").slice(0,16)}`}__name(builderTag,"builderTag");function sharedName(repository,tag){return`${repository}:${tag.slice(tag.lastIndexOf(":")+1)}`}__name(sharedName,"sharedName");async function pullShared(engine,repository,tag,platform,context){let name=sharedName(repository,tag);try{await pullImage(engine,name,platform,context)}catch(error){if(!(error instanceof MixReleaseError)||!["image-not-found","image-registry-outage"].includes(error.code))throw error;return error.code!=="image-not-found"&&context.note(`builder-repository: ${error.message}`),!1}return await tagImage(engine,name,tag),!0}__name(pullShared,"pullShared");async function pushShared(engine,repository,tag,platform,context){let name=sharedName(repository,tag),{signal,note}=context;await tagImage(engine,tag,name);try{await engine.images.push(name,{platform,login:await login(name,context),signal}),note(`pushed the builder image to ${name}`)}catch(error){await engine.images.remove(name,{keepParents:!0}),signal.throwIfAborted(),note(`the builder image was not pushed to ${name}: ${reasonOf(error)}`)}}__name(pushShared,"pushShared");var BUILDER_UID=10001;async function ensureBuilder(engine,request2,context){let base=request2.base&&await presentBase(engine,request2.base,request2,context),tag=builderTag(request2.recipe,base?.digest),found=request2.rebuild?void 0:await findBuilder(engine,tag,request2,context);if(found){let image=base??builderAsBase(request2,found.id);requireExpected(found.probe,request2.expected,image.reference);let erlFlags=await flagsFor(engine,{...image,id:found.id},request2);return{tag,base:image,probe:found.probe,erlFlags,origin:found.origin}}let built=await buildBuilder(engine,await base?.single(),tag,request2,context);return request2.repository!==void 0&&await pushShared(engine,request2.repository,tag,request2.recipe.target.platform,context),{...built,tag,origin:"built"}}__name(ensureBuilder,"ensureBuilder");async function probeBase(engine,request2,context){if(!request2.base)return;let base=await(await presentBase(engine,request2.base,request2,context)).single();return(await probeRequested(engine,base,request2,context.onLine)).probe}__name(probeBase,"probeBase");function presentBase(engine,base,{emulated,proxies},context){if(!base.own)return ensurePresent(engine,base,context);let{pull,target}=base;return Promise.resolve(presentOwnBase(engine,base.own,{pull,target,emulated,proxies},context))}__name(presentBase,"presentBase");async function findBuilder(engine,tag,{repository,recipe,mayPull},context){let{platform}=recipe.target,present=await presentBuilder(engine,tag,platform);if(present)return{...present,origin:"present"};if(repository===void 0||!mayPull||!await pullShared(engine,repository,tag,platform,context))return;let pulled=await presentBuilder(engine,tag,platform);return pulled&&{...pulled,origin:"pulled"}}__name(findBuilder,"findBuilder");async function presentBuilder(engine,tag,platform){let found=await engine.images.inspect(tag,platform),probe2=readProbe(found?.labels[PROBE_LABEL]);return found&&probe2&&{id:found.id,probe:probe2}}__name(presentBuilder,"presentBuilder");async function buildBuilder(engine,base,tag,request2,context){let{recipe,proxies}=request2,{onLine,signal}=context,trusting=trustingImage(engine,recipe,context),{platform}=recipe.target;await requireBuildKit(engine,recipe);let requested=base&&await probeRequested(engine,base,request2,onLine);onLine(`building ${tag} from ${base?.reference??dockerfileName(request2.recipe)}`);let args={...base&&{BASE:await trusting(base.id,!1)},...requested&&flagsArgument(requested.erlFlags),...proxies},own=recipe.dockerfile&&mirrorsFor(request2,recipe.dockerfile.args??[],context),makeTools=__name(()=>dockerBuild(engine,toolsBuild(request2,{...args,...own}),signal,onLine),"makeTools"),made=recipe.dockerfile?await makeTools():await inAttempts(dockerfileName(recipe),makeTools,context),tools=await trusting(made,!0),userImage=builderAsBase(request2,tools),{probe:probe2,erlFlags}=requested&&!recipe.dockerfile?requested:await probeRequested(engine,userImage,request2,onLine),mirrors=mirrorsFor(request2,declaredArguments(MIX_CONTEXT[0].text),context),id=await inAttempts("dockerfiles/mix.Dockerfile",__name(()=>dockerBuild(engine,{title:"dockerfiles/mix.Dockerfile",context:packFiles(MIX_CONTEXT),dockerfile:"Dockerfile",platform,args:{BASE:tools,...flagsArgument(erlFlags),...mirrors,...proxies},labels:{[BASE_LABEL]:base?.reference??userImage.reference,[PROBE_LABEL]:JSON.stringify(probe2)},tag,next:"See the output above. Hex and rebar3 are downloaded when the image has neither."},signal,onLine),"makeMix"),context);return{base:base??builderAsBase(request2,id),probe:probe2,erlFlags}}__name(buildBuilder,"buildBuilder");async function requireBuildKit(engine,{dockerfile}){if(!(dockerfile?.buildKitLine===void 0||await engine.images.buildKit()))throw new MixReleaseError("builder-failed",{what:`${dockerfile.name} needs BuildKit, which is not available here: ${dockerfile.buildKitLine}`,next:"BuildKit is used where the docker command has buildx, which docker buildx version shows: install that (docker-buildx-plugin of Docker's packages, docker-buildx of Debian and Ubuntu), do not set DOCKER_BUILDKIT to 0, and use Docker as the engine. Or write the line in another way."})}__name(requireBuildKit,"requireBuildKit");function trustingImage(engine,{authorities=[],target},{signal,onLine}){return async(id,last)=>{if(authorities.length===0)return id;let build=authoritiesBuild(id,{authorities,platform:target.platform,last});return dockerBuild(engine,build,signal,onLine)}}__name(trustingImage,"trustingImage");function mirrorsFor({mirrors={}},declared,{note}){let{args,withheld}=mirrorArguments(mirrors,declared);for(let name of withheld)note(`${name} holds a password, which the builder image would keep: it is made without ${name}`);return args}__name(mirrorsFor,"mirrorsFor");function builderAsBase({recipe},id){return{reference:dockerfileName(recipe),id,digest:id}}__name(builderAsBase,"builderAsBase");function toolsBuild({recipe,rebuild},args){let{dockerfile,target,packages}=recipe;if(dockerfile)return{title:dockerfile.name,context:dockerfile.context(),dockerfile:dockerfile.path,platform:target.platform,args,pull:rebuild&&!dockerfile.usesBase,next:`See the output of ${dockerfile.name} above.`};let bundled=toolsDockerfile(target);return{title:bundled.name,context:packFiles([{path:"Dockerfile",text:bundled.text}]),dockerfile:"Dockerfile",platform:target.platform,args:{...args,...packages.length>0&&{PACKAGES:packages.join(" ")}},next:`See the output of ${bundled.name} above. It needs ${target.systems.join(" or ")} as its base and access to that system's package mirror${packages.length>0?"; the mirror must have every package that packages names":""}.`}}__name(toolsBuild,"toolsBuild");async function probeRequested(engine,image,request2,onLine){let{run,recipe,expected}=request2,erlFlags=await flagsFor(engine,image,request2),{platform}=recipe.target,requested={id:image.id,reference:image.reference,platform,run,erlFlags},probe2=await probeImage(engine,requested,onLine);return requireExpected(probe2,expected,image.reference),{probe:probe2,erlFlags}}__name(probeRequested,"probeRequested");async function flagsFor(engine,image,{emulated,recipe,run}){return emulated?prepareEmulation(engine,{id:image.id,reference:image.reference,target:recipe.target,run}):""}__name(flagsFor,"flagsFor");function flagsArgument(erlFlags){return erlFlags===""?{}:{ERL_FLAGS:erlFlags}}__name(flagsArgument,"flagsArgument");var PROXY_VARIABLES=["HTTP_PROXY","HTTPS_PROXY","NO_PROXY","http_proxy","https_proxy","no_proxy"];function proxiesOf(env){let variables=PROXY_VARIABLES.flatMap(name=>{let value=env[name];return value===void 0?[]:[[name,value]]});return Object.fromEntries(variables)}__name(proxiesOf,"proxiesOf");function builderRequest({recipe,image,expected,engine},request2,run,env){return{recipe,base:image?.wanted,expected,emulated:engine.emulated,rebuild:recipe.dockerfile!==void 0&&request2.image.pull==="always",repository:request2.builder.repository,mayPull:request2.image.pull!=="never",run,proxies:proxiesOf({...env,...request2.env}),mirrors:mirrorsOf({...env,...request2.env})}}__name(builderRequest,"builderRequest");var SOURCES={named:"named by image",engine:"in the engine",published:"published; pulled by its digest",official:"official image; pulled by its digest",own:"made here, by dockerfiles/own-base.Dockerfile"};function planLines(plan2,manner=ownManner(plan2)){let{target,targetInput,engine,image,digest,versions,recipe}=plan2,{method,why,lender}=manner,alias=targetInput===target.triple?"":` (asked as ${targetInput})`;return[...[["target",`${target.triple}${alias}: ${target.platform}, ${target.libc}`],["engine",`${engine.architecture}, ${engineText(plan2,manner)}`],["method",`${method} (${why})`],["versions",versions.length>0?versions.join(", "):`whatever ${image?"the image":dockerfileName(recipe)} has`],["system",image?.system],["image",imageText(plan2)],["digest",digest],["builder",isMade(plan2,manner)?builderText(plan2):void 0],["bytecode",lender&&`${imageText(lender)} for ${lender.target.triple}`]].flatMap(([name,text2])=>text2===void 0?[]:[`${name.padEnd(8)} ${text2}`]),...variableLines(plan2)]}__name(planLines,"planLines");function variableLines({missingVariables,smokes}){if(missingVariables.length===0)return[];let names=missingVariables.map(({name})=>name),files=[...new Set(missingVariables.map(({file})=>file))],lacks=smokes?", and smoke-env lacks them":"",line=`${"needs".padEnd(9)}${names.join(", ")} (${files.join(", ")} insists on them${lacks})`;return smokes?[line,...smokeEnvBlock(names).map(text2=>`${" ".repeat(9)}${text2}`)]:[line]}__name(variableLines,"variableLines");function ownManner({engine:{architecture,emulated}}){return emulated?{method:"emulate",why:`the engine is ${architecture}, and emulation was asked for`}:{method:"native",why:`the engine is ${architecture}`}}__name(ownManner,"ownManner");function isMade({engine,target},{method}){return method!=="cross"||engine.architecture===target.architecture}__name(isMade,"isMade");function imageText({image,recipe}){return image?`${image.wanted.reference} (${SOURCES[image.source]})`:`the own base of ${dockerfileName(recipe)}`}__name(imageText,"imageText");function engineText(plan2,manner){let{engine,target}=plan2;return isMade(plan2,manner)?engine.emulated?`emulates ${target.platform}: six to twenty times slower than a native runner (${target.runner})`:"native":`assembles for ${target.platform}, and runs nothing of it`}__name(engineText,"engineText");function builderText({builder,recipe}){let{packages}=recipe,further=packages.length>0?` with ${packages.join(", ")}`:"",how=`made by ${dockerfileName(recipe)}${further}`;return builder?`${builder.tag} (${builder.present?"present, ":""}${how})`:`${how}, once the image is here`}__name(builderText,"builderText");function planFacts(plan2,manner=ownManner(plan2)){let builder=isMade(plan2,manner)?plan2.builder:void 0,{method,why,lender}=manner,{target,targetInput,engine,image,digest,versions,recipe}=plan2;return{target:target.triple,requested:targetInput,platform:target.platform,libc:target.libc,engine,method,why,...lender&&{bytecode:{target:lender.target.triple,image:lender.image?.wanted.reference??null,imageDigest:lender.digest??null,builder:lender.builder?.tag??null}},versions,system:image?.system??null,image:image?.wanted.reference??null,imageSource:image?.source??null,imageDigest:digest??null,builder:builder?.tag??null,builderPresent:builder?.present??!1,dockerfile:dockerfileName(recipe),packages:recipe.packages,missingVariables:plan2.missingVariables,smokeEnv:plan2.missingVariables.map(({name})=>assignmentOf(name))}}__name(planFacts,"planFacts");function compilationLines(compilations){return compilations.flatMap(compilation=>compilation.targets.map(target=>planLines(target.plan,mannerOf(compilation,target)))).flatMap((lines,at)=>at===0?lines:["",...lines])}__name(compilationLines,"compilationLines");function compilationFacts(compilations){return compilations.flatMap(compilation=>compilation.targets.map(target=>planFacts(target.plan,mannerOf(compilation,target))))}__name(compilationFacts,"compilationFacts");function mannerOf({plan:plan2},{method,why}){return{method,why,...method==="cross"&&{lender:plan2}}}__name(mannerOf,"mannerOf");var DOCKER_HUB2="docker.io/",PODMAN_REPOSITORY=`localhost/${HEXPM_REPOSITORY}`;async function tagsInEngine(engine,registry,platform){let mirrors=registry===void 0?[]:[`${registry}/${HEXPM_REPOSITORY}`],ofPlatform=`${HEXPM_REPOSITORY}-${platform.slice(platform.indexOf("/")+1)}`;return(await Promise.all([HEXPM_REPOSITORY,ofPlatform,...mirrors,PODMAN_REPOSITORY].map(repository=>tagsOf2(engine,repository,platform)))).flat()}__name(tagsInEngine,"tagsInEngine");async function tagsOf2({images},repository,platform){let tags=(await images.list({reference:repository,platform})).flatMap(({id,names})=>names.flatMap(name=>{let reference=name.startsWith(DOCKER_HUB2)?name.slice(DOCKER_HUB2.length):name,colon=reference.lastIndexOf(":"),tag=reference.slice(colon+1),parts=parseTag(tag);return parts&&reference.slice(0,colon)===repository?[{id,reference,tag,parts}]:[]})).map(async({id,...tag})=>{let image=await images.inspect(id,platform);return image?[{...tag,architectures:[image.platform.slice(image.platform.indexOf("/")+1)]}]:[]});return(await Promise.all(tags)).flat()}__name(tagsOf2,"tagsOf");var REQUEST_PAGE="https://bob.hex.pm/request",SUGGESTIONS=5,SUGGESTIONS_OF_A_KIND=2,ANY_VERSION="any";function rankTags(tags,imageQuery,order){return tags.filter(tag=>misses(tag,imageQuery).length===0).sort((left,right)=>comparePreference(right,left,imageQuery,order)||(left.tag<right.tag?-1:1))}__name(rankTags,"rankTags");function nearestTags(tags,imageQuery,order){let offered=tags.filter(({parts})=>isStable(parts.elixir,imageQuery.elixir)&&isStable(parts.otp,imageQuery.otp)),suggestions=KINDS.map(kind=>{let ofKind=offered.filter(tag=>misses(tag,imageQuery).join()===kind.misses),found=withoutDates(ofKind.sort((left,right)=>compareNearness(right,left,imageQuery,order)));return{difference:kind.difference,found}}).flatMap(({difference,found})=>found.map((tag,index)=>({tag:tag.tag,difference,first:index<SUGGESTIONS_OF_A_KIND})));return suggestions.filter(({first})=>first).concat(suggestions.filter(({first})=>!first)).slice(0,SUGGESTIONS).map(({tag,difference})=>({tag,difference}))}__name(nearestTags,"nearestTags");function noSuchImage(imageQuery,near,note="",repository=HEXPM_REPOSITORY){let existing=near.map(({tag,difference})=>`${tag} (${difference})`).join(", "),ownBase2=imageQuery.systems.some(({os})=>os==="alpine")?"":"set `own-base` to make one here, ",nearest3=existing===""?"":`Nearest that exist: ${existing}. `;return new MixReleaseError("no-such-image",{what:`there is no ${repository} image with Elixir ${imageQuery.elixir.requested} and Erlang/OTP ${imageQuery.otp.requested} on ${systemsText(imageQuery)} for ${imageQuery.architecture}${note}`,next:nearest3+`Choose another version or another os, ${ownBase2}ask hexpm for the image at ${REQUEST_PAGE}, name an image that has both with \`image\`, or give a Dockerfile that builds one with \`dockerfile\`.`})}__name(noSuchImage,"noSuchImage");function systemsText({systems}){let names=systems.map(({os,release})=>`${os} ${release}`),[last="",...others]=names.reverse();return others.length===0?last:`${others.reverse().join(", ")} or ${last}`}__name(systemsText,"systemsText");var KINDS=[{misses:"architecture",difference:"other architecture"},{misses:"otp",difference:"other Erlang/OTP"},{misses:"os",difference:"other system"},{misses:"elixir",difference:"other Elixir"},{misses:"elixir,otp",difference:"other versions"}];function misses({parts,architectures},imageQuery){let fulfilled={elixir:imageQuery.elixir.matches(parts.elixir),otp:imageQuery.otp.matches(parts.otp),os:systemRank(parts,imageQuery)<imageQuery.systems.length,architecture:architectures.includes(imageQuery.architecture)};return["elixir","otp","os","architecture"].filter(part=>!fulfilled[part])}__name(misses,"misses");function comparePreference(left,right,imageQuery,order){let[one,other]=[left.parts,right.parts];return systemRank(other,imageQuery)-systemRank(one,imageQuery)||order.elixir(one.elixir,other.elixir)||order.otp(one.otp,other.otp)||compareOsDates(one.osDate,other.osDate)||+(one.slim===imageQuery.slim)-+(other.slim===imageQuery.slim)}__name(comparePreference,"comparePreference");function systemRank({os,osRelease},{systems}){let index=systems.findIndex(system=>system.os===os&&system.release===osRelease);return index<0?systems.length:index}__name(systemRank,"systemRank");function compareNearness(left,right,imageQuery,order){let[one,other]=[left.parts,right.parts];return sharedPrefixLength(one.elixir,imageQuery.elixir.requested)-sharedPrefixLength(other.elixir,imageQuery.elixir.requested)||sharedPrefixLength(one.otp,imageQuery.otp.requested)-sharedPrefixLength(other.otp,imageQuery.otp.requested)||Number(hasWantedOs(one,imageQuery))-Number(hasWantedOs(other,imageQuery))||comparePreference(left,right,imageQuery,order)}__name(compareNearness,"compareNearness");function hasWantedOs({os},{systems}){return systems.some(system=>system.os===os)}__name(hasWantedOs,"hasWantedOs");function isStable(version,constraint){return!version.includes("-")||constraint.requested.includes("-")}__name(isStable,"isStable");function sharedPrefixLength(version,requested){let wanted=/\d+(?:\.\d+)*/.exec(requested)?.[0].split(".")??[],numbers=version.split(/[.-]/),different=wanted.findIndex((number,index)=>numbers[index]!==number);return different<0?wanted.length:different}__name(sharedPrefixLength,"sharedPrefixLength");function withoutDates(tags){let seen=new Set;return tags.filter(({parts:{elixir,otp,os,osRelease}})=>{let key=[elixir,otp,os,osRelease].join(" ");return seen.has(key)?!1:(seen.add(key),!0)})}__name(withoutDates,"withoutDates");var builtin31=required("node:crypto");var createHash3=builtin31.createHash;var MANIFESTS=["application/vnd.oci.image.index.v1+json","application/vnd.docker.distribution.manifest.list.v2+json","application/vnd.oci.image.manifest.v1+json","application/vnd.docker.distribution.manifest.v2+json"].join(", "),PLATFORM=object({os:lenient(TEXT),architecture:lenient(TEXT),variant:lenient(TEXT)}),MANIFEST=object({manifests:lenient(array(fallback(object({digest:lenient(string()),platform:lenient(PLATFORM)}),{digest:void 0,platform:void 0}))),config:lenient(object({digest:lenient(string())}))});async function findManifest(repository,reference,platform){let name=reference.digest??reference.tag??"latest",head=await repository.request("HEAD",`manifests/${name}`,MANIFESTS);if(!head)return;let header=head.headers.get("docker-content-digest"),announced=header!==null&&isDigest(header)?header:void 0;if(reference.digest!==void 0&&announced!==void 0&&announced!==reference.digest)throw mismatch2(reference,reference.digest,announced);let digest=announced??reference.digest,manifest=await fetchChecked(MANIFEST,repository,`manifests/${digest??name}`,digest,reference);if(!manifest)return;let platformDigest=await digestForPlatform(manifest,platform,repository,reference);return{digest:manifest.digest,platformDigest}}__name(findManifest,"findManifest");async function fetchChecked(schema,repository,part,expected,reference){let answer=await repository.request("GET",part,part.startsWith("manifests/")?MANIFESTS:void 0);if(!answer)return;let digest=`sha256:${createHash3("sha256").update(answer.body).digest("hex")}`;if(expected!==void 0&&digest!==expected)throw mismatch2(reference,expected,digest);let url=repository.url(part),content=safeParse(schema,jsonOf(url,answer));if(!content.success)throw outage(url,NO_MANIFEST);return{url,digest,json:content.output}}__name(fetchChecked,"fetchChecked");var NO_MANIFEST="answered neither a manifest nor an index of manifests";async function digestForPlatform(manifest,wanted,repository,reference){let{manifests,config}=manifest.json;if(manifests){let platforms=manifests.map(({platform})=>platform??UNKNOWN),exact=platforms.findIndex(platform=>platformText(platform)===wanted),index=exact<0?platforms.findIndex(platform=>matchesPlatform(platform,wanted)):exact,digest=manifests[index]?.digest;if(digest!==void 0)return digest;let known=platforms.map(platformText);throw wrongPlatform2(reference,wanted,new Set(known.filter(each=>!each.startsWith("unknown"))))}let blob=config?.digest;if(blob===void 0||!isDigest(blob))throw outage(manifest.url,NO_MANIFEST);let document=await fetchChecked(PLATFORM,repository,`blobs/${blob}`,blob,reference);if(!document)throw outage(manifest.url,`has this manifest without its configuration ${blob}`);if(!matchesPlatform(document.json,wanted))throw wrongPlatform2(reference,wanted,new Set([platformText(document.json)]));return manifest.digest}__name(digestForPlatform,"digestForPlatform");var UNKNOWN={os:void 0,architecture:void 0,variant:void 0};function matchesPlatform(platform,wanted){let[os,architecture,variant]=wanted.split("/");return platform.os!==os||platform.architecture!==architecture?!1:variant===void 0||platform.variant===variant?!0:platform.variant===void 0&&architecture==="arm64"&&variant==="v8"}__name(matchesPlatform,"matchesPlatform");function platformText({os="unknown",architecture="unknown",variant}){return[os,architecture,variant].filter(part=>part!==void 0).join("/")}__name(platformText,"platformText");function wrongPlatform2(reference,wanted,known){return new MixReleaseError("image-platform-mismatch",{what:`image ${formatReference(reference)} is for ${[...known].join(", ")||"no platform"}, and not for ${wanted}`,next:`Name an image of ${wanted}, or a target of a platform that this image is for.`})}__name(wrongPlatform2,"wrongPlatform");function mismatch2(reference,expected,got){return new MixReleaseError("image-digest-mismatch",{what:`${registryHost(reference)} returned ${got} for ${formatReference(reference)} instead of ${expected}`,next:"The content is not the requested image: do not use it. Check the proxies and mirrors in front of the registry."})}__name(mismatch2,"mismatch");var NEAR_PAGES=2,NEAR_SYSTEMS=3;async function listPublished(imageQuery,order,options){let query={...versionsOf(imageQuery),arch:imageQuery.architecture},all=await listTags({...query,...systemsQuery(imageQuery.systems)},options);if(all.complete||imageQuery.systems.length<2)return all;let listings=[all];for(let system of imageQuery.systems){let listing2=await listTags({...query,...systemsQuery([system])},options);if(listings.push(listing2),rankTags(listing2.tags,imageQuery,order).length>0)break}return{tags:mergedTags(listings.map(({tags})=>tags)),complete:listings.slice(1).every(({complete})=>complete)}}__name(listPublished,"listPublished");async function nearestPublished(imageQuery,order,options){let near=[];for(let query of nearQueries(imageQuery)){let listing2=await catchCode(listTags(query,{...options,maxPages:NEAR_PAGES}),"registry-outage");if(listing2 instanceof MixReleaseError)break;near.push(listing2.tags)}return nearestTags(mergedTags(near),imageQuery,order)}__name(nearestPublished,"nearestPublished");function mergedTags(lists){return[...new Map(lists.flat().map(tag=>[tag.tag,tag])).values()]}__name(mergedTags,"mergedTags");function nearQueries(imageQuery){let{architecture:arch,elixir,systems}=imageQuery;return[{...versionsOf(imageQuery),architecture:arch},{...versionsOf(imageQuery),...systemsQuery(systems)},...systems.slice(0,NEAR_SYSTEMS).flatMap(system=>[{elixirVersion:elixir.prefix,...systemsQuery([system]),arch},{elixirVersion:shorter(elixir.prefix),...systemsQuery([system]),arch}])]}__name(nearQueries,"nearQueries");function versionsOf({elixir,otp}){return{elixirVersion:elixir.prefix,erlangVersion:otp.prefix}}__name(versionsOf,"versionsOf");function systemsQuery(systems){let[first,...others]=systems;return!first||others.some(({os})=>os!==first.os)?{}:others.length>0?{os:first.os}:{os:first.os,osVersion:first.release}}__name(systemsQuery,"systemsQuery");function shorter(prefix){return prefix.replace(/[^.]+\.?$/,"")}__name(shorter,"shorter");var PAGE=1e3,MAX_PAGES=50;async function listRepositoryTags(repository,options){let found=new Set,stop=__name(incompleteBecause=>({tags:[...found],incompleteBecause}),"stop"),requested=new Set,url=repository.url("tags/list");for(url.searchParams.set("n",String(options.tagPage??PAGE));requested.size<(options.maxTagPages??MAX_PAGES);){requested.add(url.href);let answer=await catchCode(repository.send("GET",url,"application/json"),"image-not-found");if(answer instanceof MixReleaseError)return stop(`does not list its tags (${answer.message})`);if(answer.status<200||answer.status>299)return stop(`answered ${String(answer.status)} for its tags`);let tags=tagsOf3(answer);if(!tags)return stop("answered something other than a list of tags");for(let tag of tags)found.add(tag);let link=nextLink(answer,url);if(!link)return found.size===0?stop("lists no tags"):{tags:[...found]};if(link.host!==url.host)return stop(`links to another host (${link.host}) for more of its tags, which was not followed`);if(url=onHostOf(url,link),requested.has(url.href))return stop("links to the same page again for more of its tags")}return stop(`lists more than ${String(requested.size)} pages of tags`)}__name(listRepositoryTags,"listRepositoryTags");var TAGS=object({tags:nullable(array(unknown()))});function tagsOf3({body}){let found=valueIn(TAGS,body.toString("utf8"));return found&&(found.tags??[]).filter(tag=>typeof tag=="string")}__name(tagsOf3,"tagsOf");function nextLink({headers},base){let link=/<([^>]*)>\s*;[^,]*\brel="?next\b/i.exec(headers.get("link")??"")?.[1];return link===void 0||!URL.canParse(link,base.href)?void 0:new URL(link,base)}__name(nextLink,"nextLink");function onHostOf(url,link){let next=new URL(url);return next.pathname=link.pathname,next.search=link.search,next}__name(onHostOf,"onHostOf");var CLIENT="mix-release-action";function parseChallenge(header){let bearer=/(?:^|,)\s*bearer\s+(.*)$/i.exec(header)?.[1];if(bearer===void 0)return/(?:^|,)\s*basic(?:\s|$)/i.test(header)?{scheme:"basic"}:void 0;let found=new Map;for(let[,name="",quoted,bare]of bearer.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)){let key=name.toLowerCase();found.has(key)||found.set(key,quoted?.replace(/\\(.)/g,"$1")??bare??"")}let[realm,service,scope]=["realm","service","scope"].map(key=>found.get(key));return{scheme:"bearer",...realm===void 0?{}:{realm},...service===void 0?{}:{service},...scope===void 0?{}:{scope}}}__name(parseChallenge,"parseChallenge");async function authorizationFor(challenge,scope,credentials,options){if(challenge.scheme==="basic")return credentials?.kind==="password"?basic(credentials):void 0;if(challenge.realm===void 0||!URL.canParse(challenge.realm))return;let realm=new URL(challenge.realm);if(credentials&&realm.protocol!=="https:"&&!isLoopback(realm.host)&&options.insecure!==!0)throw new MixReleaseError("image-not-found",{what:`the registry's token service, ${realm.origin}, is not encrypted: your login was not sent`,next:"Log out of that registry (docker logout) if its images are public, or inform its operator."});let answer=await request(tokenRequest(realm,challenge,scope,credentials),options);if(answer.status===400||answer.status===401||answer.status===403)throw new MixReleaseError("image-not-found",{what:`${realm.host} answered ${String(answer.status)} to ${credentials?"the login of your Docker configuration":"an anonymous request"} for ${scope}`,next:"Run docker login (docker/login-action) for this registry, with an account that may read the image."});return`Bearer ${tokenOf(realm,jsonOf(realm,answer))}`}__name(authorizationFor,"authorizationFor");function tokenRequest(realm,{service,scope},fallback2,credentials){let parameters={...service===void 0?{}:{service},scope:scope??fallback2};if(credentials?.kind==="identity-token"){let body=new URLSearchParams({grant_type:"refresh_token",refresh_token:credentials.token,client_id:CLIENT,...parameters});return{method:"POST",url:realm,body}}let url=new URL(realm);for(let[name,value]of Object.entries(parameters))url.searchParams.set(name,value);return{method:"GET",url,headers:credentials?{authorization:basic(credentials)}:{}}}__name(tokenRequest,"tokenRequest");function tokenOf(realm,answer){let{token,access_token:access}=answer??{},found=[token,access].find(each=>typeof each=="string"&&each!=="");if(typeof found!="string")throw outage(realm,"answered without a token");return found}__name(tokenOf,"tokenOf");function basic({username,password}){return`Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`}__name(basic,"basic");function openRepository(reference,options){let host=registryHost(reference),protocol=options.insecure===!0||isLoopback(host)?"http":"https",url=__name(part=>new URL(`${protocol}://${host}/v2/${reference.path}/${part}`),"url"),authorization,once=__name((method,address,accept)=>{let headers={accept,...authorization===void 0?{}:{authorization}};return request({method,url:address,headers},options)},"once"),send=__name(async(method,address,accept="*/*")=>{let answer=await once(method,address,accept);return answer.status!==401?answer:(authorization=await authorize(answer,reference,options),authorization===void 0?answer:once(method,address,accept))},"send");return{reference,url,send,async request(method,part,accept){let answer=await send(method,url(part),accept);if(answer.status!==404){if(answer.status===401||answer.status===403)throw denied(reference,host,answer.status);if(answer.status<200||answer.status>299)throw outage(url(part),`answered ${String(answer.status)}: ${excerpt(answer.body)}`);return answer}}}}__name(openRepository,"openRepository");async function authorize({headers},reference,options){let challenge=parseChallenge(headers.get("www-authenticate")??"");if(!challenge)return;let credentials=await options.credentials?.(reference);return authorizationFor(challenge,`repository:${reference.path}:pull`,credentials,options)}__name(authorize,"authorize");function denied(reference,host,status){return new MixReleaseError("image-not-found",{what:`${host} answered ${String(status)} for ${formatReference(reference)}: there is no such repository, or it needs a login`,next:"Check the name; for a private image run docker login (docker/login-action) with an account that may read it."})}__name(denied,"denied");var CANDIDATES=5;async function findImage(imageQuery,order,options){let upstream=parseReference(HEXPM_REPOSITORY),image=options.registry===void 0?upstream:withRegistry(upstream,options.registry),repository=openRepository(image,options),fromRegistry=repositoryOf(image)===HEXPM_REPOSITORY?UNKNOWN2:await registryTags(repository,imageQuery,options),best=__name(tags=>rankTags(tags,imageQuery,order),"best"),firstOf2=__name(tags=>firstAvailable(tags,repository,imageQuery),"firstOf"),listed=fromRegistry.complete?best(fromRegistry.tags).slice(0,CANDIDATES):[],first=await firstOf2(listed);if(first.image)return first.image;let published=await publishedTags(imageQuery,order,options),tried=new Set(listed.map(({tag})=>tag)),others=best(mergedTags([fromRegistry.tags,published.tags])).filter(({tag})=>!tried.has(tag)),second=await firstOf2(others.slice(0,CANDIDATES));if(second.image)return second.image;let misses2=[...first.misses,...second.misses];throw await notFound2({imageQuery,order,image,fromRegistry,published,misses:misses2},options)}__name(findImage,"findImage");var UNKNOWN2={tags:[],complete:!1};async function registryTags(repository,imageQuery,options){let answer=await catchCode(listRepositoryTags(repository,options),"registry-outage");if(answer instanceof MixReleaseError)return{...UNKNOWN2,outage:answer};let tags=answer.tags.flatMap(tag=>{let parts=parseTag(tag);return parts?[{tag,parts,architectures:[imageQuery.architecture]}]:[]});return answer.incompleteBecause===void 0?{tags,complete:!0}:{tags,complete:!1,incompleteBecause:`${registryHost(repository.reference)} ${answer.incompleteBecause}`}}__name(registryTags,"registryTags");async function publishedTags(imageQuery,order,options){let answer=await catchCode(listPublished(imageQuery,order,options),"registry-outage");return answer instanceof MixReleaseError?{...UNKNOWN2,outage:answer}:answer}__name(publishedTags,"publishedTags");async function firstAvailable(tags,repository,imageQuery){let misses2=[];for(let{tag,parts}of tags){let reference={...repository.reference,tag},found=await catchCode(findManifest(repository,reference,imageQuery.platform),"image-platform-mismatch");if(found instanceof MixReleaseError)misses2.push(found.message);else if(!found)misses2.push(`the registry does not have ${formatReference(reference)}`);else return{image:{...found,reference:{...reference,digest:found.platformDigest},parts},misses:misses2}}return{misses:misses2}}__name(firstAvailable,"firstAvailable");async function notFound2(search,options){let{imageQuery,image,fromRegistry,published,misses:misses2}=search;if(fromRegistry.outage)return fromRegistry.outage;if(published.outage&&fromRegistry.tags.length===0)return outageOfBoth(published.outage,fromRegistry);let note=[published.outage===void 0&&!published.complete?` among the first ${String(published.tags.length)} that are listed`:"",misses2.length===0?"":`: ${misses2.join("; ")}`,fromRegistry.incompleteBecause!==void 0&&fromRegistry.tags.length>0?`; ${fromRegistry.incompleteBecause}`:"",published.outage?`; whether others are published is unknown, since ${published.outage.message}`:""];return noSuchImage(imageQuery,await nearest2(search,options),note.join(""),repositoryOf(image))}__name(notFound2,"notFound");async function nearest2({imageQuery,order,fromRegistry,published,misses:misses2},options){let near=nearestTags(fromRegistry.tags,imageQuery,order);return near.length>0||misses2.length>0||published.outage!==void 0?near:nearestPublished(imageQuery,order,options)}__name(nearest2,"nearest");function outageOfBoth(outage2,{incompleteBecause}){return incompleteBecause===void 0?outage2:new MixReleaseError("registry-outage",{what:`${outage2.message}, and ${incompleteBecause}`,next:outage2.next,cause:outage2})}__name(outageOfBoth,"outageOfBoth");var OFFICIAL_REPOSITORY="docker.io/library/elixir";async function findOfficialImage(imageQuery,options){let official=parseReference(OFFICIAL_REPOSITORY),name=options.registry===void 0?official:withRegistry(official,options.registry),repository=openRepository(name,options);for(let tag of officialTags(imageQuery)){let reference={...name,tag},found=await catchCode(findManifest(repository,reference,imageQuery.platform),"image-platform-mismatch");if(found&&!(found instanceof MixReleaseError))return{...found,reference:{...reference,digest:found.platformDigest}}}}__name(findOfficialImage,"findOfficialImage");function officialTags({elixir,otp,systems,slim}){let version=versionOf(elixir.requested,/^\d+(?:\.\d+)*(?:-rc\.\d+)?$/),release=versionOf(otp.requested,/^\d+(?:\.\d+)*$/);if(version===void 0||release===void 0)return[];let variants=systems.flatMap(({os})=>os==="ubuntu"?[]:os==="alpine"?["alpine"]:slim?["slim"]:[""]),major=release===""?"":`otp-${release.replace(/\..*/,"")}`,tags=variants.map(variant=>[version,major,variant].filter(part=>part!=="").join("-"));return[...new Set(tags)].map(tag=>tag===""?"latest":tag)}__name(officialTags,"officialTags");function versionOf(requested,shape){return requested===ANY_VERSION?"":shape.test(requested)?requested:void 0}__name(versionOf,"versionOf");var TOOL_NAMES={elixir:"Elixir",otp:"OTP"},MAX_PARTS={elixir:3,otp:6},MIN_PARTS_OF_CANDIDATE={elixir:3,otp:2};function readVersion(tool,text2){let match=/^((?:0|[1-9]\d{0,5})(?:\.(?:0|[1-9]\d{0,5}))*)(?:-rc\.?(\d{1,4}))?$/.exec(text2),[major,...rest]=(match?.[1]??"").split(".").map(Number);if(!match||major===void 0)return;let rc=match[2]===void 0?void 0:Number(match[2]),count=rest.length+1;if(!(count>MAX_PARTS[tool])&&!(rc!==void 0&&count<MIN_PARTS_OF_CANDIDATE[tool]))return{tool,parts:[major,...rest],rc}}__name(readVersion,"readVersion");function versionName(version){if(version.tool==="elixir")return version.parts.join(".")+(version.rc===void 0?"":`-rc.${String(version.rc)}`);let last=version.parts.findLastIndex(part=>part!==0);return version.parts.slice(0,Math.max(last+1,Math.min(2,version.parts.length))).join(".")+(version.rc===void 0?"":`-rc${String(version.rc)}`)}__name(versionName,"versionName");function describeVersion(version){return`${TOOL_NAMES[version.tool]} ${versionName(version)}`}__name(describeVersion,"describeVersion");function compareVersions(a,b){let difference=compareNumbers(a.parts,b.parts);return difference!==0?difference:(a.rc??1/0)===(b.rc??1/0)?0:(a.rc??1/0)-(b.rc??1/0)}__name(compareVersions,"compareVersions");function isExact(version){return version.rc!==void 0||version.parts.length>=3}__name(isExact,"isExact");function matches(wanted,published){return wanted.rc!==void 0||published.rc!==void 0?compareVersions(wanted,published)===0:wanted.parts.every((part,index)=>part===(published.parts[index]??0))}__name(matches,"matches");function preferenceFor(wanted){let rank=__name(version=>isExact(wanted)&&compareVersions(wanted,version)===0?0:1,"rank");return(a,b)=>rank(a)-rank(b)||compareVersions(b,a)}__name(preferenceFor,"preferenceFor");function describeRequirement(requirement){return`${describeVersion(requirement.version)} (from ${requirement.origin})`}__name(describeRequirement,"describeRequirement");function chooseSystems({target,image}){let{os,glibc}=image;if(os!==void 0)return{releases:[os],why:"from os"};if(glibc===void 0){let{os:name,release,libc}=defaultSystem(target);return{releases:[{os:name,release}],why:libc==="glibc"?"the default: what is built on it runs on newer ones, too":"the default"}}let releases=systemsWithin(target,glibc);if(releases.length>0)return{releases,why:`the newest whose glibc is not above ${glibc}`};let[oldest]=SYSTEM_RELEASES.filter(({os:name})=>target.systems.includes(name)).toSorted((a,b)=>compareDotted(a.libcVersion,b.libcVersion));throw new MixReleaseError("bad-option",{what:`glibc is ${glibc}, and no system with images is that old`,next:`The oldest is ${oldest?.os??""}:${oldest?.release??""} with glibc ${oldest?.libcVersion??""}; for older machines, build in your own image (image), or for musl, which needs no glibc. In YAML, quote the version: 2.40 without quotes is 2.4.`})}__name(chooseSystems,"chooseSystems");function describeSystem({os,release}){let known=findSystemRelease(os,release);if(!known)return`${os}:${release}`;let archived=known.archived?", its packages from the archive, without updates":"";return`${os}:${release}, ${known.libc} ${known.libcVersion}${archived}`}__name(describeSystem,"describeSystem");var ELIXIR_OTP=[{minor:21,otp:{min:27,max:29}},{minor:20,otp:{min:27,max:29}},{minor:19,otp:{min:26,max:28}},{minor:18,otp:{min:25,max:27},later:{otp:28,patch:4}},{minor:17,otp:{min:25,max:27}},{minor:16,otp:{min:24,max:26}},{minor:15,otp:{min:24,max:26}},{minor:14,otp:{min:23,max:25},later:{otp:26,patch:5}},{minor:13,otp:{min:22,max:24},later:{otp:25,patch:4}},{minor:12,otp:{min:22,max:24}},{minor:11,otp:{min:21,max:23},later:{otp:24,patch:4}},{minor:10,otp:{min:21,max:22},later:{otp:23,patch:3}}],MINORS=ELIXIR_OTP.map(row2=>row2.minor),OLDEST_ELIXIR_MINOR=Math.min(...MINORS),NEWEST_ELIXIR_MINOR=Math.max(...MINORS),OLDEST_OTP=Math.min(...ELIXIR_OTP.map(row2=>row2.otp.min)),NEWEST_OTP=Math.max(...ELIXIR_OTP.map(row2=>row2.otp.max));function supportedOtp(elixir){let rows=rowsOf(elixir);if(rows.length===0)return;let patch=elixir.parts[2]??1/0;return{min:Math.min(...rows.map(row2=>row2.otp.min)),max:Math.max(...rows.map(({otp,later})=>later&&patch>=later.patch?later.otp:otp.max))}}__name(supportedOtp,"supportedOtp");function defaultOtpFor(elixir){let rows=rowsOf(elixir);return rows.length===0?NEWEST_OTP:Math.max(...rows.map(row2=>row2.otp.max))}__name(defaultOtpFor,"defaultOtpFor");function checkVersionPair(elixir,otp){let range=supportedOtp(elixir.version),major=otp.version.parts[0],name=describeVersion(elixir.version);if(range===void 0)return`${name} is newer than 1.${String(NEWEST_ELIXIR_MINOR)}, the newest known here: whether it supports OTP ${String(major)} was not checked.`;if(!(major>=range.min&&major<=range.max)){if(elixir.version.rc!==void 0)return`${name} is a release candidate: whether it supports OTP ${String(major)} was not checked.`;throw new MixReleaseError("incompatible-versions",{what:`${describeRequirement(elixir)} does not support ${describeRequirement(otp)}`,next:`${name} supports OTP ${rangeText(range)}${laterText(elixir.version,range)}. ${elixirsFor(major)}`})}}__name(checkVersionPair,"checkVersionPair");function rowsOf(elixir){let[major,minor]=elixir.parts;if(major<1||major===1&&minor!==void 0&&minor<OLDEST_ELIXIR_MINOR)throw new MixReleaseError("incompatible-versions",{what:`${describeVersion(elixir)} is older than Elixir 1.${String(OLDEST_ELIXIR_MINOR)}, the oldest supported`,next:`Use Elixir 1.${String(OLDEST_ELIXIR_MINOR)} or newer.`});return major>1?[]:ELIXIR_OTP.filter(row2=>minor===void 0||row2.minor===minor)}__name(rowsOf,"rowsOf");function rangeText(range){return`${String(range.min)} to ${String(range.max)}`}__name(rangeText,"rangeText");function laterText(elixir,range){let[row2]=rowsOf(elixir);return elixir.parts.length<3||!row2?.later||row2.later.otp<=range.max?"":`, and OTP ${String(row2.later.otp)} from 1.${String(row2.minor)}.${String(row2.later.patch)}`}__name(laterText,"laterText");function elixirsFor(otp){let elixirs=ELIXIR_OTP.flatMap(row2=>otp>=row2.otp.min&&otp<=row2.otp.max?[`1.${String(row2.minor)}`]:row2.later?.otp===otp?[`1.${String(row2.minor)}.${String(row2.later.patch)}`]:[]).reverse();return elixirs.length===0?`No Elixir known here supports OTP ${String(otp)}.`:`Elixir versions that support OTP ${String(otp)}: ${elixirs.join(", ")}.`}__name(elixirsFor,"elixirsFor");function imageQueryFor({elixir,otp},systems,{platform,architecture}){let effectiveOtp=otp??(elixir&&defaultOtp(elixir)),unchecked=elixir&&effectiveOtp&&checkVersionPair(elixir,effectiveOtp),requested=[elixir,effectiveOtp].filter(each=>each!==void 0).map(each=>describeRequirement(each));return{imageQuery:{elixir:elixir?constraintFor("elixir",elixir.version):effectiveOtp?anyElixirOn(effectiveOtp):ANYTHING,otp:effectiveOtp?constraintFor("otp",effectiveOtp.version):ANYTHING,systems,platform,architecture,slim:!0},order:{elixir:orderOf("elixir",elixir?.version),otp:orderOf("otp",effectiveOtp?.version)},versions:[...requested,...unchecked===void 0?[]:[unchecked]]}}__name(imageQueryFor,"imageQueryFor");var ANYTHING={requested:ANY_VERSION,prefix:"",matches:__name(()=>!0,"matches")};function defaultOtp(elixir){return{version:{tool:"otp",parts:[defaultOtpFor(elixir.version)],rc:void 0},origin:`what Elixir ${versionName(elixir.version)} was made for`}}__name(defaultOtp,"defaultOtp");function constraintFor(tool,wanted){let name=versionName(wanted);return{requested:name,prefix:tool==="elixir"&&!isExact(wanted)?`${name}.`:name,matches:__name(text2=>{let version=readVersion(tool,text2);return version!==void 0&&matches(wanted,version)},"matches")}}__name(constraintFor,"constraintFor");function anyElixirOn(otp){let major=otp.version.parts[0];return{requested:ANY_VERSION,prefix:"",matches:__name(text2=>{let version=readVersion("elixir",text2);if(version===void 0||version.rc!==void 0)return!1;let range=supportedOtp(version);return range!==void 0&&major>=range.min&&major<=range.max},"matches")}}__name(anyElixirOn,"anyElixirOn");function orderOf(tool,wanted){let compare=wanted?preferenceFor(wanted):(a,b)=>compareVersions(b,a);return(left,right)=>{let[a,b]=[readVersion(tool,left),readVersion(tool,right)];return a&&b?compare(b,a):+!!a-+!!b}}__name(orderOf,"orderOf");var BUILDS="https://builds.hex.pm",SOURCES2="https://github.com/erlang/otp/releases/download";async function findOwnBaseParts(imageQuery,version,order,options){let{system}=imageQuery,otp=await findOtp(imageQuery,version,order.otp,options),elixir=await findElixir(imageQuery.elixir,otp.version,order.elixir,options);return{system,otp,elixir}}__name(findOwnBaseParts,"findOwnBaseParts");async function findOtp({system,otp,architecture},version,order,options){let{builds=BUILDS,sources=SOURCES2}=options,directory=`${builds}/builds/otp/${architecture}/${system.os}-${version}`,listed=await listing(new URL(`${directory}/builds.txt`),options),best=bestOf(listed,name2=>/^OTP-(\d.*)$/.exec(name2)?.[1],otp,order);if(best)return{...best,url:`${directory}/OTP-${best.version}.tar.gz`,compiles:!1};let{requested}=otp;if(!/^\d+\.\d+/.test(requested))throw noSuchBuild(`Erlang/OTP ${requested}`,"Name it exactly, such as 27.0.1.");let release=`${sources}/OTP-${requested}`,name=`otp_src_${requested}.tar.gz`,sha256=(await text(new URL(`${release}/SHA256.txt`),options)).split(`
`).map(line=>line.trim().split(/\s+\*?/)).find(words=>words[1]===name)?.[0];if(sha256===void 0||!isSha256(sha256))throw noSuchBuild(`Erlang/OTP ${requested}`,`${new URL(sources).host} has no checksum of its sources.`);return{version:requested,url:`${release}/${name}`,sha256,compiles:!0}}__name(findOtp,"findOtp");async function findElixir(elixir,otp,order,options){let directory=`${options.builds??BUILDS}/builds/elixir`,listed=await listing(new URL(`${directory}/builds.txt`),options),major=Number.parseInt(otp,10),best=bestOf(listed,name=>/^v(\d.*?)(?:-otp-\d+)?$/.exec(name)?.[1],elixir,order);if(!best)throw noSuchBuild(`Elixir ${elixir.requested}`,"Name one that is released.");let archives=listed.flatMap(({name,sha256})=>{let[,version,by="0"]=/^v(.*?)(?:-otp-(\d+))?$/.exec(name)??[];return version===best.version&&Number(by)<=major?[{name,sha256,by:Number(by)}]:[]}).sort((left,right)=>right.by-left.by),[archive]=archives;if(!archive)throw noSuchBuild(`Elixir ${best.version} for Erlang/OTP ${otp}`,"Name versions that go together.");return{version:best.version,url:`${directory}/${archive.name}.zip`,sha256:archive.sha256}}__name(findElixir,"findElixir");function bestOf(listed,versionOf2,{matches:matches2},order){let[best]=listed.flatMap(({name,sha256})=>{let version=versionOf2(name);return version!==void 0&&matches2(version)?[{version,sha256}]:[]}).sort((left,right)=>order(right.version,left.version));return best}__name(bestOf,"bestOf");async function listing(url,options){return(await text(url,options)).split(`
`).flatMap(line=>{let[name="",,,sha256=""]=line.trim().split(/\s+/);return isSha256(sha256)?[{name,sha256}]:[]})}__name(listing,"listing");async function text(url,options){let{status,body}=await request({method:"GET",url},options);if(status===404||status===403)return"";if(status<200||status>299)throw outage(url,`answered ${String(status)}`);return body.toString("utf8")}__name(text,"text");var isSha256=__name(word=>/^[0-9a-f]{64}$/.test(word),"isSha256");function noSuchBuild(what,next){return new MixReleaseError("no-such-image",{what:`no base image can be made: there is no ${what} to make it from`,next:`${next} own-base takes builds that builds.hex.pm lists, and the sources of Erlang/OTP.`})}__name(noSuchBuild,"noSuchBuild");async function planOwnBase({target,image,authorities},{imageQuery,order},env,http){let{registry,pull}=image,[system]=imageQuery.systems;if(!system)throw new Error("a query has at least one system");let version=findSystemRelease(system.os,system.release)?.version??system.release,{HEX_BUILDS_URL:builds,MIX_RELEASE_OTP_SOURCES:sources}=env,parts=await findOwnBaseParts({...imageQuery,system},version,order,{...http,...builds&&{builds:withoutSlash2(builds)},...sources&&{sources:withoutSlash2(sources)}}),name=parseReference(`${system.os}:${system.release}${system.os==="debian"?"-slim":""}`),{tag="latest",...repository}=registry===void 0?name:withRegistry(name,registry),own={parts,system:`${repositoryOf(repository)}:${tag}`,authorities};return{reference:ownBaseName(own,target),digest:ownBaseDigest(own,target),pull,target,own}}__name(planOwnBase,"planOwnBase");var withoutSlash2=__name(address=>address.replace(/\/+$/,""),"withoutSlash");var KINDS2=[{pattern:/^$/,reason:"is empty"},{pattern:/^(?:(?:latest|prefix)(?::(.*))?|lts|stable|newest)$/,reason:"means whatever is newest on the day of the build"},{pattern:/^system$/,reason:"means the version installed on this machine, which the builder does not use"},{pattern:/^(?:ref|tag|branch|rev):(?:otp-|v)?(.*?)(?:-otp-\d+)?$/,reason:"names a commit; images exist for published versions only"},{pattern:/^(?:path:|[./~]?\/)/,reason:"names a directory; images exist for published versions only"},{pattern:/^(?:main|master|nightly|trunk|maint)\b|-dev\b/,reason:"names a branch; images exist for published versions only"},{pattern:/^v?(\d+(?:\.\d+)?)(?:\.\d+)*\.[x*]/,reason:"is a range"},{pattern:/^[<>=~^!\s]+v?(\d+(?:\.\d+)?)/,reason:"is a range"},{pattern:/[<>=~^|*]|\s(?:and|or|-)\s/,reason:"is a range"},{pattern:/^v?(.*)-otp-/,reason:"has a suffix that is not an OTP major version such as -otp-27"},{pattern:/\d[-.]?(?:alpha|beta|rc)/,reason:"is not how a release candidate is named"}];function adviceOn(tool,text2){for(let{pattern,reason}of KINDS2){let match=pattern.exec(text2);if(match)return{reason,next:insteadOf(tool,match[1])}}return{reason:tool==="elixir"?"is not a version of Elixir":"is not a version of OTP",next:exampleOf(tool)}}__name(adviceOn,"adviceOn");function exampleOf(tool){return tool==="elixir"?"Write a version such as 1.18.3, 1.19.0-rc.1, or 1.18 for the newest 1.18.x.":"Write a version such as 27.3.4.1, 28.0-rc2, or 27 for the newest 27.x."}__name(exampleOf,"exampleOf");function insteadOf(tool,meant){let version=readVersion(tool,meant??"");return meant===void 0||!version?exampleOf(tool):version.parts.length<3&&version.rc===void 0?`Write ${meant} for the newest ${meant}.x.`:`Write ${meant}.`}__name(insteadOf,"insteadOf");var FIRST_UNLIKE_ELIXIR=17;function parseElixirVersion(text2,origin){let[,elixirPart="",otp]=/^v?(.*?)(?:-otp-(\d+))?$/s.exec(normalized(text2))??[],version=readVersion("elixir",elixirPart);if(!version)throw unreadable("elixir",text2,origin);requireElixirAge(version,text2,origin);let compiledOn=otp===void 0?void 0:parseOtpVersion(otp,`-otp-${otp} in ${origin}`);return{version,origin,compiledOn}}__name(parseElixirVersion,"parseElixirVersion");function parseOtpVersion(text2,origin){let version=readVersion("otp",normalized(text2).replace(/^(?:otp[- ]?|v)/,""));if(!version)throw unreadable("otp",text2,origin);return requireOtpAge(version,text2,origin),{version,origin}}__name(parseOtpVersion,"parseOtpVersion");function requireElixirAge(version,text2,origin){let[major,minor]=version.parts;if(major>=FIRST_UNLIKE_ELIXIR)throw badVersion("elixir",text2,origin,"looks like a version of OTP",`Set it as otp-version. ${exampleOf("elixir")}`);if(major>1||major===1&&(minor===void 0||minor>=OLDEST_ELIXIR_MINOR))return;let reason=`is older than 1.${String(OLDEST_ELIXIR_MINOR)}, the oldest supported`;throw badVersion("elixir",text2,origin,reason,lostZero(version)??exampleOf("elixir"))}__name(requireElixirAge,"requireElixirAge");function lostZero({parts}){let meant=(parts[1]??0)*10;if(!(parts.length!==2||meant<OLDEST_ELIXIR_MINOR||meant>NEWEST_ELIXIR_MINOR))return`Did you write 1.${String(meant)} without quotes? YAML reads it as the number 1.${String(meant/10)}: write '1.${String(meant)}'.`}__name(lostZero,"lostZero");function requireOtpAge(version,text2,origin){let[major]=version.parts;if(major>=OLDEST_OTP)return;if(major===1)throw badVersion("otp",text2,origin,"looks like a version of Elixir",`Set it as elixir-version. ${exampleOf("otp")}`);let reason=`is older than ${String(OLDEST_OTP)}, the oldest supported`;throw badVersion("otp",text2,origin,reason,exampleOf("otp"))}__name(requireOtpAge,"requireOtpAge");function unreadable(tool,text2,origin){let{reason,next}=adviceOn(tool,normalized(text2));return badVersion(tool,text2,origin,reason,next)}__name(unreadable,"unreadable");function badVersion(tool,text2,origin,reason,next){return new MixReleaseError("bad-version",{what:`${TOOL_NAMES[tool]} version '${onOneLine(text2)}' (from ${origin}) ${reason}`,next})}__name(badVersion,"badVersion");function normalized(text2){return text2.trim().toLowerCase()}__name(normalized,"normalized");function onOneLine(text2){let line=text2.trim().replaceAll(new RegExp("\\p{Cc}+","gu")," ");return line.length>60?`${line.slice(0,60)}\u2026`:line}__name(onOneLine,"onOneLine");function resolveVersions({elixirInput,otpInput,versionFileInput,found}){let elixirText=input("elixir",elixirInput)??versionFileInput?.elixir??found.elixir,otpText=input("otp",otpInput)??versionFileInput?.otp??found.otp,elixir=elixirText&&parseElixirVersion(elixirText.text,elixirText.origin),otp=otpText&&parseOtpVersion(otpText.text,otpText.origin);return elixir&&otp&&requireAgreement(elixir,otp),{elixir,otp:otp??elixir?.compiledOn}}__name(resolveVersions,"resolveVersions");function input(name,text2){return text2===void 0||text2.trim()===""?void 0:{text:text2,origin:`${name}-version`}}__name(input,"input");function requireAgreement(elixir,otp){if(!elixir.compiledOn)return;let major=String(elixir.compiledOn.version.parts[0]);if(elixir.compiledOn.version.parts[0]!==otp.version.parts[0])throw new MixReleaseError("incompatible-versions",{what:`${describeRequirement(elixir)} has the suffix -otp-${major}, but ${describeRequirement(otp)} was requested`,next:`Request an OTP ${major} version, or remove '-otp-${major}': the image's Elixir is always compiled with the image's OTP.`})}__name(requireAgreement,"requireAgreement");async function versionsOrDefault(request2){let{elixir,otp,file}=request2.image.versions,found=file!==void 0||elixir!==void 0&&otp!==void 0?{elixir:void 0,otp:void 0}:findVersions(await readVersionDirectories(request2.project,request2.checkout)),wanted=resolveVersions({...await inputs(request2),found});if(wanted.elixir!==void 0||wanted.otp!==void 0)return wanted;let{fallback:fallback2}=request2.target,origin="the default; .tool-versions or inputs pin them";return{elixir:parseElixirVersion(fallback2.elixir,origin),otp:parseOtpVersion(fallback2.otp,origin)}}__name(versionsOrDefault,"versionsOrDefault");async function versionsFromInputs(request2){return resolveVersions({...await inputs(request2),found:{elixir:void 0,otp:void 0}})}__name(versionsFromInputs,"versionsFromInputs");async function inputs({image,checkout}){let{elixir,otp,file}=image.versions;return{elixirInput:elixir,otpInput:otp,versionFileInput:file===void 0?void 0:await readVersionFileAt(file,checkout)}}__name(inputs,"inputs");async function chooseImage(engine,request2,look,narrow=planned=>planned){let{target,image}=request2;if(image.named!==void 0)return{wanted:{reference:image.named,digest:void 0,pull:image.pull,target},source:"named",...await expectedByInputs(request2),system:void 0};let requested=await versionsOrDefault(request2),systems=chooseSystems(request2),planned=narrow(imageQueryFor(requested,systems.releases,target)),found=await findPlanned(engine,request2,planned,look),{elixir,otp}=planned.imageQuery;return{...found,versions:planned.versions,system:systemOf(found.wanted,systems),expected:{target,elixir:fromConstraint("Elixir",elixir),otp:fromConstraint("OTP",otp),system:found.source==="official"?systems.releases[0]:void 0,glibc:image.glibc}}}__name(chooseImage,"chooseImage");async function expectedByInputs(request2){let{target,image}=request2,{elixir,otp}=await versionsFromInputs(request2),requested=[elixir,otp].filter(each=>each!==void 0);return{expected:{target,elixir:elixir&&fromRequirement(elixir,constraintFor("elixir",elixir.version)),otp:otp&&fromRequirement(otp,constraintFor("otp",otp.version)),system:image.os,glibc:image.glibc},versions:requested.map(each=>describeRequirement(each))}}__name(expectedByInputs,"expectedByInputs");function fromRequirement(requirement,{matches:matches2}){return{requested:describeRequirement(requirement),matches:matches2}}__name(fromRequirement,"fromRequirement");function fromConstraint(tool,{requested,matches:matches2}){return{requested:`${tool} ${requested}`,matches:matches2}}__name(fromConstraint,"fromConstraint");function systemOf({reference,own},{releases,why}){if(own)return`${describeSystem(own.parts.system)} (${why})`;let parts=parseTag(reference.slice(reference.lastIndexOf(":")+1)),found=releases.find(({os,release})=>os===parts?.os&&release===parts.osRelease);return found&&`${describeSystem(found)} (${why})`}__name(systemOf,"systemOf");async function findPlanned(engine,{target,image,authorities},planned,look){let{registry,pull,officialImages}=image,local=pull==="always"?[]:await tagsInEngine(engine,registry,target.platform),[here]=rankTags(local,planned.imageQuery,planned.order);if(here)return{wanted:{reference:here.reference,digest:void 0,pull:"never",target},source:"engine"};if(pull==="never")throw notHere(planned);let options=lookUpOptions(registry,authorities,look),published=__name(({digest,...tagged},source)=>({wanted:{reference:formatReference(tagged),digest,pull:"missing",target},source}),"published");try{return published((await findImage(planned.imageQuery,planned.order,options)).reference,"published")}catch(error){if(!(error instanceof MixReleaseError)||error.code!=="no-such-image")throw error;if(officialImages){look.note("no hexpm/elixir image has these versions: asking for an official elixir image");let official=await findOfficialImage(planned.imageQuery,options);if(official)return published(official.reference,"official")}if(!image.ownBase||target.libc!=="glibc")throw error;return look.note("no image has these versions: a base image is made of Erlang/OTP and Elixir here (own-base)"),{wanted:await planOwnBase({target,image,authorities},planned,look.env,options),source:"own"}}}__name(findPlanned,"findPlanned");function lookUpOptions(registry,authorities,{env,signal,note}){let api=env.MIX_RELEASE_BUILDER_API;return{signal,fetch:fetchBy({env,authorities}),...registry!==void 0&&{registry},...api!==void 0&&api!==""&&{api},credentials:__name(reference=>credentialsFor(reference,{env,signal,onWarning:note}),"credentials")}}__name(lookUpOptions,"lookUpOptions");function notHere({versions,imageQuery}){let systems=imageQuery.systems.map(({os,release})=>`${os}:${release}`).join(" or ");return new MixReleaseError("image-not-found",{what:`no hexpm/elixir image in the engine has ${versions.join(", ")} on ${systems} for ${imageQuery.architecture}, and pull is never`,next:"Leave pull out, load such an image with docker load, or name one with image."})}__name(notHere,"notHere");var builtin32=required("node:fs/promises");var readFile7=builtin32.readFile;var builtin33=required("node:path"),path_default12=builtin33;var builtin34=required("node:crypto");var createHash4=builtin34.createHash;var builtin35=required("node:fs");var createReadStream=builtin35.createReadStream;var builtin36=required("node:fs/promises");var lstat2=builtin36.lstat,readlink=builtin36.readlink;var builtin37=required("node:path"),path_default13=builtin37;var builtin38=required("node:fs");var accessSync=builtin38.accessSync,constants=builtin38.constants;var builtin39=required("node:fs/promises");var readdir=builtin39.readdir;function unreadableSources(error,name=""){let denied2=["EACCES","EPERM"].includes(systemErrorCode(error)??""),line=name===""?"a line with its path":patternFor(name);return new MixReleaseError("sources-unreadable",{what:`the sources cannot be read: ${shownName(messageOf(error))}`,next:denied2?`Give this user read access to it, let git ignore it, or leave it out with exclude: ${line}`:"Give this user read access to the whole checkout, and do not change it during the build.",cause:error})}__name(unreadableSources,"unreadableSources");var DENIED=new Set(["EACCES","EPERM"]),UNDECODED="\uFFFD";async function entriesOf(directory,name,ignored){try{let entries=await readdir(onDisk(directory),{withFileTypes:!0});return(entries.some(entry=>entry.name.includes(UNDECODED))?await readBytes(directory):entries).sort((a,b)=>a.name<b.name?-1:1)}catch(error){if(name==="")throw unreadableSources(error);return whyNot(error,name,ignored)}}__name(entriesOf,"entriesOf");async function readBytes(directory){return(await readdir(onDisk(directory),{withFileTypes:!0,encoding:"buffer"})).map(entry=>Object.assign(entry,{name:nameOf(entry.name)}))}__name(readBytes,"readBytes");function readable(file,name){try{return accessSync(onDisk(file),constants.R_OK),"readable"}catch(error){return whyNot(error,name,!0)}}__name(readable,"readable");function whyNot(error,name,ignored){let code=systemErrorCode(error)??"";if(code==="ENOENT")return"gone";if(ignored&&DENIED.has(code))return"unreadable";throw unreadableSources(error,name)}__name(whyNot,"whyNot");async function listContext(directory){try{let listed=await listGitFiles(directory)??await listAll(directory),present=await Promise.all(listed.map(async name=>await isFile(directory,name)?[name]:[]));return[...new Set(present.flat())].sort()}catch(error){throw unreadable2(directory,error)}}__name(listContext,"listContext");async function hashContext(directory,names){let hash2=createHash4("sha256");try{for(let name of names)await addFile(hash2,directory,name)}catch(error){throw unreadable2(directory,error)}return hash2.digest("hex")}__name(hashContext,"hashContext");async function addFile(hash2,directory,name){let file=onDisk(path_default13.join(directory,name)),found=await lstat2(file),kind=found.isSymbolicLink()?"link":(found.mode&64)===0?"file":"program";if(hash2.update(`${kind} ${String(found.size)} `).update(bytesOf(name)).update("\0"),found.isSymbolicLink())hash2.update(await readlink(file,"buffer"));else for await(let chunk of createReadStream(file))hash2.update(chunk)}__name(addFile,"addFile");async function listAll(directory){let names=[];async function visit(below){let entries=await entriesOf(path_default13.join(directory,below),below,!1);if(typeof entries!="string")for(let entry of entries.filter(({name})=>name!==".git")){let name=below===""?entry.name:`${below}/${entry.name}`;entry.isDirectory()?await visit(name):names.push(name)}}return __name(visit,"visit"),await visit(""),names}__name(listAll,"listAll");async function isFile(directory,name){let found=await lstat2(onDisk(path_default13.join(directory,name))).catch(()=>{});return found!==void 0&&(found.isFile()||found.isSymbolicLink())}__name(isFile,"isFile");function unreadable2(directory,error){return new MixReleaseError("sources-unreadable",{what:`the files next to the Dockerfile in ${directory} cannot be read: ${shownName(messageOf(error))}`,next:"Give this user read access to them, or move the Dockerfile to its own directory.",cause:error})}__name(unreadable2,"unreadable");var builtin40=required("node:fs");var lstatSync=builtin40.lstatSync;var builtin41=required("node:path"),path_default14=builtin41;var builtin42=required("node:stream");var Readable=builtin42.Readable;var builtin43=required("node:crypto");var createHash5=builtin43.createHash,hash=builtin43.hash;var builtin44=required("node:fs");var createReadStream2=builtin44.createReadStream,lstatSync2=builtin44.lstatSync,readFileSync=builtin44.readFileSync,readlinkSync=builtin44.readlinkSync;var builtin45=required("node:path"),path_default15=builtin45;var builtin46=required("node:timers/promises");var setImmediate=builtin46.setImmediate;var GIT_INDEXES=/(?:^|\/)\.git\/(?:modules\/.+\/)?index$/,READ_AT_ONCE=4*1024*1024,BATCH=256,GIT_OBJECTS=/(?:^|\/)\.git\/(?:.+\/)?objects\/(?:[0-9a-f]{2}\/[0-9a-f]{38,}|pack\/pack-[0-9a-f]{40,}\.(?:pack|idx|rev))$/;async function readContents(checkout,{paths,located,extra,indexes}){let skipped=Buffer.from(JSON.stringify(indexes)),entries=new Map,readOne=__name(name=>{let file=located.get(name)??path_default15.join(checkout,name);entries.set(name,readEntry(file,name))},"readOne");try{for(let at=0;at<paths.length;at+=BATCH)paths.slice(at,at+BATCH).forEach(readOne),await setImmediate();for(let[name,entry]of entries){let digest=entry.digest===UNREAD?await digestOfLarge(entry.file??""):entry.digest,whole=name.endsWith("/index")&&GIT_INDEXES.test(name)?digestOf2(Buffer.concat([skipped,Buffer.from(digest)])):digest;whole!==entry.digest&&entries.set(name,{...entry,digest:whole})}}catch(error){throw unreadableSources(error)}for(let each of extra)addVirtual(entries,each);return entries}__name(readContents,"readContents");var UNREAD="unread";function readEntry(file,name){let stat5=lstatSync2(onDisk(file)),status={size:stat5.size,mtimeMs:stat5.mtimeMs,mode:stat5.mode&4095,file};return stat5.isDirectory()?{...status,kind:"directory",digest:""}:stat5.isSymbolicLink()?{...status,kind:"link",digest:digestOf2(readlinkSync(onDisk(file),"buffer"))}:GIT_OBJECTS.test(name)?{...status,kind:"file",digest:digestOf2(bytesOf(name))}:stat5.size>READ_AT_ONCE?{...status,kind:"file",digest:UNREAD}:{...status,kind:"file",digest:digestOf2(readFileSync(onDisk(file)))}}__name(readEntry,"readEntry");var digestOf2=__name(content=>hash("sha256",content,"base64url"),"digestOf");async function digestOfLarge(file){let content=createHash5("sha256"),stream=createReadStream2(onDisk(file),{highWaterMark:READ_AT_ONCE});for await(let chunk of stream)content.update(chunk);return content.digest("base64url")}__name(digestOfLarge,"digestOfLarge");function addVirtual(entries,virtual){let status={size:0,mtimeMs:0,file:void 0};for(let above of directoriesAbove(virtual.path))entries.has(above)||entries.set(above,{...status,kind:"directory",mode:493,digest:""});let content=bytesOf("text"in virtual?virtual.text:virtual.linkTo),kind="text"in virtual?"file":"link";entries.set(virtual.path,{...status,kind,mode:kind==="file"?420:511,digest:digestOf2(content)})}__name(addVirtual,"addVirtual");function sameStatus(now,was){return now.size===was.size&&now.mtimeMs===was.mtimeMs}__name(sameStatus,"sameStatus");var GIT_BOOKKEEPING=/(?:^|\/)\.git\/(?:.+\/)?(?:index|logs(?:\/.*)?|objects(?:\/.*)?|hooks(?:\/.*)?|FETCH_HEAD|ORIG_HEAD|COMMIT_EDITMSG|description)$/;function wholeOf(entries){let whole=createHash5("sha256");for(let[name,{kind,mode,digest}]of[...entries].sort(([a],[b])=>a<b?-1:1))GIT_BOOKKEEPING.test(name)||whole.update(bytesOf(`${kind} ${mode.toString(8)} ${digest} ${name}\0`));return whole.digest("hex")}__name(wholeOf,"wholeOf");function packSources(archive){return Readable.from(withSourceErrors(archive))}__name(packSources,"packSources");function*entriesOf2({checkout,paths,located,directories=[],extra,owner,mtime,kept}){for(let name of paths){let file=located?.get(name)??path_default14.join(checkout,name),stat5=lstatSync(onDisk(file)),dated=kept?.get(name);if(dated&&!sameStatus(stat5,dated))throw new Error(`${name} changed while it was read`);let entry=entryAt(file,stat5,{path:name,...owner,mtime:dated?.time??mtime});entry&&(yield entry)}for(let name of directories)yield{path:name,...owner,mtime,type:"Directory",mode:493,size:0};for(let file of extra)yield virtualEntry({...file,...owner},mtime)}__name(entriesOf2,"entriesOf");async function*withSourceErrors(archive){try{yield*archiveOf(entriesOf2(archive))}catch(error){throw unreadableSources(error)}}__name(withSourceErrors,"withSourceErrors");var CONTEXT_TIME=new Date("1980-01-01T00:00:00Z");async function readOwnDockerfile(file,checkout){let directory=path_default12.dirname(file),name=path_default12.basename(file),paths=[...new Set([...await listContext(directory),name])].sort(),contextHash=await hashContext(directory,paths),text2=await readFile7(file,"utf8"),buildKitLine=lineForBuildKit(text2);return{name:relativeInside(checkout,file)??file,path:name,usesBase:/^\s*[Aa][Rr][Gg]\s+BASE\b/m.test(text2),...buildKitLine!==void 0&&{buildKitLine},args:declaredArguments(text2),contextHash,context:__name(()=>packSources({checkout:directory,paths,extra:[],owner:{uid:0,gid:0},mtime:CONTEXT_TIME}),"context")}}__name(readOwnDockerfile,"readOwnDockerfile");var NEWER_OPTION=/^\s*(?:RUN\s+(?:--\S+\s+)*--(?:mount|network|security)\b|(?:COPY|ADD)\s+(?:--\S+\s+)*--(?:link|exclude|parents|checksum|chmod)\b)/i,HERE_DOCUMENT=/^\s*(?:RUN|COPY|ADD)\s(?:.*\s)?\d*<<-?["']?[A-Za-z_][^\s<]*(?:\s|$)/i;function lineForBuildKit(dockerfile){let found=dockerfile.replace(/\s*\\[ \t]*\r?\n\s*/g," ").split(`
`).find(line=>NEWER_OPTION.test(line)||HERE_DOCUMENT.test(line))?.trim();return found!==void 0&&found.length>100?`${found.slice(0,100)}\u2026`:found}__name(lineForBuildKit,"lineForBuildKit");var SSH="openssh-client";async function resolvePlan(engine,request2,look,{emulated,narrow}={emulated:requireArchitecture(engine,request2)}){let{target,targetInput,builder:options,checkout}=request2,dockerfile=options.dockerfile===void 0?void 0:await readOwnDockerfile(options.dockerfile,checkout),ownBase2=dockerfile?.usesBase===!1;if(ownBase2&&request2.image.named!==void 0)throw uselessImage(dockerfile.name,request2.image.named);let image=ownBase2?void 0:await chooseImage(engine,request2,look,narrow),{expected,versions}=image??await expectedByInputs(request2),recipe={target,packages:packagesFor(request2),dockerfile,authorities:request2.authorities},digest=image&&await knownDigest(engine,image),tag=image&&digest===void 0?void 0:builderTag(recipe,digest),present=tag!==void 0&&await presentBuilder(engine,tag,target.platform)!==void 0;return{target,targetInput,engine:{architecture:engine.architecture,emulated},image,digest,recipe,expected,versions,builder:tag===void 0?void 0:{tag,present},missingVariables:await variablesOfProject(request2.project,request2.mixEnv,request2.smoke?.env??{}),smokes:request2.smoke!==void 0}}__name(resolvePlan,"resolvePlan");function packagesFor({builder,access}){let{packages,dockerfile}=builder,needed=access?.sshAgent===void 0||dockerfile!==void 0?[]:[SSH];return[...new Set([...packages,...needed])]}__name(packagesFor,"packagesFor");function requireArchitecture(engine,{target,method}){if(engine.architecture===target.architecture)return!1;if(method==="emulate")return!0;throw architectureMismatch(engine,target)}__name(requireArchitecture,"requireArchitecture");function architectureMismatch(engine,target){return new MixReleaseError("architecture-mismatch",{what:`the engine is ${engine.architecture}, and target ${target.triple} is ${target.platform}`,next:`Build on a machine of that architecture: runs-on: ${target.runner} in a workflow. Or leave method out: auto assembles the release from code that is compiled here (method: cross). method: emulate builds it by emulation, which is six to twenty times slower.`})}__name(architectureMismatch,"architectureMismatch");async function knownDigest(engine,{wanted}){if(wanted.digest!==void 0||wanted.pull==="always")return wanted.digest;let found=await engine.images.inspect(wanted.reference,wanted.target.platform);return found&&digestOf(found,wanted.reference)}__name(knownDigest,"knownDigest");function uselessImage(dockerfile,image){return new MixReleaseError("bad-option",{what:`image names ${image}, and ${dockerfile} starts from its own base`,next:'Begin that Dockerfile with the lines "ARG BASE" and "FROM ${BASE}" to build on the image, or leave image out.'})}__name(uselessImage,"uselessImage");var MOST_STEPS=30;async function resolveOfOneVersion(engine,requests,look){let[first,...others]=requests,planOf=__name((request2,narrow)=>resolvePlan(engine,request2,look,{emulated:!1,...narrow&&{narrow}}),"planOf"),lead=await planOf(first);for(let step=0;lead&&step<MOST_STEPS;step+=1){let found=await othersWith(pairOf(lead),others,planOf);if("plans"in found)return[lead,...found.plans];lead=found.best&&await firstOf(first,atMost(found.best),planOf)}throw noneForAll(await Promise.all(requests.map(async request2=>[request2,await planOf(request2)])))}__name(resolveOfOneVersion,"resolveOfOneVersion");async function othersWith(wanted,requests,planOf){let pair=wanted,plans=[];for(let request2 of requests){let plan2=pair?await firstOf(request2,[exactly(pair)],planOf):await planOf(request2);if(plan2===void 0){let next=pair&&await firstOf(request2,atMost(pair),planOf);return{best:next&&pairOf(next)}}plans.push(plan2),pair??=pairOf(plan2)}return{plans}}__name(othersWith,"othersWith");async function firstOf(request2,narrowings,planOf){for(let narrow of narrowings)try{return await planOf(request2,narrow)}catch(error){if(!(error instanceof MixReleaseError&&["no-such-image","image-not-found"].includes(error.code)))throw error}}__name(firstOf,"firstOf");function pairOf({image}){return image&&versionsOf2(image)}__name(pairOf,"pairOf");function versionsOf2({source,wanted:{reference,own}}){if(own)return{elixir:own.parts.elixir.version,otp:own.parts.otp.version};if(source!=="engine"&&source!=="published")return;let{elixir,otp}=parseTag(reference.slice(reference.lastIndexOf(":")+1))??{};return elixir===void 0||otp===void 0?void 0:{elixir,otp}}__name(versionsOf2,"versionsOf");var only2=__name(({matches:matches2},version)=>({requested:version,prefix:version,matches:__name(text2=>text2===version&&matches2(text2),"matches")}),"only"),limited=__name((constraint,isLow)=>({...constraint,matches:__name(text2=>constraint.matches(text2)&&isLow(text2),"matches")}),"limited");function exactly(pair){return planned=>({...planned,imageQuery:{...planned.imageQuery,elixir:only2(planned.imageQuery.elixir,pair.elixir),otp:only2(planned.imageQuery.otp,pair.otp)}})}__name(exactly,"exactly");function atMost(pair){return[planned=>({...planned,imageQuery:{...planned.imageQuery,elixir:only2(planned.imageQuery.elixir,pair.elixir),otp:limited(planned.imageQuery.otp,otp=>planned.order.otp(otp,pair.otp)<=0)}}),planned=>({...planned,imageQuery:{...planned.imageQuery,elixir:limited(planned.imageQuery.elixir,elixir=>planned.order.elixir(elixir,pair.elixir)<0)}})]}__name(atMost,"atMost");function noneForAll(plans){let each=plans.map(([{target},plan2])=>{let pair=pairOf(plan2),system=plan2.image?.system?.replace(/[, ].*$/,"")??"its system";return`${target.triple} on ${system} has ${pair?`Elixir ${pair.elixir} with OTP ${pair.otp}`:"others"} at best`});return new MixReleaseError("cannot-cross",{what:`no pair of Elixir and Erlang/OTP has an image for all targets: ${each.join("; ")}`,next:'Ask for versions that all of them have (elixir-version, otp-version), choose another os for some (os: "*-musl => alpine:3.22"), or build each by itself with method: native on a machine of its architecture.'})}__name(noneForAll,"noneForAll");async function resolveCompilations(engine,requests,look){for(let{target,method}of requests)if(method==="native"&&!isOwn(engine,target))throw architectureMismatch(engine,target);let[first,...others]=requests.filter(({method})=>method==="auto"||method==="cross"),shared=first&&await sharedCompilation(engine,[first,...others],look),compilations=[];for(let request2 of requests)request2===first&&shared?compilations.push(shared):others.includes(request2)||compilations.push(await ownCompilation(engine,request2,look));return compilations}__name(resolveCompilations,"resolveCompilations");function isOwn(engine,{architecture}){return engine.architecture===architecture}__name(isOwn,"isOwn");async function ownCompilation(engine,request2,look){let emulated=!isOwn(engine,request2.target),plan2=await resolvePlan(engine,request2,look,{emulated}),target={request:request2,plan:plan2,method:emulated?"emulate":"native",why:ownManner(plan2).why};return{request:request2,plan:plan2,targets:[target]}}__name(ownCompilation,"ownCompilation");async function sharedCompilation(engine,requests,look){let request2=compilerOf(engine,requests);for(let each of requests)each!==request2&&requireAudit(each);let others=requests.filter(each=>each!==request2),[plan2,...plans]=await resolveOfOneVersion(engine,[request2,...others],look),[target,...more]=requests.map(each=>{if(each===request2)return{request:request2,plan:plan2,method:"native",why:ownManner(plan2).why};let own=plans[others.indexOf(each)];if(own===void 0)throw new Error(`${each.target.triple} has no plan`);let native=isOwn(engine,each.target)?"; native code is compiled in its own builder":"",from=`the bytecode is compiled for ${request2.target.triple}${native}`;return{request:each,plan:own,method:"cross",why:`the engine is ${engine.architecture}; ${from}`}});if(target===void 0)throw new Error("there is at least one target");let targets=[target,...more];return targets.forEach(each=>{requireBase(engine,each),requireCompiling(each)}),{request:request2,plan:plan2,targets}}__name(sharedCompilation,"sharedCompilation");function compilerOf(engine,requests){let own=requests.find(({target})=>isOwn(engine,target));if(own!==void 0)return own;let[first]=requests,twin=TARGETS.find(each=>isOwn(engine,each)&&each.libc===first.target.libc);if(twin===void 0)throw architectureMismatch(engine,first.target);return{...first,...first.ofTwin,target:twin,targetInput:twin.triple}}__name(compilerOf,"compilerOf");function requireAudit({audit,target}){if(audit.mode==="off")throw new MixReleaseError("bad-option",{what:`audit is off, and the release for ${target.triple} is assembled from code that was compiled for another target`,next:"Leave audit out, or set it to warn. method: native and method: emulate compile all code for the target itself."})}__name(requireAudit,"requireAudit");function requireCompiling({request:{target,releaseArgs},method}){if(!(method!=="cross"||releaseArgs.compiles))throw new MixReleaseError("cannot-cross",{what:`release-args has --no-compile, and target ${target.triple} needs its own native code`,next:"Leave --no-compile out, or build this target in a separate run with method: native."})}__name(requireCompiling,"requireCompiling");function requireBase(engine,{request:{target},plan:{image,recipe}}){if(isOwn(engine,target))return;let name=recipe.dockerfile?.name??"the Dockerfile";if(!(image!==void 0&&recipe.dockerfile===void 0))throw image!==void 0?new MixReleaseError("cannot-cross",{what:`${name} makes the builder image of ${target.triple}, which is for another machine than the engine's (${engine.architecture})`,next:`Give it to the engine's own targets alone, by a line with a pattern, and name libraries for ${target.triple} in packages; or build this target with method: emulate, or on a runner of its architecture (runs-on: ${target.runner}).`}):new MixReleaseError("cannot-cross",{what:`${name} starts from its own base, so that no image has the Erlang/OTP of target ${target.triple}, and the engine is ${engine.architecture}`,next:`Begin ${name} with the lines "ARG BASE" and "FROM \${BASE}", build on a machine of that architecture (runs-on: ${target.runner}), or set method to emulate.`})}__name(requireBase,"requireBase");async function versionCheck({versionCheck:mode,project},env){if(mode==="off")return;let tags=env.GITHUB_REF_TYPE?tagOfWorkflow(env):await tagsOfCheckout(project);return release=>requireTag(release,tags)}__name(versionCheck,"versionCheck");function tagOfWorkflow({GITHUB_REF_TYPE,GITHUB_REF_NAME=""}){if(GITHUB_REF_TYPE==="tag")return[GITHUB_REF_NAME];throw new MixReleaseError("tag-not-found",{what:`version-check is tag, and the workflow runs for ${GITHUB_REF_TYPE??""} ${GITHUB_REF_NAME}`,next:"Run it for tags (on: push: tags: ['v*']), or give version-check only there: ${{ github.ref_type == 'tag' && 'tag' || 'off' }}."})}__name(tagOfWorkflow,"tagOfWorkflow");async function tagsOfCheckout(checkout){let tags=await tagsOf(checkout);if("reason"in tags)throw noTag(tags.reason,"Build in a git checkout, or leave version-check out.");if(tags.length>0)return tags;let shallow=await isShallow(checkout);throw noTag(`the commit that is checked out has no tag${shallow?" in this shallow checkout":""}`,`${shallow?"Give actions/checkout fetch-depth: 0 to fetch tags, or tag":"Tag"} it, such as git tag v1.2.3, or leave version-check out.`)}__name(tagsOfCheckout,"tagsOfCheckout");function noTag(reason,next){return new MixReleaseError("tag-not-found",{what:`version-check is tag, and ${reason}`,next})}__name(noTag,"noTag");function requireTag({name,version},tags){let accepted=["",`${name}-`,`${name}@`].flatMap(prefix=>[`${prefix}${version}`,`${prefix}v${version}`]);if(!tags.some(tag=>accepted.includes(tag)))throw new MixReleaseError("version-mismatch",{what:`release ${name} has version ${version}, and ${tags.length===1?"the tag is":"the tags are"} ${tags.join(", ")}`,next:`Set the version in mix.exs to that of the tag, or tag v${version}, ${name}-v${version} or ${name}@${version}.`})}__name(requireTag,"requireTag");var plan={name:"plan",does:"Resolves targets, versions, systems, base images and recipes. Nothing is pulled, built or started.",run:__name(async({requests},{engine,signal,env,log})=>({compilations:await resolveCompilations(engine,requests,{signal,env,note:__name(text2=>log.note(text2),"note")})}),"run"),outcome:__name(({compilations})=>compilations.map(({plan:{image,recipe}})=>image?.wanted.reference??dockerfileName(recipe)).join(", "),"outcome"),notes:__name(({compilations})=>compilationLines(compilations),"notes"),errors:["architecture-mismatch","bad-option","bad-version","bad-version-file","incompatible-versions","cannot-cross","image-not-found","no-such-image","registry-outage","sources-unreadable"]};export{cancelOnSignals,readExclusion,NOTHING_EXCLUDED,patternFor,readGitInfo,readWorkingCopy,isShallow,readConfig,historyNotes,withoutComments,historyAdvice,readRequests,parseMessage,packageSystemOf,firstGroup,MISSING_VARIABLE,nameOfVariable,DISK_FULL,CRLF,PROGRAMS,BUILDING,MAKING_IMAGES,likelyCauses,because,adviceFor,inAttempts,mirrorsOf,mirrorArguments,declaredArguments,dockerBuild,couldNotRun,emulatorFlags,requireExpected,requireTarget,ensureImage,toProbe,BUILDER_UID,ensureBuilder,probeBase,proxiesOf,builderRequest,unreadableSources,compilationLines,compilationFacts,readVersion,compareVersions,entriesOf,readable,whyNot,readContents,sameStatus,wholeOf,packSources,resolveCompilations,versionCheck,plan};
