// The modules of src/, what each holds, and which of the others it may know. dependency-cruiser checks the imports
// against this list (.dependency-cruiser.mjs), and the table in docs/architecture.md is written from it
// by script/generate.

/** Those that runs are made of, from the simple ones up. `knows` has names of modules, or paths in one. */
const LOWER = [
  { name: 'versions', holds: 'Versions of Elixir and OTP: in files, in inputs, which go together', knows: [] },
  { name: 'targets', holds: 'The tables of targets and systems, and looking one up by any of its names', knows: [] },
  {
    name: 'registry',
    holds: 'hexpm/elixir and official images: which are published, which a registry has, manifests, logins',
    knows: [],
  },
  {
    name: 'engine',
    holds: 'The container engine: connection, containers, commands, progress, clean-up; dockerode is known here alone',
    knows: [],
  },
  { name: 'archive', holds: 'What tar archives in and out have in common; reading compressed ones', knows: [] },
  {
    name: 'diagnostics',
    holds: "What compilers found: from Mix's own diagnostics and from what is printed, with files of the repository",
    knows: [],
  },
  {
    name: 'sources',
    holds:
      "Which files go to the builder or into the context of a Dockerfile, git's repository without credentials, and the stream of them",
    knows: ['archive', 'audit/elf'],
  },
  { name: 'package', holds: 'Unpacking and packing in one pass, checksum, output directory', knows: ['archive'] },
  {
    name: 'audit',
    holds:
      'Reading a release, directory or tarball; the ELF reader (`elf/`), the policy and its tables, the rules (`rules/`), the report',
    knows: ['targets', 'archive'],
  },
  {
    name: 'causes',
    holds:
      'Likely causes of failures: small rules with a pattern of what is printed, why that is, and what to do; the packages of programs and headers',
    knows: ['audit', 'targets'],
  },
  {
    name: 'builder',
    holds:
      'Base image, recipe and builder image, sharing it; the probe, what is expected of it, emulation; our Mix tasks and their messages',
    knows: ['engine', 'targets', 'archive', 'registry', 'causes'],
  },
  {
    name: 'access',
    holds:
      'What `mix deps.get` alone is given: its directory in the container, the way to an SSH agent, hiding secrets in what is printed',
    knows: ['engine', 'builder'],
  },
  {
    name: 'cache',
    holds:
      'What of a state volume stays for the next build; archives of it: what goes into one, writing, checking and reading it',
    knows: ['package', 'archive', 'engine', 'builder'],
  },
  { name: 'diff', holds: 'In what two releases differ, and why', knows: ['archive', 'audit/elf', 'audit/beam'] },
  {
    name: 'distribution',
    holds:
      'Tarballs on their way to other machines: the facts beside each, `release.json`, `checksums.txt`, `install.sh`',
    knows: ['audit', 'targets'],
  },
  {
    name: 'smoke',
    holds: 'Running a release in a clean image: which one, its packages, the commands, the report',
    knows: ['engine', 'builder', 'audit', 'registry', 'targets', 'archive', 'causes'],
  },
  {
    name: 'mix',
    holds: 'The run of Mix: its environment, the arguments of `mix release`, what its tasks report',
    knows: ['audit/elf', 'engine', 'builder', 'access', 'causes', 'diagnostics', 'targets', 'versions'],
  },
];

/** Names of the modules that a run is made of. */
export const BELOW = LOWER.map(({ name }) => name);

export const MODULES = [
  {
    name: 'action',
    holds: 'The GitHub side: main, post, inputs, outputs, the log, artifacts',
    knows: ['pipeline', 'stages', 'options', 'summary', ...BELOW],
  },
  {
    name: 'cli',
    holds: 'The terminal side: flags, commands, progress',
    knows: ['pipeline', 'stages', 'options', 'summary', ...BELOW, 'action/artifact', 'action/summary'],
  },
  {
    name: 'summary',
    holds:
      'One page on a run, for the summary of the job and for the report in HTML; the escaping of all that comes from a project',
    knows: ['pipeline', 'audit', 'smoke', 'package'],
  },
  {
    name: 'pipeline',
    holds: 'What a stage is, the list of stages, running them, and the result of a run',
    knows: ['stages', 'options', ...BELOW],
  },
  { name: 'stages', holds: 'The stages, a folder each', knows: ['pipeline', 'options', ...BELOW] },
  {
    name: 'options',
    holds: 'The table of options, and reading them into a request',
    knows: ['mix', 'audit', 'builder', 'package', 'registry', 'sources', 'targets'],
  },
  ...LOWER.toReversed(),
];
