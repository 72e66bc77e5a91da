/**
 * How an option's text is read. `list`, `lines` and `env` may be given several times, or one a line in a workflow; the
 * items of a list are also separated by commas and spaces. `secrets` are lines, which the command line also takes from
 * the variable MIX_RELEASE_NAME.
 */
export type OptionKind = 'text' | 'list' | 'lines' | 'secrets' | 'env' | 'flag' | 'integer';

/** One option: an input of the action and a flag of the command line, by the same name. */
export interface Option {
  readonly name: string;
  readonly kind: OptionKind;
  /** Placeholder of the value in `--help`. */
  readonly value?: string;
  /** The default that the action shows; an empty string where there is none. */
  readonly inputDefault: string;
  /** One full sentence; `action.yml` and `--help` both print it. */
  readonly summary: string;
  readonly required?: boolean;
}

/** Every option, in the order in which people read them. A test holds `action.yml` against this table. */
export const OPTIONS = [
  {
    name: 'target',
    kind: 'text',
    value: 'TRIPLE',
    inputDefault: '',
    required: true,
    summary:
      'Target triple of the machine that the release will run on, such as x86_64-unknown-linux-gnu or linux-arm64-musl.',
  },
  {
    name: 'working-directory',
    kind: 'text',
    value: 'DIR',
    inputDefault: '.',
    summary: 'Directory of the Mix project inside the checkout; the whole checkout goes to the builder.',
  },
  {
    name: 'release',
    kind: 'list',
    value: 'NAME',
    inputDefault: '',
    summary: 'Names of the releases to build; without one, the release that `mix release` itself would choose.',
  },
  {
    name: 'release-args',
    kind: 'lines',
    value: 'ARGUMENT',
    inputDefault: '',
    summary: 'Arguments of `mix release`, one a line, such as --version 1.2.3 or --quiet.',
  },
  {
    name: 'mix-env',
    kind: 'text',
    value: 'ENV',
    inputDefault: 'prod',
    summary: 'Value of MIX_ENV for every Mix command.',
  },
  {
    name: 'version-check',
    kind: 'text',
    value: 'WHAT',
    inputDefault: 'off',
    summary: "Whether the tag has to be the release's version: tag, or off.",
  },
  {
    name: 'elixir-version',
    kind: 'text',
    value: 'VERSION',
    inputDefault: '',
    summary: "Elixir to build with, such as 1.18 or 1.18.3; without it, what the project's version files name.",
  },
  {
    name: 'otp-version',
    kind: 'text',
    value: 'VERSION',
    inputDefault: '',
    summary: "OTP to build with, such as 27 or 27.3.4.1; without it, what the project's version files name.",
  },
  {
    name: 'version-file',
    kind: 'text',
    value: 'FILE',
    inputDefault: '',
    summary: 'File to read the versions from (.tool-versions, mise.toml), instead of looking for one.',
  },
  {
    name: 'os',
    kind: 'text',
    value: 'NAME:RELEASE',
    inputDefault: '',
    summary: 'System of the base image, such as debian:trixie; by default debian:bookworm, and for musl alpine:3.22.',
  },
  {
    name: 'glibc',
    kind: 'text',
    value: 'VERSION',
    inputDefault: '',
    summary: 'Oldest glibc that the release has to run on, such as 2.31: the newest system not above it is built on.',
  },
  {
    name: 'image',
    kind: 'text',
    value: 'REF',
    inputDefault: '',
    summary: 'Base image with Erlang and Elixir to build in, instead of one that versions or the target choose.',
  },
  {
    name: 'registry',
    kind: 'text',
    value: 'HOST[/PATH]',
    inputDefault: '',
    summary: 'Registry or mirror prefix to take the chosen base image from, instead of Docker Hub.',
  },
  {
    name: 'pull',
    kind: 'text',
    value: 'WHEN',
    inputDefault: 'missing',
    summary: 'When base images are looked up and pulled: missing, always or never.',
  },
  {
    name: 'official-images',
    kind: 'flag',
    inputDefault: 'false',
    summary: 'Whether to build in an official elixir image when no hexpm/elixir image has the versions.',
  },
  {
    name: 'packages',
    kind: 'list',
    value: 'NAME',
    inputDefault: '',
    summary: 'System packages to install in the builder image, such as libsqlite3-dev.',
  },
  {
    name: 'dockerfile',
    kind: 'text',
    value: 'FILE',
    inputDefault: '',
    summary: 'Dockerfile in the checkout that makes the builder image, instead of the one that comes with the action.',
  },
  {
    name: 'builder-repository',
    kind: 'text',
    value: 'REPOSITORY',
    inputDefault: '',
    summary:
      'Repository, such as ghcr.io/team/mix-release-builder, where builder images are found again and pushed to.',
  },
  {
    name: 'before-build',
    kind: 'text',
    value: 'FILE',
    inputDefault: '',
    summary: 'Shell script in the checkout to run in the container before Mix does; what it exports, Mix sees.',
  },
  {
    name: 'emulate',
    kind: 'flag',
    inputDefault: 'false',
    summary: "Whether to build by emulation when the engine's architecture is not the target's.",
  },
  {
    name: 'env',
    kind: 'env',
    value: 'NAME[=VALUE]',
    inputDefault: '',
    summary: 'Environment variable for the Mix commands; NAME alone passes on the value that it has here.',
  },
  {
    name: 'check-locked',
    kind: 'flag',
    inputDefault: 'true',
    summary: 'Whether a mix.lock that `mix deps.get` would change is an error.',
  },
  {
    name: 'deps-env',
    kind: 'env',
    value: 'NAME[=VALUE]',
    inputDefault: '',
    summary: 'Environment variable for `mix deps.get` alone, such as the key of a private package repository.',
  },
  {
    name: 'hex-organizations',
    kind: 'secrets',
    value: 'NAME=KEY',
    inputDefault: '',
    summary: 'Private organizations on hex.pm, each with its key, for `mix deps.get` alone.',
  },
  {
    name: 'hex-repositories',
    kind: 'secrets',
    value: 'REPOSITORY',
    inputDefault: '',
    summary:
      'Further Hex repositories for `mix deps.get` alone, each as the arguments of `mix hex.repo add`: NAME URL --auth-key KEY.',
  },
  {
    name: 'git-credentials',
    kind: 'secrets',
    value: 'URL',
    inputDefault: '',
    summary: 'Credentials of git hosts for `mix deps.get` alone, each as https://USER:TOKEN@HOST.',
  },
  {
    name: 'ssh-agent',
    kind: 'flag',
    inputDefault: 'false',
    summary: 'Whether `mix deps.get` reaches the SSH agent that SSH_AUTH_SOCK names here.',
  },
  {
    name: 'ssh-known-hosts',
    kind: 'lines',
    value: 'LINE',
    inputDefault: '',
    summary: 'Keys of SSH hosts, in the lines of a known_hosts file; by default those of ~/.ssh/known_hosts.',
  },
  {
    name: 'audit',
    kind: 'text',
    value: 'MODE',
    inputDefault: 'error',
    summary: 'What errors of the audit do: error keeps the release out of the output, warn does not, off skips it.',
  },
  {
    name: 'allow-libraries',
    kind: 'list',
    value: 'NAME',
    inputDefault: '',
    summary: 'Shared libraries that the machines have, such as libvips.so.42, so that the audit does not miss them.',
  },
  {
    name: 'audit-except',
    kind: 'list',
    value: 'PATTERN',
    inputDefault: '',
    summary: 'Paths in the release that the audit does not judge, as patterns of .gitignore.',
  },
  {
    name: 'smoke-test',
    kind: 'text',
    value: 'HOW',
    inputDefault: 'boot',
    summary:
      'How the release is tried in a clean image of its system: boot, eval, off, or the path of a script in the checkout.',
  },
  {
    name: 'smoke-env',
    kind: 'env',
    value: 'NAME[=VALUE]',
    inputDefault: '',
    summary: 'Environment variable for the release in its smoke test, as config/runtime.exs asks for it.',
  },
  {
    name: 'smoke-timeout',
    kind: 'integer',
    value: 'SECONDS',
    inputDefault: '',
    summary: 'Seconds that the smoke test of a release may take; by default 120, and 600 under emulation.',
  },
  {
    name: 'runtime-image',
    kind: 'text',
    value: 'REF',
    inputDefault: '',
    summary: "Image that the smoke test runs in, instead of one with the builder's system and no Erlang.",
  },
  {
    name: 'runtime-packages',
    kind: 'list',
    value: 'NAME',
    inputDefault: '',
    summary: 'System packages to add to the image of the smoke test, instead of those that the release lacks in it.',
  },
  {
    name: 'output',
    kind: 'text',
    value: 'DIR',
    inputDefault: '',
    summary:
      'Directory for the tarball, its checksum and the unpacked release; by default _build/mix-release in the project.',
  },
  {
    name: 'format',
    kind: 'text',
    value: 'FORMAT',
    inputDefault: 'tar.gz',
    summary: 'How the tarball is compressed: tar.gz, or tar.zst, which is smaller and made several times faster.',
  },
  {
    name: 'cookie',
    kind: 'text',
    value: 'WHAT',
    inputDefault: 'keep',
    summary:
      'What becomes of the cookie that Mix puts into a release: keep, or strip, and then RELEASE_COOKIE has to be set where it runs.',
  },
  {
    name: 'cache',
    kind: 'text',
    value: 'WHAT',
    inputDefault: 'true',
    summary:
      'What of earlier builds is used again: true for all, deps for fetched dependencies only, false for nothing.',
  },
  {
    name: 'cache-key-suffix',
    kind: 'text',
    value: 'TEXT',
    inputDefault: '',
    summary: 'Text that keeps cached states apart: only what was built with the same one is used again.',
  },
  {
    name: 'deps-partitions',
    kind: 'integer',
    value: 'NUMBER',
    inputDefault: '',
    summary:
      'Number of processes that compile dependencies side by side, from 2 to 16; without it one. Elixir before 1.19 has no use for it.',
  },
  {
    name: 'artifact',
    kind: 'flag',
    inputDefault: 'true',
    summary: 'Whether to upload the tarball and its checksum as a workflow artifact.',
  },
  {
    name: 'artifact-name',
    kind: 'text',
    value: 'NAME',
    inputDefault: '',
    summary:
      'Name of the artifact, which then holds every tarball of the run; by default one NAME-VERSION-TRIPLE a release.',
  },
  {
    name: 'retention-days',
    kind: 'integer',
    value: 'DAYS',
    inputDefault: '',
    summary: "Days that the artifact is kept, from 1 to 90; by default the repository's setting.",
  },
  {
    name: 'compression-level',
    kind: 'integer',
    value: 'LEVEL',
    inputDefault: '0',
    summary: "Compression of the artifact's zip, from 0 to 9; 0, because the tarball inside is compressed already.",
  },
  {
    name: 'overwrite',
    kind: 'flag',
    inputDefault: 'false',
    summary: 'Whether to replace an artifact of the same name, which is an error otherwise.',
  },
  {
    name: 'summary',
    kind: 'flag',
    inputDefault: 'true',
    summary: 'Whether to add what was built, or why it failed, to the summary of the job.',
  },
  {
    name: 'report',
    kind: 'text',
    value: 'FILE',
    inputDefault: '',
    summary: 'HTML file to write the same to as one page that needs nothing else, such as report.html.',
  },
] as const satisfies readonly Option[];

export type OptionName = (typeof OPTIONS)[number]['name'];

/** What was typed, before any of it is judged. Absent and empty mean the same: not asked for. */
export type RawOptions = Readonly<Partial<Record<OptionName, string | readonly string[] | boolean>>>;
