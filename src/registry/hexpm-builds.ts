import { MixReleaseError } from '../errors.js';
import type { ImageQuery, SystemVersion, VersionConstraint, VersionComparison, VersionOrder } from './choose.js';
import { outage, request, type HttpOptions } from './http.js';

const BUILDS = 'https://builds.hex.pm';
/** The releases of OTP on GitHub: its sources, and a file of their checksums. */
const SOURCES = 'https://github.com/erlang/otp/releases/download';

/** Where OTP and Elixir are taken from. */
export interface BuildsOptions extends HttpOptions {
  /** Another address for what hexpm builds. */
  readonly builds?: string;
  /** Another address for the sources of OTP. */
  readonly sources?: string;
}

/** A file to download. */
export interface Download {
  readonly version: string;
  readonly url: string;
  /** SHA-256, 64 hex digits. */
  readonly sha256: string;
}

/** What a base image of our own is made of. */
export interface OwnBaseParts {
  readonly system: SystemVersion;
  /** With `compiles`, its sources, which are compiled on the system. */
  readonly otp: Download & { readonly compiles: boolean };
  /** Elixir's own precompiled archive, for that OTP or an older one. */
  readonly elixir: Download;
}

/**
 * The parts of a base image for a query, on its preferred system: the best versions that hexpm has built; where it has
 * none for the system, the sources of OTP.
 *
 * @param version - of the system as its own `os-release` has it: `12`, `24.04`
 * @throws MixReleaseError `no-such-image` for versions that cannot be had, or `registry-outage`
 */
export async function findOwnBaseParts(
  imageQuery: ImageQuery & { readonly system: SystemVersion },
  version: string,
  order: VersionOrder,
  options: BuildsOptions,
): Promise<OwnBaseParts> {
  const { system } = imageQuery;
  const otp = await findOtp(imageQuery, version, order.otp, options);
  const elixir = await findElixir(imageQuery.elixir, otp.version, order.elixir, options);
  return { system, otp, elixir };
}

async function findOtp(
  { system, otp, architecture }: ImageQuery & { readonly system: SystemVersion },
  version: string,
  order: VersionComparison,
  options: BuildsOptions,
): Promise<OwnBaseParts['otp']> {
  const { builds = BUILDS, sources = SOURCES } = options;
  const directory = `${builds}/builds/otp/${architecture}/${system.os}-${version}`;
  const listed = await listing(new URL(`${directory}/builds.txt`), options);
  const best = bestOf(listed, (name) => /^OTP-(\d.*)$/.exec(name)?.[1], otp, order);
  if (best) return { ...best, url: `${directory}/OTP-${best.version}.tar.gz`, compiles: false };
  const { requested } = otp;
  if (!/^\d+\.\d+/.test(requested)) throw noSuchBuild(`Erlang/OTP ${requested}`, 'Name it exactly, such as 27.0.1.');
  const release = `${sources}/OTP-${requested}`;
  const name = `otp_src_${requested}.tar.gz`;
  const sha256 = (await text(new URL(`${release}/SHA256.txt`), options))
    .split('\n')
    .map((line) => line.trim().split(/\s+\*?/))
    .find((words) => words[1] === name)?.[0];
  if (sha256 === undefined || !isSha256(sha256)) {
    throw noSuchBuild(`Erlang/OTP ${requested}`, `${new URL(sources).host} has no checksum of its sources.`);
  }
  return { version: requested, url: `${release}/${name}`, sha256, compiles: true };
}

async function findElixir(
  elixir: VersionConstraint,
  otp: string,
  order: VersionComparison,
  options: BuildsOptions,
): Promise<Download> {
  const directory = `${options.builds ?? BUILDS}/builds/elixir`;
  const listed = await listing(new URL(`${directory}/builds.txt`), options);
  const major = Number.parseInt(otp, 10);
  const best = bestOf(listed, (name) => /^v(\d.*?)(?:-otp-\d+)?$/.exec(name)?.[1], elixir, order);
  if (!best) throw noSuchBuild(`Elixir ${elixir.requested}`, 'Name one that is released.');
  // Compiled by the newest OTP that is not newer than this one.
  const archives = listed
    .flatMap(({ name, sha256 }) => {
      const [, version, by = '0'] = /^v(.*?)(?:-otp-(\d+))?$/.exec(name) ?? [];
      return version === best.version && Number(by) <= major ? [{ name, sha256, by: Number(by) }] : [];
    })
    .sort((left, right) => right.by - left.by);
  const [archive] = archives;
  if (!archive) throw noSuchBuild(`Elixir ${best.version} for Erlang/OTP ${otp}`, 'Name versions that go together.');
  return { version: best.version, url: `${directory}/${archive.name}.zip`, sha256: archive.sha256 };
}

interface Listed {
  readonly name: string;
  readonly sha256: string;
}

/** The best version in a list that a constraint matches. */
function bestOf(
  listed: readonly Listed[],
  versionOf: (name: string) => string | undefined,
  { matches }: VersionConstraint,
  order: VersionComparison,
): { readonly version: string; readonly sha256: string } | undefined {
  const [best] = listed
    .flatMap(({ name, sha256 }) => {
      const version = versionOf(name);
      return version !== undefined && matches(version) ? [{ version, sha256 }] : [];
    })
    .sort((left, right) => order(right.version, left.version));
  return best;
}

/** The builds of a `builds.txt`: a line for each, `NAME COMMIT TIME SHA256`. Those without a checksum are left out. */
async function listing(url: URL, options: BuildsOptions): Promise<readonly Listed[]> {
  const answer = await text(url, options);
  return answer.split('\n').flatMap((line) => {
    const [name = '', , , sha256 = ''] = line.trim().split(/\s+/);
    return isSha256(sha256) ? [{ name, sha256 }] : [];
  });
}

/** The text at a URL; empty where there is nothing. */
async function text(url: URL, options: BuildsOptions): Promise<string> {
  const { status, body } = await request({ method: 'GET', url }, options);
  // Storage services answer 403 for what they do not have.
  if (status === 404 || status === 403) return '';
  if (status < 200 || status > 299) throw outage(url, `answered ${String(status)}`);
  return body.toString('utf8');
}

const isSha256 = (word: string): boolean => /^[0-9a-f]{64}$/.test(word);

function noSuchBuild(what: string, next: string): MixReleaseError {
  return new MixReleaseError('no-such-image', {
    what: `no base image can be made: there is no ${what} to make it from`,
    next: `${next} own-base takes builds that builds.hex.pm lists, and the sources of Erlang/OTP.`,
  });
}
