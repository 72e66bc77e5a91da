import { tokensOf } from '../../smoke/runtime-config/tokens.js';
import {
  argumentsOf,
  insideOf,
  isGroup,
  isOperator,
  isWord,
  textOf,
  treeOf,
  type Group,
  type Node,
} from '../../smoke/runtime-config/tree.js';

/** What the text of a mix.exs says. It is never run: what code computes is not known. */
export interface Mixfile {
  readonly app: string | undefined;
  /** Directory of the applications of an umbrella. */
  readonly appsPath: string | undefined;
  /** `~> 1.18`. */
  readonly elixir: string | undefined;
  /** Names of the dependencies. */
  readonly deps: ReadonlySet<string>;
  /** Names of keys anywhere: those of aliases are among them. */
  readonly keys: ReadonlySet<string>;
  /** Names of the releases, where they are written out. */
  readonly releases: readonly string[];
  readonly hasDefaultRelease: boolean;
  /** Whether the version seems to come from the history of git. */
  readonly readsHistory: boolean;
}

export function readMixfile(text: string): Mixfile {
  const all = flattened(treeOf(tokensOf(text)));
  const keys = all.flatMap((node, at) => {
    // A name in quotes, as in "assets.deploy": […], is a text and a colon.
    const quoted = node.kind === 'string' && isOperator(all[at + 1], ':') ? [node.text ?? ''] : [];
    return node.kind === 'key' ? [node.text] : quoted;
  });
  const strings = all.flatMap((node) => (node.kind === 'string' && node.text !== undefined ? [node.text] : []));
  return {
    app: valueAfter(all, 'app', 'atom'),
    appsPath: valueAfter(all, 'apps_path', 'string'),
    elixir: valueAfter(all, 'elixir', 'string'),
    deps: new Set(all.flatMap((node) => (isGroup(node, '{') ? depIn(node) : []))),
    keys: new Set(keys),
    releases: releasesIn(all),
    hasDefaultRelease: keys.includes('default_release'),
    readsHistory:
      strings.includes('git') || strings.some((each) => /^git (?:describe|rev-list|rev-parse|log|tag)\b/.test(each)),
  };
}

/** Every node, the groups' own among them. */
function flattened(nodes: readonly Node[]): readonly Node[] {
  return nodes.flatMap((node) =>
    node.kind === 'group' ? [node, ...node.sections.flatMap(({ body }) => flattened(body))] : [node],
  );
}

function valueAfter(nodes: readonly Node[], key: string, kind: 'atom' | 'string'): string | undefined {
  const at = nodes.findIndex((node) => node.kind === 'key' && node.text === key);
  const value = nodes[at + 1];
  return at >= 0 && value?.kind === kind ? textOf(value) : undefined;
}

/** `{:name, "~> 1.0"}` or `{:name, git: …}`. */
function depIn(group: Group): readonly string[] {
  const [name, comma, value] = insideOf(group).filter(({ kind }) => kind !== 'newline');
  const isDep = name?.kind === 'atom' && isOperator(comma, ',') && (value?.kind === 'string' || value?.kind === 'key');
  return isDep ? [name.text] : [];
}

/** The keys of the list after `releases:`, or of the one in the function that is called there. */
function releasesIn(all: readonly Node[]): readonly string[] {
  const at = all.findIndex((node) => node.kind === 'key' && node.text === 'releases');
  if (at < 0) return [];
  const next = all[at + 1];
  if (isGroup(next, '[')) return keysOf(next);
  const name = next?.kind === 'word' ? next.text : undefined;
  const body = name === undefined ? undefined : functionBody(all, name);
  const list = body?.find((node) => isGroup(node, '['));
  return list === undefined ? [] : keysOf(list);
}

/** What follows `do` or `do:` of a function. */
function functionBody(all: readonly Node[], name: string): readonly Node[] | undefined {
  const at = all.findIndex((node, index) => isWord(node, 'def', 'defp') && isWord(all[index + 1], name));
  if (at < 0) return undefined;
  const start = all.findIndex((node, index) => index > at && (isGroup(node, 'do') || isKey(node, 'do')));
  const block = all[start];
  if (isGroup(block, 'do')) return insideOf(block);
  return all.slice(start + 1, start + 2);
}

function isKey(node: Node, name: string): boolean {
  return node.kind === 'key' && node.text === name;
}

function keysOf(list: Node): readonly string[] {
  return argumentsOf(list).flatMap(([first]) => (first?.kind === 'key' ? [first.text] : []));
}
