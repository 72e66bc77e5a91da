import { createHash } from 'node:crypto';
import ownBaseDockerfile from '../../dockerfiles/own-base.Dockerfile';
import { packFiles } from '../archive/files.js';
import type { Engine } from '../engine/engine.js';
import type { Target } from '../targets/table.js';
import { inAttempts, type AttemptsContext } from './attempts.js';
import { authoritiesBuild, authoritiesRecipe } from './authorities.js';
import { dockerBuild } from './docker-build.js';
import { emulatorFlags } from './emulator.js';
import { ensureImage, type OwnBaseSpec, type PresentImage, type PullPolicy } from './image.js';
import type { PullContext } from './pull.js';

const REPOSITORY = 'mix-release-base';
const TITLE = 'dockerfiles/own-base.Dockerfile';

/** The name of an own base in the engine, from which people see what is in it. */
export function ownBaseName(spec: OwnBaseSpec, target: Target): string {
  const { system, otp, elixir } = spec.parts;
  const hash = ownBaseDigest(spec, target).slice('sha256:'.length, 'sha256:'.length + 12);
  return `${REPOSITORY}:${elixir.version}-erlang-${otp.version}-${system.os}-${system.release}-${hash}`;
}

/**
 * What an own base is recorded by: a hash of its recipe, because two machines do not make the same bytes. Builder images
 * on it are found again by that.
 */
export function ownBaseDigest({ parts, authorities = [] }: OwnBaseSpec, target: Target): string {
  const { system, otp, elixir } = parts;
  const files = [otp.sha256, String(otp.compiles), elixir.sha256, ...authoritiesRecipe(authorities)];
  const recipe = JSON.stringify([ownBaseDockerfile, target.platform, system.os, system.release, ...files]);
  return `sha256:${createHash('sha256').update(recipe).digest('hex')}`;
}

/** What making one needs to know of a build. */
export interface OwnBaseBuild {
  /** When the image of its system is pulled. */
  readonly pull: PullPolicy;
  readonly target: Target;
  readonly emulated: boolean;
  readonly proxies: Readonly<Record<string, string>>;
}

/** Logins, cancellation, output, and what attempts need. */
type OwnBaseContext = PullContext & AttemptsContext;

/** An own base: `single` makes it, where the engine does not have it. */
export function presentOwnBase(
  engine: Engine,
  spec: OwnBaseSpec,
  build: OwnBaseBuild,
  context: OwnBaseContext,
): PresentImage {
  const reference = ownBaseName(spec, build.target);
  const digest = ownBaseDigest(spec, build.target);
  const single = async () => ({ reference, digest, id: await ownBase(engine, spec, build, context) });
  return { reference, digest, id: digest, single };
}

async function ownBase(
  engine: Engine,
  spec: OwnBaseSpec,
  { pull, target, emulated, proxies }: OwnBaseBuild,
  context: OwnBaseContext,
): Promise<string> {
  const { otp, elixir } = spec.parts;
  const { platform, machine } = target;
  const tag = ownBaseName(spec, target);
  const present = await engine.images.inspect(tag, platform);
  if (present) return present.id;
  const system = await ensureImage(engine, { reference: spec.system, pull, digest: undefined, target }, context);
  const { onLine, signal } = context;
  onLine(`making ${tag} of ${otp.url} and ${elixir.url}`);
  // Before anything is fetched in it: the mirror of its packages may be the company's, too.
  const base = await trustingSystem(engine, system.id, spec, platform, context);
  const flags = emulated ? emulatorFlags(machine, otp.version) : '';
  const args = {
    ...{ BASE: base, OTP_COMPILES: String(otp.compiles), OTP_URL: otp.url, OTP_SHA256: otp.sha256 },
    ...{ ELIXIR_URL: elixir.url, ELIXIR_SHA256: elixir.sha256 },
    ...(flags !== '' && { ERL_FLAGS: flags }),
    ...proxies,
  };
  const made = () => ({
    title: TITLE,
    context: packFiles([{ path: 'Dockerfile', text: ownBaseDockerfile }]),
    ...{ dockerfile: 'Dockerfile', platform, args, tag },
    next: "See the output above. It needs the system's package mirror, and the addresses that it names.",
  });
  return inAttempts(TITLE, () => dockerBuild(engine, made(), signal, onLine), context);
}

/** The image of the system, with the authorities of a company where there are some. */
async function trustingSystem(
  engine: Engine,
  system: string,
  { authorities = [] }: OwnBaseSpec,
  platform: string,
  { signal, onLine }: OwnBaseContext,
): Promise<string> {
  if (authorities.length === 0) return system;
  return dockerBuild(engine, authoritiesBuild(system, { authorities, platform, last: false }), signal, onLine);
}
