import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { declaredArguments } from '../../builder/mirrors.js';
import type { UserDockerfile } from '../../builder/recipe.js';
import { relativeInside } from '../../paths.js';
import { hashContext, listContext } from '../../sources/context.js';
import { packSources } from '../../sources/pack.js';

/** Docker's cache goes by content, not by time. */
const CONTEXT_TIME = new Date('1980-01-01T00:00:00Z');

/**
 * A Dockerfile of the user's. Its context is its own directory.
 *
 * @param file - absolute
 * @param checkout - absolute
 * @throws MixReleaseError `sources-unreadable`
 */
export async function readOwnDockerfile(file: string, checkout: string): Promise<UserDockerfile> {
  const directory = path.dirname(file);
  const name = path.basename(file);
  // Git may not know the Dockerfile itself yet, or ignore it.
  const paths = [...new Set([...(await listContext(directory)), name])].sort();
  // It reads the Dockerfile, too, and says what cannot be read.
  const contextHash = await hashContext(directory, paths);
  const text = await readFile(file, 'utf8');
  const buildKitLine = lineForBuildKit(text);
  return {
    name: relativeInside(checkout, file) ?? file,
    path: name,
    usesBase: /^\s*[Aa][Rr][Gg]\s+BASE\b/m.test(text),
    ...(buildKitLine !== undefined && { buildKitLine }),
    args: declaredArguments(text),
    contextHash,
    context: () =>
      packSources({ checkout: directory, paths, extra: [], owner: { uid: 0, gid: 0 }, mtime: CONTEXT_TIME }),
  };
}

/** Options of instructions that the older builder does not know. */
const NEWER_OPTION =
  /^\s*(?:RUN\s+(?:--\S+\s+)*--(?:mount|network|security)\b|(?:COPY|ADD)\s+(?:--\S+\s+)*--(?:link|exclude|parents|checksum|chmod)\b)/i;
/** A here-document, as BuildKit knows one: a word that begins with its sign, which is not the shell's `<<<`. */
const HERE_DOCUMENT = /^\s*(?:RUN|COPY|ADD)\s(?:.*\s)?\d*<<-?["']?[A-Za-z_][^\s<]*(?:\s|$)/i;

/** The first instruction of a Dockerfile that only BuildKit can carry out, shortened; undefined where there is none. */
function lineForBuildKit(dockerfile: string): string | undefined {
  const lines = dockerfile.replace(/\s*\\[ \t]*\r?\n\s*/g, ' ').split('\n');
  const found = lines.find((line) => NEWER_OPTION.test(line) || HERE_DOCUMENT.test(line))?.trim();
  return found !== undefined && found.length > 100 ? `${found.slice(0, 100)}…` : found;
}
