import { MixReleaseError, type ErrorCode } from '../errors.js';
import type { RunningContainer } from '../engine/container.js';
import { nearest } from '../targets/find.js';
import { readFacts } from './facts.js';
import { HELPER, HOME, OUT, STATE } from './layout.js';

/** What Mix resolved a release to. */
export interface ReleaseFacts {
  readonly name: string;
  readonly version: string;
  /** Directory in the container. */
  readonly path: string;
  readonly erts: string;
}

/** Everything the Mix commands of one build have in common. */
export interface MixSetting {
  readonly container: RunningContainer;
  /** Directory of the project in the container. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mixEnv: string;
  readonly onLine: (line: string) => void;
}

/** Status with which our own task refuses the names of releases. */
const NAMES_REFUSED = 64;
const OUTPUT_KEPT = 40;

/** Names that our side passes on to the container when they are set here: how it reaches the network. */
const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'] as const;

/** The environment of every Mix command. Nothing of the runner's own environment is in it but its proxies. */
export function mixEnvironment(
  options: {
    readonly mixEnv: string;
    readonly triple: string;
    readonly vendoredDeps: boolean;
    readonly env: Readonly<Record<string, string>>;
  },
  surroundings: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const { MIX_TARGET } = options.env;
  const buildName = MIX_TARGET === undefined ? options.mixEnv : `${MIX_TARGET}_${options.mixEnv}`;
  const proxies = PROXY_VARIABLES.flatMap((name) => {
    const value = surroundings[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    ...Object.fromEntries(proxies),
    ...(surroundings.SOURCE_DATE_EPOCH === undefined ? {} : { SOURCE_DATE_EPOCH: surroundings.SOURCE_DATE_EPOCH }),
    ...options.env,
    HOME,
    MIX_ENV: options.mixEnv,
    MIX_BUILD_PATH: `${STATE}/build/${buildName}`,
    ...(options.vendoredDeps ? {} : { MIX_DEPS_PATH: `${STATE}/deps` }),
    HEX_HOME: `${STATE}/hex`,
    REBAR_CACHE_DIR: `${STATE}/rebar3`,
    MIX_RELEASE_TARGET: options.triple,
  };
}

/**
 * Checks the names of releases against the project, then fetches its dependencies: one virtual machine for both.
 *
 * @throws MixReleaseError `unknown-release`, `several-releases` or `deps-failed`
 */
export async function fetchDeps(mix: MixSetting, releases: readonly string[]): Promise<void> {
  const file = `${OUT}/releases.facts`;
  const check = ['mix_release_builder.releases', file, ...releases];
  const result = await runMix(mix, [...check, ',', 'deps.get', '--only', mix.mixEnv]);
  if (result.status === NAMES_REFUSED) {
    const facts = await readFacts(mix.container, file);
    throw namesRefused(releases, (facts.get('releases') ?? '').split(' ').filter(Boolean));
  }
  requireSuccess(
    result,
    'deps-failed',
    'mix deps.get',
    'Read what Mix printed; `mix deps.get` in the project shows the same.',
  );
}

function namesRefused(asked: readonly string[], defined: readonly string[]): MixReleaseError {
  const list = defined.join(', ');
  const unknown = asked.find((name) => !defined.includes(name));
  if (unknown === undefined) {
    return new MixReleaseError('several-releases', {
      what: `the project defines several releases (${list}) and none was named`,
      next: `Name one or several with release, or set default_release in mix.exs.`,
    });
  }
  const known = defined.length === 0 ? 'The project defines no releases: leave release out.' : `It defines ${list}.`;
  return new MixReleaseError('unknown-release', {
    what: `the project has no release '${unknown}'`,
    next: `${known} ${nearest(unknown, defined)}`.trim(),
  });
}

/** @throws MixReleaseError `compile-failed` with Mix's own message */
export async function compile(mix: MixSetting): Promise<void> {
  const result = await runMix(mix, ['compile']);
  requireSuccess(result, 'compile-failed', 'mix compile', 'Read the error of the compiler above.');
}

/**
 * Assembles one release; `name` undefined means the one that Mix chooses.
 *
 * @throws MixReleaseError `release-failed` with Mix's own message
 */
export async function assemble(mix: MixSetting, name: string | undefined): Promise<ReleaseFacts> {
  const file = `${OUT}/${name ?? 'default'}.facts`;
  const names = name === undefined ? [] : [name];
  const describe = ['mix_release_builder.describe', file, ...names];
  const result = await runMix(mix, [...describe, ',', 'release', ...names, '--overwrite']);
  requireSuccess(result, 'release-failed', 'mix release', 'Read what Mix printed above.');
  const facts = await readFacts(mix.container, file);
  const fact = (key: string): string => facts.get(key) ?? '';
  return { name: fact('name'), version: fact('version'), path: fact('path'), erts: fact('erts') };
}

interface MixResult {
  readonly status: number;
  readonly output: readonly string[];
}

/** Runs tasks in one virtual machine, `,` between them. */
async function runMix({ container, cwd, env, onLine }: MixSetting, tasks: readonly string[]): Promise<MixResult> {
  const output: string[] = [];
  const status = await container.run(
    { argv: ['elixir', '-r', HELPER, '-S', 'mix', 'do', ...tasks], cwd, env },
    (line) => {
      output.push(line);
      if (output.length > OUTPUT_KEPT) output.shift();
      onLine(line);
    },
  );
  return { status, output };
}

function requireSuccess({ status, output }: MixResult, code: ErrorCode, command: string, next: string): void {
  if (status === 0) return;
  const memory = status === 137 ? ' It was killed: the engine may be short of memory.' : '';
  throw new MixReleaseError(code, {
    what: `${command} failed with exit status ${String(status)}`,
    next: `${next}${memory}`,
    output,
  });
}
