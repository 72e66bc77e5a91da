import { code, table } from './text.mjs';

/** docs/targets.md, from the tables in src/targets/. */
export function targetsPage({ targetsText, systemsWithin, TARGETS }) {
  const gnu = TARGETS.find(({ libc }) => libc === 'glibc');
  return page({ ...JSON.parse(targetsText(true)), newestWithin: (floor) => systemsWithin(gnu, floor)[0] });
}

const nameOf = ({ os, release }) => code(`${os}:${release}`);

/** The page as Markdown, before prettier. */
function page({ targets, systems, newestWithin }) {
  const [first] = targets;
  const targetRows = targets.map(({ triple, platform, libc, defaultSystem, loader, runner }) => [
    code(triple),
    code(platform),
    libc,
    `${nameOf(defaultSystem)} (${defaultSystem.libcVersion})`,
    code(loader),
    code(runner),
  ]);
  const aliasItems = targets.map(({ triple, aliases }) => `- ${code(triple)}: ${aliases.map(code).join(', ')}`);
  const runners = new Map(targets.map(({ machine, runner }) => [machine, runner]));
  const runsOn = [...runners].map(([machine, runner]) => `${code(`runs-on: ${runner}`)} for ${code(machine)}`);
  const glibcRows = systems.filter(({ libc }) => libc === 'glibc').map(systemRow);
  const muslRows = systems.filter(({ libc }) => libc === 'musl').map(systemRow);
  return `# Targets

<!-- script/generate writes this page from src/targets/. -->

A target is the machine that a release will run on: its architecture and its C library. A release contains the Erlang runtime and the NIFs as native code, so it runs only on that kind of machine. \`mix-release targets\` prints the tables of this page, with \`--json\` as one object.

## Choosing a target

On the machine that will run the release, \`uname -m\` prints the architecture. It is \`x86_64\` on Intel and AMD, \`aarch64\` on Arm, Graviton and Ampere among them. \`ldd --version\` names the C library:

- Debian, Ubuntu, Fedora, RHEL, Amazon Linux, SUSE and most others have glibc: take a target that ends in \`gnu\`.
- Alpine has musl: take one that ends in \`musl\`. A container image \`FROM alpine\` is such a machine, whatever it runs on.

A release for musl does not run on a machine with glibc, nor the reverse.

## The targets

The number behind the default system is the version of its C library.

${table(['Target', 'Platform', 'C library', 'Default system', 'Loader', 'Native runner'], targetRows)}

Other Linux architectures are the error \`unsupported-target\`: there are no hexpm/elixir images for them. So are macOS, Windows and other systems: run \`mix release\` on a native runner (\`macos-15\`, \`windows-2025\`) with erlef/setup-beam. Any other text is the error \`unknown-target\`, which lists the known targets and the nearest one. No target is replaced by a similar one.

### Aliases

\`target\` also takes these names, in upper or lower case:

${aliasItems.join('\n')}

The C library is part of every name: \`linux-x64\`, \`x86_64-linux\` or \`${first.platform}\` alone is an error that names both targets it may mean. Outputs and the names of tarballs always have the triple.

## The systems

A release is built on a Debian, Ubuntu or Alpine image. [\`os\`](options.md#os) and [\`glibc\`](options.md#glibc) choose the system; [Images](images.md#which-system-to-choose) helps to decide.

**os** names one, such as \`os: ubuntu:noble\`. Without both options, it is the target's default.

**glibc** names what the machine has, such as \`glibc: '2.31'\`. A program that was linked with one glibc runs with the same or a newer one, and not with an older one. So this is a floor: the newest image whose glibc is not above it is built on. With 2.31 that is ${nameOf(newestWithin('2.31'))}, with 2.37 ${nameOf(newestWithin('2.37'))}. \`ldd --version\` on the machine prints its version. Quote it in YAML, where 2.40 is 2.4.

### With glibc

${table(['System', 'Version', 'glibc', 'New images'], glibcRows)}

### With musl

${table(['System', 'Version', 'musl', 'New images'], muslRows)}

**New images** says whether hexpm still builds images on a system, with newer patches of Elixir, Erlang/OTP and the system. Earlier images stay published, with the versions of their time. \`debian:forky\` is not released yet, and its glibc may still rise.

\`debian:bookworm\` has been in long-term support since June 2026, until June 2028. \`debian:bullseye\` has had no security updates since the end of August 2026. This concerns the packages of the builder. A release uses the system libraries of the machine that it runs on.

The packages of \`debian:buster\` have left Debian's mirrors. They come from Debian's archive, which gets no updates. Builder and smoke test use the archive for every release that the mirror no longer has.

## Native runners and other machines

A build is native on a machine of the target's own architecture: ${runsOn.join(', ')}. On a machine of another architecture, [\`method\`](options.md#method) decides. By default, the release is assembled from three parts: bytecode, which is the same everywhere, the runtime files of the target's image, and native code that is compiled for the target. \`method: emulate\` builds everything by emulation, six to twenty times slower.

\`mix-release matrix\` prints the rows of a workflow's matrix, one for each target on its native runner; with \`--grouped\`, one row for all of them. [Recipes](recipes.md#a-matrix-of-targets) has the workflow.
`;
}

function systemRow(system) {
  return [nameOf(system), system.version, system.libcVersion, system.current ? 'yes' : 'no'];
}
