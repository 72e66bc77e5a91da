import type { Link } from './item.js';

/** What may stand in an address; the rest is escaped. */
const NOT_PLAIN = /[^A-Za-z0-9\-._~:/?#@!$&()*+,;=%]|%(?![0-9A-Fa-f]{2})/gu;

/** `git@host:path`, as ssh has it. */
const SCP = /^(?:([^@/\s]+)@)?([^:/@\s]+):(?!\/\/)(\S+)$/;

/**
 * An address on the web without anything secret in it; undefined for any other text.
 *
 * What people write in metadata ends up here: only http and https are taken.
 */
export function webAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.hostname === '')
    return undefined;
  url.username = '';
  url.password = '';
  return escaped(url.href);
}

/**
 * The address of a git repository without credentials and what follows the path: `https://HOST/PATH` or
 * `ssh://git@HOST/PATH`. Undefined for a directory.
 */
export function gitAddress(text: string): string | undefined {
  const [, user, host, path] = SCP.exec(text) ?? [];
  const whole = host === undefined ? text : `ssh://${user === undefined ? '' : `${user}@`}${host}/${path ?? ''}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined || url.hostname === '' || !/^(?:https?|ssh|git):$/.test(url.protocol)) return undefined;
  url.password = '';
  // The user of an SSH server is part of its address.
  if (url.protocol !== 'ssh:') url.username = '';
  url.search = '';
  url.hash = '';
  return escaped(url.href);
}

function escaped(address: string): string {
  return address.replaceAll(NOT_PLAIN, (character) =>
    character === '%' ? '%25' : encodeURIComponent(character.toWellFormed()),
  );
}

/** By a link's label or address, what it leads to. */
const LABELS: readonly (readonly [RegExp, Link['type']])[] = [
  [/change ?log|release notes|history/i, 'release-notes'],
  [/doc|hexdocs/i, 'documentation'],
  [/issue|bug/i, 'issue-tracker'],
  [/git|source|repo/i, 'vcs'],
  [/home|website/i, 'website'],
];

/** The links of a package, from labels and addresses; sorted, without those that are no addresses. */
export function linksOf(links: readonly (readonly [label: string, address: string])[]): readonly Link[] {
  const found = links.flatMap(([label, text]): readonly Link[] => {
    const url = webAddress(text);
    if (url === undefined) return [];
    return [{ type: LABELS.find(([pattern]) => pattern.test(label))?.[1] ?? 'other', url }];
  });
  const unique = new Map(found.map((link) => [`${link.type} ${link.url}`, link]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, link]) => link);
}
