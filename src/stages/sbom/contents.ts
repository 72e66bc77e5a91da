import { createHash } from 'node:crypto';
import { visitDirectory } from '../../audit/directory.js';
import { readCodeFile } from '../../audit/code-file.js';
import { ElfError } from '../../audit/elf/error.js';
import { sniff } from '../../audit/elf/sniff.js';
import type { Source } from '../../audit/elf/source.js';
import { compareText } from '../../compare-text.js';
import { textOf, type ReleaseFile } from '../../audit/release-file.js';
import { embeddedIn, type Embedded } from './embedded.js';
import { firstTerm, itemsOf, propertyOf, textOfTerm, type Term } from './erlang-terms.js';

/** A directory of `lib/` in a release, with what its application's resource file says. */
export interface ReleasedApplication {
  /** Below the release's root, such as `lib/jason-1.4.4`. */
  readonly directory: string;
  readonly name: string;
  readonly version: string | undefined;
  /** Names of the applications that it needs: started before it, included in it, or used where they are there. */
  readonly needs: readonly string[];
  /** As rebar3 writes them from the project's own file. */
  readonly licenses: readonly string[];
}

/** A file with machine code. */
export interface Binary {
  /** Below the release's root, with `/`. */
  readonly path: string;
  /** 64 lowercase hex digits. */
  readonly sha256: string;
  /** Libraries whose code is in it. */
  readonly embedded: readonly Embedded[];
}

/** What is inside an unpacked release. */
export interface ReleaseContents {
  /** By directory. */
  readonly applications: readonly ReleasedApplication[];
  /** ELF files, by path. */
  readonly binaries: readonly Binary[];
  /** Version of the Erlang runtime in it; undefined for a release without one. */
  readonly erts: string | undefined;
}

const DIRECTORY = /^lib\/[^/]+$/;
const RESOURCE = /^(lib\/([^/]+))\/ebin\/([^/]+)\.app$/;
const CHUNK = 1024 * 1024;

/** @throws MixReleaseError `release-unreadable` */
export function readContents(directory: string): ReleaseContents {
  const applications = new Map<string, ReleasedApplication>();
  const binaries: Binary[] = [];
  const runtimes: string[] = [];
  visitDirectory(directory, {
    directory: (path) => {
      if (DIRECTORY.test(path)) applications.set(path, applicationOf(path, undefined));
      const [, version] = /^erts-([^/]+)$/.exec(path) ?? [];
      if (version !== undefined) runtimes.push(version);
      return true;
    },
    link: () => undefined,
    file: (file) => {
      const [, place, within, name] = RESOURCE.exec(file.path) ?? [];
      if (place !== undefined && name !== undefined && isOf(name, within ?? ''))
        applications.set(place, resourceOf(place, file));
      if (sniff(file.head) === 'elf') binaries.push(binaryOf(file));
    },
  });
  return {
    applications: [...applications.values()].sort((a, b) => compareText(a.directory, b.directory)),
    binaries: binaries.sort((a, b) => compareText(a.path, b.path)),
    erts: runtimes.sort(compareText).at(-1),
  };
}

/** Whether a directory of `lib/` is that of an application. */
const isOf = (name: string, directory: string): boolean => directory === name || directory.startsWith(`${name}-`);

function resourceOf(directory: string, file: ReleaseFile): ReleasedApplication {
  const term = firstTerm(textOf(file));
  const [tag, , properties] = itemsOf(term);
  return applicationOf(directory, tag?.kind === 'atom' && tag.value === 'application' ? properties : undefined);
}

/** @param properties - of its resource file; without one, its directory is all that is known */
function applicationOf(directory: string, properties: Term | undefined): ReleasedApplication {
  const [, name = directory.slice('lib/'.length), version] = /^lib\/([^-]+)(?:-(.+))?$/.exec(directory) ?? [];
  const [said] = textsIn(propertyOf(properties, 'vsn'));
  const names = (key: string): readonly string[] =>
    itemsOf(propertyOf(properties, key)).flatMap((term) => textsIn(term));
  const needs = ['applications', 'included_applications', 'optional_applications'].flatMap(names);
  return {
    directory,
    name,
    version: said ?? version,
    needs: [...new Set(needs)].sort(compareText),
    licenses: names('licenses'),
  };
}

function textsIn(term: Term | undefined): readonly string[] {
  const text = textOfTerm(term);
  return text === undefined || text === '' ? [] : [text];
}

function binaryOf(file: ReleaseFile): Binary {
  const code = readCodeFile(file);
  // What is damaged is the audit's matter; it is inside all the same.
  const needed = code instanceof ElfError ? [] : code.needed;
  const { path, content } = file;
  return { path, sha256: digestOf(content), embedded: embeddedIn(path, content, needed) };
}

function digestOf(content: Source): string {
  const hash = createHash('sha256');
  for (let at = 0; at < content.size; at += CHUNK) hash.update(content.read(at, Math.min(CHUNK, content.size - at)));
  return hash.digest('hex');
}
