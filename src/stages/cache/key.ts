import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Builder } from '../../builder/builder.js';
import type { StateKey } from '../../cache/store.js';
import type { BuildRequest } from '../../options/request.js';
import { machinery, shortHash } from '../builder/volumes.js';

/** @param inputs - see `inputsOf` */
export function stateKey(request: BuildRequest, builder: Builder, inputs: string): StateKey {
  const { target, mixEnv, env, cacheKeySuffix, cache } = request;
  const { elixir, otp } = builder.probe;
  const { MIX_TARGET = 'host' } = env;
  const project = path.relative(request.checkout, request.project);
  const facts = {
    triple: target.triple,
    elixir,
    otp,
    'mix-env': mixEnv,
    'mix-target': MIX_TARGET,
    image: shortHash([...machinery(request, builder), project]),
  };
  const readable = [target.triple, elixir, `otp${otp}`, mixEnv, MIX_TARGET, cache, facts.image, cacheKeySuffix];
  // A key of the service has no commas and at most 512 characters.
  const prefix = `mix-release-1-${readable
    .filter(Boolean)
    .join('-')
    .replaceAll(/[^\w.+-]/g, '_')}-`;
  return { key: `${prefix}${inputs}`, prefix, facts };
}

/** Variables whose values change from run to run, or must not be told, not even as a hash. */
const UNTOLD = /TOKEN|SECRET|PASS|KEY|CREDENTIAL|AUTH|^SOURCE_DATE_EPOCH$/i;

/**
 * A hash of what compiled code can depend on without Mix noticing in every version: `mix.lock`, each `mix.exs`,
 * `config/**`, the script before the build, and the variables of `env`. Where it changes, everything is compiled anew.
 *
 * @param paths - the sources, relative to the checkout
 */
export async function inputsOf(request: BuildRequest, paths: readonly string[]): Promise<string> {
  const { checkout, beforeBuild, env } = request;
  const relevant = paths.filter((name) => /(?:^|\/)(?:mix\.exs|mix\.lock|config\/.*)$/.test(name)).sort();
  const hash = createHash('sha256');
  for (const name of [...relevant.map((each) => path.join(checkout, each)), ...(beforeBuild ? [beforeBuild] : [])]) {
    // A directory or a dangling link has no content.
    const content = await readFile(name).catch(() => Buffer.alloc(0));
    hash.update(`${path.relative(checkout, name)}\0${String(content.length)}\0`).update(content);
  }
  const told = Object.entries(env).filter(([name]) => !UNTOLD.test(name));
  hash.update(JSON.stringify(told.sort(([a], [b]) => (a < b ? -1 : 1))));
  return hash.digest('hex').slice(0, 32);
}
