import type { Remote } from '../hex/remote.js';
import { isAtLeast, type Platform } from '../platforms.js';
import { discard, runBuild, type BuildSpec, type Outcome, type Workshop } from './build.js';
import { FIXTURES } from './fixtures.js';
import { startHost, startReadOnlyHost, type Host, type HostSpec } from './host.js';
import { installedAt, type Installed } from './installed.js';
import { BuildFailed, oneLine, Seen } from './seen.js';

/** What the check of one entry sees and can do. */
export interface Scene {
  readonly platform: Platform;
  /** One of the releases that the entry needs, in the host that all entries share. */
  readonly release: (name: string) => Promise<Installed>;
  /** Builds the entry's fixture once more, with changes or arguments of its own. */
  readonly build: (spec?: Omit<BuildSpec, 'fixture'>) => Promise<Outcome>;
  /** The same, for a build that has to succeed with one release, which is unpacked in the host. */
  readonly install: (spec?: Omit<BuildSpec, 'fixture'>) => Promise<Installed>;
  /** The host that all entries share: a clean image without Erlang. */
  readonly host: () => Promise<Host>;
  /** Repositories of packages and of sources that builds can fetch from. */
  readonly remote: () => Promise<Remote>;
  /** A host of the builder's base image, which has the same Erlang. */
  readonly erlangHost: () => Promise<Host>;
  /** The release once more, in a host of its own in which nothing can be written but `/tmp`. */
  readonly readOnly: (release: Installed) => Promise<Installed & AsyncDisposable>;
}

/** Builds, hosts and releases of one run on one platform; what was made once is used again. */
export interface Rig extends AsyncDisposable {
  /** What the check of an entry with this fixture is given. */
  scene(fixture: string): Scene;
  /** Builds the releases of a fixture that are needed, unless that was done before. */
  prepare(fixture: string): Promise<void>;
}

/**
 * @param needed - the releases that entries will ask for, by fixture
 */
export function openRig(workshop: Workshop, needed: ReadonlyMap<string, readonly string[]>): Rig {
  const { platform } = workshop;
  const hosts: Host[] = [];
  const builds = new Map<string, Promise<ReadonlyMap<string, Installed>>>();
  let places = 0;

  const started = (image: string): (() => Promise<Host>) => {
    const spec = hostOf(platform, image);
    let host: Promise<Host> | undefined;
    return () =>
      (host ??= startHost(spec).then((made) => {
        hosts.push(made);
        return made;
      }));
  };
  const host = started(platform.host);
  const { remote } = workshop;
  const erlangHost = started(platform.image);

  async function put(outcome: Outcome, label: string): Promise<readonly Installed[]> {
    const there = await host();
    const installed = [];
    for (const release of outcome.releases) {
      const root = `/srv/${label}-${release.name}`;
      await there.unpack(release.tarball, root);
      installed.push(installedAt(there, root, release, outcome.log));
    }
    return installed;
  }

  async function buildNeeded(fixture: string): Promise<ReadonlyMap<string, Installed>> {
    const releases = needed.get(fixture) ?? [];
    if (releases.length === 0) return new Map();
    const outcome = await runBuild(workshop, { fixture, releases: FIXTURES[fixture]?.nameless ? [] : releases });
    if (outcome.status !== 0) throw buildFailed(outcome);
    return new Map((await put(outcome, fixture)).map((release) => [release.name, release]));
  }

  const needs = (fixture: string): Promise<ReadonlyMap<string, Installed>> => {
    const made = builds.get(fixture) ?? buildNeeded(fixture);
    builds.set(fixture, made);
    return made;
  };

  return {
    prepare: async (fixture) => {
      await needs(fixture);
    },
    scene: (fixture) => {
      const build = (spec: Omit<BuildSpec, 'fixture'> = {}): Promise<Outcome> =>
        runBuild(workshop, { fixture, ...spec });
      return {
        platform,
        host,
        erlangHost,
        remote,
        async readOnly({ built, log }) {
          const alone = await startReadOnlyHost(hostOf(platform, platform.host), built.tarball, '/srv/release');
          const dispose = (): PromiseLike<void> => alone[Symbol.asyncDispose]();
          return { ...installedAt(alone, '/srv/release', built, log), [Symbol.asyncDispose]: dispose };
        },
        build,
        async release(name) {
          const found = (await needs(fixture)).get(name);
          if (!found) throw new Error(`the entry does not say that it needs ${name}`);
          return found;
        },
        async install(spec) {
          const outcome = await build(spec);
          if (outcome.status !== 0) throw buildFailed(outcome);
          places += 1;
          const [installed, ...more] = await put(outcome, `${fixture}-${String(places)}`);
          if (!installed || more.length > 0)
            throw new Seen(`${String(outcome.releases.length)} releases instead of one`);
          await discard(outcome);
          return installed;
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.allSettled(builds.values());
      for (const made of hosts) await made[Symbol.asyncDispose]();
    },
  };
}

function hostOf({ noise, elixir }: Platform, image: string): HostSpec {
  // The scripts of earlier versions can be run by their owner alone.
  return { image, noise, owned: !isAtLeast(elixir, '1.12') };
}

/** A build that should have succeeded, in one line: the end of what it printed. */
function buildFailed({ status, log }: Outcome): BuildFailed {
  const end = log.split('\n').slice(-14).join('\n');
  return new BuildFailed(`the build ended with ${String(status)}: ${oneLine(end)}`);
}
