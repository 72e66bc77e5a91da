import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import type { BuilderContext } from '../../src/builder/builder.js';
import { ensureBuilder, type Builder } from '../../src/builder/builder.js';
import { crossImage, type CrossImage, type CrossRequest } from '../../src/builder/cross/image.js';
import { ensureImage } from '../../src/builder/image.js';
import type { Engine } from '../../src/engine/engine.js';
import { TARGETS, type Target } from '../../src/targets/table.js';

export const BUILDERS = {
  gnu: 'hexpm/elixir:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim',
  musl: 'hexpm/elixir:1.18.3-erlang-27.3.4.1-alpine-3.22.1',
  arm64Gnu: 'hexpm/elixir-arm64:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim',
} as const;

export const RUN = 'cross-compilers-test';

export function targetOf(triple: string): Target {
  const found = TARGETS.find((target) => target.triple === triple);
  if (!found) throw new Error(`there is no target ${triple}`);
  return found;
}

export const CONTEXT: BuilderContext = {
  env: process.env,
  signal: new AbortController().signal,
  onLine: () => undefined,
  note: () => undefined,
};

/** The authorities of this machine that Node does not know by itself: of proxies that registries are reached by. */
export async function machineAuthorities(): Promise<readonly string[]> {
  const file = process.env.SSL_CERT_FILE ?? '/etc/ssl/certs/ca-certificates.crt';
  const known = new Set(rootCertificates.map((pem) => pem.replaceAll(/\s/g, '')));
  const found = (await readFile(file, 'utf8')).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g);
  return (found ?? []).filter((pem) => !known.has(pem.replaceAll(/\s/g, ''))).slice(-2);
}

/** The builder image on one of the rig's base images. */
export async function builderOn(
  engine: Engine,
  reference: string,
  triple: string,
  { packages = [], authorities = [] }: { packages?: readonly string[]; authorities?: readonly string[] } = {},
  context = CONTEXT,
): Promise<Builder> {
  const target = targetOf(triple);
  return ensureBuilder(
    engine,
    {
      recipe: { target, packages, dockerfile: undefined, authorities },
      base: { reference, digest: undefined, pull: 'never', target },
      expected: { target, elixir: undefined, otp: undefined, system: undefined, glibc: undefined },
      ...{ emulated: false, rebuild: false, repository: undefined, mayPull: false, run: RUN, proxies: {} },
    },
    context,
  );
}

/** The cross image for a target on a builder image. */
export async function crossOn(
  engine: Engine,
  { builder, on, target, base }: { builder: Builder; on: string; target: string; base: string },
  changes: Partial<CrossRequest> = {},
  context = CONTEXT,
): Promise<CrossImage> {
  const wanted = targetOf(target);
  const targetBase = await ensureImage(
    engine,
    { reference: base, digest: undefined, pull: 'never', target: wanted },
    context,
  );
  const request: CrossRequest = {
    builder: { tag: builder.tag, target: targetOf(on), probe: builder.probe },
    ...{ target: wanted, targetBase, packages: [], run: RUN, proxies: {} },
    ...changes,
  };
  return crossImage(engine, request, context);
}
