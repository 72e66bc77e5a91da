import { parse } from 'smol-toml';
import * as v from 'valibot';
import { gitAddress, webAddress } from './addresses.js';
import { compareText } from '../../compare-text.js';
import type { Item } from './item.js';
import { purlOf } from './purls.js';

const CRATE = v.object({
  name: v.string(),
  version: v.string(),
  /** Missing for a crate of the sources themselves. */
  source: v.optional(v.string()),
  checksum: v.optional(v.string()),
  dependencies: v.optional(v.array(v.string()), []),
});
const LOCK = v.object({
  package: v.optional(v.array(CRATE), []),
  /** Checksums of old locks. */
  metadata: v.optional(v.record(v.string(), v.string()), {}),
});

type Crate = v.InferOutput<typeof CRATE>;

/** The crates of one Cargo lock. */
export interface Crates {
  readonly items: readonly Item[];
  /** References of the crates whose sources lie beside the lock. */
  readonly own: readonly string[];
}

const REGISTRY = /^(?:registry|sparse)\+(.+)$/;
const CRATES_IO =
  /^(?:registry\+https:\/\/github\.com\/rust-lang\/crates\.io-index|sparse\+https:\/\/index\.crates\.io\/?)$/;

/**
 * The crates in the text of a Cargo lock, which also has those for tests and for other systems; undefined for a text
 * that is none.
 *
 * @param path - of the lock below the checkout
 */
export function cratesIn(text: string, path: string): Crates | undefined {
  const lock = lockIn(text);
  if (lock === undefined) return undefined;
  const crates = lock.package;
  const checksums = lock.metadata;
  const byName = Map.groupBy(crates, ({ name }) => name);
  const items = crates.map((crate): Item => {
    const { name, version, source } = crate;
    const needs = crate.dependencies.flatMap((words) => named(words, byName).map((each) => refOf(each, path)));
    return {
      ref: refOf(crate, path),
      type: 'library',
      name,
      version,
      purl: purlOfCrate(crate),
      sha256: crate.checksum ?? checksums[`checksum ${name} ${version} (${source ?? ''})`],
      properties: { origin: 'cargo', ...(source === undefined && { path }), ...gitOf(source) },
      needs: [...new Set(needs)].sort(compareText),
    };
  });
  const own = crates.filter(({ source }) => source === undefined).map((crate) => refOf(crate, path));
  return { items, own };
}

function lockIn(text: string): v.InferOutput<typeof LOCK> | undefined {
  let content: unknown;
  try {
    content = parse(text);
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(LOCK, content);
  return parsed.success ? parsed.output : undefined;
}

/** Those that `NAME`, `NAME VERSION` or `NAME VERSION (SOURCE)` names. */
function named(words: string, byName: ReadonlyMap<string, readonly Crate[]>): readonly Crate[] {
  const [name = '', version, source] = words.split(' ');
  return (byName.get(name) ?? []).filter(
    (crate) =>
      (version === undefined || crate.version === version) &&
      (source === undefined || source === `(${crate.source ?? ''})`),
  );
}

function refOf({ name, version, source }: Crate, path: string): string {
  if (source === undefined) return `${path}#${name}@${version}`;
  return CRATES_IO.test(source) ? `cargo:${name}@${version}` : `cargo:${name}@${version} ${withoutSecrets(source)}`;
}

/** None for a crate of the sources themselves, whose name another one may have on crates.io. */
function purlOfCrate({ name, version, source }: Crate): string | undefined {
  if (source === undefined) return undefined;
  if (CRATES_IO.test(source)) return purlOf('cargo', undefined, name, version);
  const { repository, commit } = gitOf(source);
  if (repository !== undefined)
    return purlOf('cargo', undefined, name, version, { vcs_url: `git+${repository}@${commit ?? ''}` });
  const registry = webAddress(REGISTRY.exec(source)?.[1] ?? '');
  return registry === undefined ? undefined : purlOf('cargo', undefined, name, version, { repository_url: registry });
}

/** `git+URL?branch=NAME#COMMIT` */
function gitOf(source: string | undefined): { readonly repository?: string; readonly commit?: string } {
  const [, url = '', commit = ''] = /^git\+([^#]*)#?(.*)$/.exec(source ?? '') ?? [];
  const repository = gitAddress(url);
  return repository === undefined ? {} : { repository, commit };
}

function withoutSecrets(source: string): string {
  const { repository, commit } = gitOf(source);
  if (repository !== undefined) return `${repository}#${commit ?? ''}`;
  return webAddress(REGISTRY.exec(source)?.[1] ?? '') ?? 'elsewhere';
}
