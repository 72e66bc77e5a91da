import type { ReleaseFiles } from './release-files.js';
import { RELEASE } from './sandbox.js';

/** How to run a release's commands. */
export interface Program {
  /** The argument array for a command of `bin/NAME`. */
  argv(command: 'eval' | 'rpc' | 'start' | 'stop', ...args: readonly string[]): readonly string[];
  /** Whether it has the commands that connect to a node: `rpc` and `stop`. */
  readonly hasNodeCommands: boolean;
  /** Environment variables of the commands. */
  readonly env: Readonly<Record<string, string>>;
}

/** The release's writable directory in the container. */
const TMP = '/tmp/release';

/** How to run a release: with `bin/NAME`, or where it has no such script, with its emulator. */
export function programOf(name: string, version: string, files: ReleaseFiles): Program {
  const env = { RELEASE_TMP: TMP };
  if (files.script) return { argv: (...words) => [`${RELEASE}/bin/${name}`, ...words], hasNodeCommands: true, env };
  return withoutScript(name, version, files);
}

// Runtime configuration is normally written next to its source, which is read-only here.
const WITH_CONFIG = 'mkdir -p "$2" && cat "$1.config" >"$2/sys.config" || exit 1; shift 2; exec "$@"';

/** Starts a release without `bin/NAME`: the necessary parts of what that script does on Unix. */
function withoutScript(name: string, version: string, { erts }: ReleaseFiles): Program {
  const versionDirectory = `${RELEASE}/releases/${version}`;
  const erl = erts === undefined ? 'erl' : `${RELEASE}/erts-${erts}/bin/erl`;
  const run = (script: string, ...args: readonly string[]): readonly string[] => [
    ...['sh', '-c', WITH_CONFIG, 'sh', `${versionDirectory}/sys`, TMP, erl, '-noinput', '-mode', 'embedded'],
    ...[
      '-boot',
      `${versionDirectory}/${script}`,
      '-boot_var',
      'RELEASE_LIB',
      `${RELEASE}/lib`,
      '-config',
      `${TMP}/sys`,
    ],
    ...['-args_file', `${versionDirectory}/vm.args`, '-s', 'elixir', 'start_cli', '-extra', ...args],
  ];
  return {
    argv: (command, ...args) =>
      command === 'eval' ? run('start_clean', '--eval', ...args) : run('start', '--no-halt'),
    hasNodeCommands: false,
    env: {
      RELEASE_TMP: TMP,
      RELEASE_ROOT: RELEASE,
      RELEASE_NAME: name,
      RELEASE_VSN: version,
      RELEASE_MODE: 'embedded',
      RELEASE_SYS_CONFIG: `${TMP}/sys`,
    },
  };
}
