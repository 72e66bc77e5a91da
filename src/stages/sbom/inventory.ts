import type { Probe } from '../../builder/probe.js';
import type { ReleaseFacts } from '../../mix/mix.js';
import { isOfOtp } from '../../audit/otp-facts.js';
import { applicationItem, fileItem } from './applications.js';
import { compareText } from '../../compare-text.js';
import type { ReleaseContents, ReleasedApplication } from './contents.js';
import { cratesIn, type Crates } from './crates.js';
import { embeddedItem, embeddedRef } from './embedded.js';
import type { Inventory, Item } from './item.js';
import type { Origin, Origins } from './origins.js';
import {
  librariesOf,
  libraryItems,
  libraryRef,
  packageItems,
  packageNames,
  usesLibc,
  type Audited,
} from './requirements.js';
import { ERLANG, runtimeItems } from './runtime.js';

/** What is known of a release when its list is made. */
export interface Known {
  readonly facts: Pick<ReleaseFacts, 'name' | 'version'>;
  readonly contents: ReleaseContents;
  readonly origins: Origins;
  readonly probe: Pick<Probe, 'otp' | 'erts' | 'elixir' | 'os' | 'libc'>;
  /** Undefined where there was no audit: what the machine has to have is not known then. */
  readonly audit: Audited | undefined;
  readonly target: { readonly triple: string; readonly libc: 'glibc' | 'musl' };
  readonly method: string;
  readonly image: { readonly reference: string; readonly digest: string };
}

const RELEASE = 'release';

type AllCrates = ReadonlyMap<string, Crates | undefined>;

/** The list of what is inside a release, and of what depends on what. */
export function inventoryOf(known: Known): Inventory {
  const { contents, audit, probe, target } = known;
  const crates = cratesOf(known);
  const applications = contents.applications.map((released) => itemOf(released, known, crates));
  const runtime = runtimeItems(contents, probe).map((item) => withLibraries(item, known));
  const system = audit ? [...libraryItems(audit, target.libc), ...packageItems(audit, probe.os)] : [];
  const embedded = contents.binaries.flatMap(({ path, embedded: found }) =>
    found.map((one) => embeddedItem(path, one)),
  );
  const rust = [...crates.values()].flatMap((each) => each?.items ?? []);
  const unread = [...crates].flatMap(([path, each]) => (each === undefined ? [path] : []));
  const items = merged([...applications, ...runtime, ...system, ...embedded, ...rust]);
  return { release: releaseItem(known, items), items, unread };
}

/** The crates of native code that is in the release, by path of their lock; undefined for what is no lock. */
function cratesOf({ contents, origins }: Known): AllCrates {
  const paths = contents.applications.flatMap((released) =>
    binariesOf(released.directory, contents).length === 0 ? [] : (originOf(released, origins)?.locks ?? []),
  );
  return new Map([...new Set(paths)].map((path) => [path, cratesIn(origins.locks[path] ?? '', path)]));
}

function itemOf(released: ReleasedApplication, known: Known, crates: AllCrates): Item {
  const { contents, origins } = known;
  const origin = originOf(released, origins);
  const binaries = binariesOf(released.directory, contents);
  const rust = binaries.length === 0 ? [] : (origin?.locks ?? []).flatMap((path) => crates.get(path)?.own ?? []);
  const needs = [...applicationsFor(released, contents), ...rust];
  return withLibraries(applicationItem(released, origin, binaries, needs), known);
}

/** An application that a dependency has the name of is that dependency, whatever OTP has. */
function originOf({ name }: ReleasedApplication, { apps }: Origins): Origin | undefined {
  return apps.find(({ app }) => app === name);
}

function binariesOf(directory: string, { binaries }: ReleaseContents): ReleaseContents['binaries'] {
  return binaries.filter(({ path }) => path.startsWith(`${directory}/`));
}

/** References of the applications that one needs: those in the release, and the machine's for what is not in it. */
function applicationsFor(released: ReleasedApplication, { applications, erts }: ReleaseContents): readonly string[] {
  const found = released.needs.flatMap((name) => {
    const here = applications.filter((each) => each.name === name).map(({ directory }) => directory);
    return here.length === 0 && erts === undefined && isOfOtp(name) ? [ERLANG] : here;
  });
  // Whatever runs needs the runtime, and all of it stands on this application.
  return released.name === 'kernel' && erts !== undefined ? [...found, `erts-${erts}`] : found;
}

/** An item with the libraries whose code is in its files, and those of the system that they are linked against. */
function withLibraries(released: Item, { audit, target, contents }: Known): Item {
  const inside = binariesOf(released.ref, contents).flatMap(({ path, embedded }) =>
    embedded.map((one) => embeddedRef(path, one)),
  );
  const item = { ...released, needs: [...released.needs, ...inside] };
  if (audit === undefined) return item;
  const libc = usesLibc(audit, item.ref) ? [libraryRef(target.libc)] : [];
  return { ...item, needs: [...item.needs, ...librariesOf(audit, item.ref), ...libc] };
}

/** One item for each reference, with all that any of them needs; in the order of references. */
function merged(items: readonly Item[]): readonly Item[] {
  const found = new Map<string, Item>();
  for (const item of items) {
    const needs = [...(found.get(item.ref)?.needs ?? []), ...item.needs].filter((ref) => ref !== item.ref);
    found.set(item.ref, { ...item, needs: [...new Set(needs)].sort(compareText) });
  }
  return [...found.values()].sort((a, b) => compareText(a.ref, b.ref));
}

/** The release itself: everything that nothing else in it needs, and the project's own applications, are its own needs. */
function releaseItem(known: Known, items: readonly Item[]): Item {
  const { facts, contents, origins, probe, audit, target, method, image } = known;
  const own = new Set(origins.apps.flatMap(({ app, kind }) => (kind === 'project' ? [app] : [])));
  const ofProject = contents.applications.filter(({ name }) => own.has(name)).map(({ directory }) => directory);
  const needed = new Set(items.flatMap(({ needs }) => needs));
  const top = items.flatMap(({ ref }) => (needed.has(ref) ? [] : [ref]));
  const inItems = new Set(items.flatMap(({ files = [] }) => files.map(({ ref }) => ref)));
  return {
    ref: RELEASE,
    type: 'application',
    ...{ name: facts.name, version: facts.version },
    files: contents.binaries.filter(({ path }) => !inItems.has(path)).map((file) => fileItem(file)),
    needs: [...new Set([...ofProject, ...top])].sort(compareText),
    properties: {
      target: target.triple,
      libc: target.libc,
      'oldest-glibc': audit?.floor.glibc,
      ...(audit && packageNames(audit)),
      requirements: audit ? undefined : 'not audited',
      ...{ image: image.reference, 'image-digest': image.digest, system: probe.os, method },
      ...{ elixir: probe.elixir, otp: probe.otp, erts: contents.erts },
    },
  };
}
