import { createHash, scrypt, type BinaryLike } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Builder } from '../../builder/builder.js';
import type { CacheKey } from '../../cache/store.js';
import { systemErrorCode } from '../../errors.js';
import { onDisk } from '../../path-bytes.js';
import type { BuildRequest } from '../../options/request.js';
import { unreadableSources } from '../../sources/unreadable.js';
import { machinery, shortHash } from '../builder/volumes.js';

/**
 * The name of the state of a build. The suffix is part of the hash, and not only readable behind it: what begins with the
 * prefix of a build has its very suffix, and an archive says with which it was made.
 *
 * @param inputs - see `inputsOf`
 */
export function stateKey(request: BuildRequest, builder: Builder, inputs: string): CacheKey {
  const { target, mixEnv, env, cacheKeySuffix = '', cache } = request;
  const { elixir, otp } = builder.probe;
  const { MIX_TARGET = 'host' } = env;
  const project = path.relative(request.checkout, request.project);
  const facts = {
    triple: target.triple,
    elixir,
    otp,
    'mix-env': mixEnv,
    'mix-target': MIX_TARGET,
    image: shortHash([...machinery(request, builder), project, cacheKeySuffix]),
  };
  const readable = [target.triple, elixir, `otp${otp}`, mixEnv, MIX_TARGET, cache, facts.image, cacheKeySuffix];
  // A key of the service has no commas and at most 512 characters.
  const prefix = `mix-release-2-${readable
    .filter(Boolean)
    .join('-')
    .replaceAll(/[^\w.+-]/g, '_')}-`;
  return { key: `${prefix}${inputs}`, prefix, facts };
}

/** Differs from run to run and decides no compiled code: the dates of a release are its own matter. */
const CHANGES_ALWAYS = 'SOURCE_DATE_EPOCH';

/**
 * A hash of what compiled code can depend on without Mix noticing in every version: `mix.lock`, each `mix.exs`,
 * `config/**`, the hooks, and the variables of `env`. Where it changes, everything is compiled again.
 *
 * It is part of the name of a cached state, which people see who may not see the variables, and a short or common value
 * is soon guessed from a plain hash. So all variables together, whatever they are called, go through scrypt: each guess
 * costs a tenth of a second and 32 MiB, and has to be right about all of them. The salt is a hash of the files, so that
 * nothing can be computed beforehand, while the same sources and variables have the same name on every machine. A random
 * key kept with the state would hide no more: whoever may restore the state, as the workflows of pull requests may, would
 * read the key there; and the name has to be known before there is a state to look into.
 *
 * @param paths - the sources, relative to the checkout
 * @returns 32 hex digits
 * @throws MixReleaseError `sources-unreadable`
 */
export async function inputsOf(request: BuildRequest, paths: readonly string[]): Promise<string> {
  const { checkout, env } = request;
  const relevant = paths.filter((name) => /(?:^|\/)(?:mix\.exs|mix\.lock|config\/.*)$/.test(name)).sort();
  const hash = createHash('sha256');
  for (const name of relevant) {
    const content = await contentOf(path.join(checkout, name));
    hash.update(`${name}\0${String(content.length)}\0`).update(content);
  }
  hash.update(await hooksOf(request));
  return (await hashWithVariables(env, hash.digest())).slice(0, 32);
}

/** A hash of the hooks, 64 hex digits. */
export async function hooksOf({ checkout, beforeBuild, beforeRelease }: BuildRequest): Promise<string> {
  const hash = createHash('sha256');
  for (const hook of [beforeBuild, beforeRelease]) {
    if (hook?.file !== undefined) hash.update(`${path.relative(checkout, hook.file)}\0`);
    const text = hook?.file === undefined ? (hook?.text ?? '') : await contentOf(hook.file);
    hash.update(`${String(text.length)}\0`).update(text);
  }
  return hash.digest('hex');
}

/** A hash of variables that is slow to guess, 64 hex digits; that of the salt where there are none. */
export async function hashWithVariables(variables: Readonly<Record<string, string>>, salt: Buffer): Promise<string> {
  const all = Object.entries(variables)
    .filter(([name]) => name !== CHANGES_ALWAYS)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return (all.length === 0 ? salt : await slowHash(JSON.stringify(all), salt)).toString('hex');
}

/** What has no content: a directory, and a link that leads to one or nowhere. */
const WITHOUT_CONTENT = new Set(['EISDIR', 'ENOENT', 'ENOTDIR', 'ELOOP']);

async function contentOf(file: string): Promise<Buffer> {
  try {
    return await readFile(onDisk(file));
  } catch (error) {
    if (WITHOUT_CONTENT.has(systemErrorCode(error) ?? '')) return Buffer.alloc(0);
    throw unreadableSources(error);
  }
}

// One of the settings that OWASP's cheat sheet on storing passwords has for scrypt. Node allows 32 MiB unless told.
const SCRYPT = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };

function slowHash(text: string, salt: BinaryLike): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(text, salt, 32, SCRYPT, (error, derived) => (error ? reject(error) : resolve(derived)));
  });
}
