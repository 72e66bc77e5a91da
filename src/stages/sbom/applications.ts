import { isOfOtp } from '../../audit/otp-facts.js';
import { gitAddress, linksOf, webAddress } from './addresses.js';
import type { Binary, ReleasedApplication } from './contents.js';
import type { Item, Link } from './item.js';
import type { Origin } from './origins.js';
import { gitPurl, hexPurl, otpPurl } from './purls.js';

/** The applications of Elixir, which have its version. */
const OF_ELIXIR: ReadonlySet<string> = new Set(['elixir', 'eex', 'ex_unit', 'iex', 'logger', 'mix']);

/** Both projects are under it; parts of OTP that others wrote are not named one by one. */
const OTP_LICENCE = ['Apache-2.0'];

const REPOSITORIES: Readonly<Record<string, string>> = {
  otp: 'https://github.com/erlang/otp',
  elixir: 'https://github.com/elixir-lang/elixir',
};

/** What only its origin tells of an application. */
type OfOrigin = Pick<Item, 'name' | 'version' | 'purl' | 'sha256' | 'licenses' | 'links' | 'properties'>;

/**
 * An application of a release.
 *
 * @param origin - undefined for what neither the project nor its dependencies are
 * @param binaries - those in its directory
 * @param needs - references of what it needs
 */
export function applicationItem(
  released: ReleasedApplication,
  origin: Origin | undefined,
  binaries: readonly Binary[],
  needs: readonly string[],
): Item {
  const { directory } = released;
  const ofOrigin = originOf(released, origin);
  return { ref: directory, type: 'library', ...ofOrigin, files: binaries.map((file) => fileItem(file)), needs };
}

/** A file with machine code. */
export function fileItem({ path, sha256 }: Binary): Item {
  return { ref: path, type: 'file', name: path, sha256, needs: [] };
}

function originOf(released: ReleasedApplication, origin: Origin | undefined): OfOrigin {
  if (origin === undefined) return ofOtp(released);
  const { name, version, licenses } = released;
  const said = origin.licenses.length > 0 ? origin.licenses : licenses;
  const links = linksOf(origin.links);
  const { hex, git } = origin;
  if (origin.kind === 'hex' && hex) return ofHex(released, hex, said, links);
  if (origin.kind === 'git' && git) {
    const address = gitAddress(git.url);
    return {
      ...{ name, version, licenses: said, purl: gitPurl(name, version, git) },
      links: withLink(links, 'vcs', address),
      properties: { origin: 'git', repository: address, commit: git.commit, directory: git.directory ?? undefined },
    };
  }
  const path = origin.path === '' ? '.' : (origin.path ?? undefined);
  return { name, version, licenses: said, links, properties: { origin: origin.kind, path } };
}

function ofHex(
  { name, version }: ReleasedApplication,
  hex: NonNullable<Origin['hex']>,
  licenses: readonly string[],
  links: readonly Link[],
): OfOrigin {
  const isPublic = hex.repo === 'hexpm';
  const file = `https://repo.hex.pm/tarballs/${hex.name}-${hex.version}.tar`;
  return {
    ...{ name: hex.name, version: hex.version, licenses, purl: hexPurl(hex) },
    sha256: hex.checksum?.toLowerCase(),
    links: isPublic ? withLink(links, 'distribution', webAddress(file)) : links,
    properties: {
      origin: 'hex',
      ...(!isPublic && { repository: hex.repo }),
      ...(hex.name !== name && { application: name }),
      ...(hex.version !== version && { 'application-version': version }),
    },
  };
}

function ofOtp({ name, version, licenses }: ReleasedApplication): OfOrigin {
  if (!isOfOtp(name)) return { name, version, licenses, properties: { origin: 'unknown' } };
  const origin = OF_ELIXIR.has(name) ? 'elixir' : 'otp';
  return {
    ...{ name, version, licenses: OTP_LICENCE, purl: otpPurl(name, version), properties: { origin } },
    links: withLink([], 'vcs', REPOSITORIES[origin]),
  };
}

function withLink(links: readonly Link[], type: Link['type'], url: string | undefined): readonly Link[] {
  if (url === undefined || links.some((link) => link.type === type && link.url === url)) return links;
  return [...links, { type, url }];
}
