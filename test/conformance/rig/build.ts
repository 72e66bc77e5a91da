import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OPTIONS } from '../../../src/options/table.js';
import type { BuiltRelease } from '../../../src/pipeline/result.js';
import type { Remote } from '../hex/remote.js';
import { git } from '../../support/checkout.js';
import { startNode } from '../../support/cli.js';
import type { Platform } from '../platforms.js';
import { FIXTURES } from './fixtures.js';

/** A change of one file of a fixture: some text in it, or the whole file. */
export interface Patch {
  readonly file: string;
  /** Has to be in the file; left out where `to` is the whole file. */
  readonly from?: string;
  readonly to: string;
  /** Whether a file that is written as a whole can be run. */
  readonly executable?: true;
}

/** One run of `mix-release build`. */
export interface BuildSpec {
  readonly fixture: string;
  readonly releases?: readonly string[];
  /** Further arguments of the command line. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly patches?: readonly Patch[];
  /** Builds once more from the checkout of another build, with what is kept from it. */
  readonly again?: Outcome;
}

/** How a build ended. */
export interface Outcome {
  readonly status: number;
  /** What it printed for people, with everything that Mix printed. */
  readonly log: string;
  readonly releases: readonly BuiltRelease[];
  /** The checkout that was built from. */
  readonly checkout: string;
}

/** Where builds are made, and by which program. */
export interface Workshop {
  readonly platform: Platform;
  /** Copy of the bundle of the command line. */
  readonly cli: string;
  /** Directory of the fixtures. */
  readonly fixtures: string;
  /** What builds find on the network; made by the first call. */
  readonly remote: () => Promise<Remote>;
  /** Temporary directory; checkouts and output go below it. */
  readonly directory: string;
  /** Changes that every build of a fixture gets, by its name. */
  readonly mutation?: { readonly fixture: string; readonly patch: Patch } | undefined;
  /** Told of every checkout and of its project: the engine keeps state for them. */
  readonly onCheckout: (checkout: string, project: string) => void;
}

/** Makes a git checkout of a fixture, changes it as told, and builds from it. */
export async function runBuild(workshop: Workshop, spec: BuildSpec): Promise<Outcome> {
  const { platform, cli } = workshop;
  const { fixture, releases = [], args = [], env = {}, again } = spec;
  const setting = FIXTURES[fixture];
  const checkout = again?.checkout ?? (await checkOut(workshop, spec));
  const place = path.dirname(checkout);
  const workingDirectory = workingDirectoryOf(args) ?? setting?.workingDirectory;
  workshop.onCheckout(checkout, path.join(checkout, workingDirectory ?? ''));

  const argv = [
    ...['build', checkout, '--target', platform.target, '--image', platform.image],
    // The entries run the releases themselves, each in its own way.
    ...['--output', path.join(place, 'out'), '--json', '--verbose', '--smoke-test', 'off'],
    ...releases.flatMap((name) => ['--release', name]),
    ...(setting?.workingDirectory === undefined ? [] : ['--working-directory', setting.workingDirectory]),
    ...withoutChecks(args),
    ...(setting?.args ?? []),
    ...args,
  ];
  const { status, stdout, stderr } = await startNode([cli, ...argv], { env: { ...env } }).ended;
  const built = status === 0 ? (JSON.parse(stdout) as { releases: readonly BuiltRelease[] }).releases : [];
  return { status: status ?? -1, log: stderr, releases: built, checkout };
}

/** Checks of the finished release are no subject of the suite, unless an entry asks for one: each costs time. */
const CHECKS: readonly string[] = ['audit', 'smoke-test'];

function withoutChecks(args: readonly string[]): readonly string[] {
  return OPTIONS.map(({ name }) => name)
    .filter((name) => CHECKS.includes(name) && !args.includes(`--${name}`))
    .flatMap((name) => [`--${name}`, 'off']);
}

/** A git checkout of a fixture with its changes. */
async function checkOut({ fixtures, directory, mutation }: Workshop, spec: BuildSpec): Promise<string> {
  const { fixture, patches = [] } = spec;
  const checkout = path.join(await mkdtemp(path.join(directory, `${fixture}-`)), 'checkout');
  await cp(path.join(fixtures, fixture), checkout, { recursive: true, verbatimSymlinks: true });
  await FIXTURES[fixture]?.prepare?.(checkout);
  for (const patch of mutation?.fixture === fixture ? [...patches, mutation.patch] : patches) {
    await applyPatch(checkout, patch);
  }
  await git(checkout, 'init', '--quiet');
  await git(checkout, 'add', '--all');
  await git(checkout, '-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '-m', 'Start');
  return checkout;
}

function workingDirectoryOf(args: readonly string[]): string | undefined {
  const at = args.indexOf('--working-directory');
  return at === -1 ? undefined : args[at + 1];
}

/** Changes a file of a checkout. */
export async function applyPatch(checkout: string, { file, from, to, executable }: Patch): Promise<void> {
  const whole = path.join(checkout, file);
  if (from === undefined) {
    await mkdir(path.dirname(whole), { recursive: true });
    await writeFile(whole, to, { mode: executable ? 0o755 : 0o644 });
    return;
  }
  const text = await readFile(whole, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)} to change`);
  await writeFile(
    whole,
    text.replace(from, () => to),
  );
}

/** Removes what a build left on disk. */
export async function discard(outcome: Outcome): Promise<void> {
  await rm(path.dirname(outcome.checkout), { recursive: true, force: true });
}
