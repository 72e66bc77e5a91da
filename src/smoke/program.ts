import type { ReleaseFiles } from './release-files.js';
import { RELEASE } from './sandbox.js';

/** What a release is run by. */
export interface Program {
  /** Arguments for one of the commands of `bin/NAME`. */
  argv(command: 'eval' | 'rpc' | 'start' | 'stop', ...more: readonly string[]): readonly string[];
  /** Whether it has the commands that ask a node: `rpc` and `stop`. */
  readonly answers: boolean;
  /** What the commands need in their environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where a release may write, in the container. */
const TMP = '/tmp/release';

/** How a release is run whose name and version Mix gave: by `bin/NAME`, or where it has none, by its Erlang. */
export function programOf(name: string, version: string, files: ReleaseFiles): Program {
  const env = { RELEASE_TMP: TMP };
  if (files.script) return { argv: (...words) => [`${RELEASE}/bin/${name}`, ...words], answers: true, env };
  return directly(name, version, files);
}

// Configuration that is made at the start is written beside the one it is made of.
const WITH_CONFIG = 'mkdir -p "$2" && cat "$1.config" >"$2/sys.config" || exit 1; shift 2; exec "$@"';

/** What `bin/NAME` does for a release on Unix, as far as it is needed to start one that has no such program. */
function directly(name: string, version: string, { erts }: ReleaseFiles): Program {
  const place = `${RELEASE}/releases/${version}`;
  const erl = erts === undefined ? 'erl' : `${RELEASE}/erts-${erts}/bin/erl`;
  const run = (script: string, ...more: readonly string[]): readonly string[] => [
    ...['sh', '-c', WITH_CONFIG, 'sh', `${place}/sys`, TMP, erl, '-noinput', '-mode', 'embedded'],
    ...['-boot', `${place}/${script}`, '-boot_var', 'RELEASE_LIB', `${RELEASE}/lib`, '-config', `${TMP}/sys`],
    ...['-args_file', `${place}/vm.args`, '-s', 'elixir', 'start_cli', '-extra', ...more],
  ];
  return {
    argv: (command, ...more) =>
      command === 'eval' ? run('start_clean', '--eval', ...more) : run('start', '--no-halt'),
    answers: false,
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
