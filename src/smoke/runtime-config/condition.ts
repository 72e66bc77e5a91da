import { readingOf, textsOf, type Scope } from './scope.js';
import { argumentsOf, insideOf, isGroup, isOperator, isWord, splitAt, textOf, type Node } from './tree.js';

/** What a condition comes to. `missing` is true as long as a variable is not set, `present` as soon as one is. */
export type Verdict =
  { readonly kind: 'true' | 'false' | 'unknown' } | { readonly kind: 'missing' | 'present'; readonly variable: string };

/** What is known where a condition is looked at. */
export interface Known {
  /** What `config_env()` is. */
  readonly mixEnv: string;
  /** Variables that are set; undefined for a value that is not known. */
  readonly given: ReadonlyMap<string, string | undefined>;
  readonly scope: Scope;
}

const UNKNOWN: Verdict = { kind: 'unknown' };
const verdict = (value: boolean): Verdict => ({ kind: value ? 'true' : 'false' });

export function verdictOf(nodes: readonly Node[], known: Known): Verdict {
  const all = nodes.filter(({ kind }) => kind !== 'newline');
  const [first] = all;
  const either = splitAt(all, (node) => isOperator(node, '||') || isWord(node, 'or'));
  if (either.length > 1)
    return either.map((part) => verdictOf(part, known)).reduce((a, b) => join(a, b, 'true', 'false'));
  const both = splitAt(all, (node) => isOperator(node, '&&') || isWord(node, 'and'));
  if (both.length > 1) return both.map((part) => verdictOf(part, known)).reduce((a, b) => join(a, b, 'false', 'true'));
  if (isOperator(first, '!') || (isWord(first, 'not') && !isWord(all[2], 'in')))
    return not(verdictOf(all.slice(1), known));
  if (all.length === 1 && isGroup(first, '(')) return verdictOf(insideOf(first), known);
  if (all.length === 1 && isWord(first, 'true', 'false')) return verdict(textOf(first) === 'true');
  const assigned = isOperator(all[1], '=') ? all.slice(2) : all;
  const reading = readingOf(assigned, known.scope);
  if (reading) return reading.otherwise === undefined ? presence(reading.variable, known) : verdict(true);
  if (isWord(first, 'is_nil')) return not(isNil(argumentsOf(all[1])[0] ?? all.slice(1), known));
  return comparison(all, known);
}

/** One of `or` and `and`: what decides alone, and what leaves it to the other. */
function join(a: Verdict, b: Verdict, decides: 'true' | 'false', yields: 'true' | 'false'): Verdict {
  if (a.kind === decides || b.kind === decides) return { kind: decides };
  if (a.kind === yields) return b;
  if (b.kind === yields) return a;
  return 'variable' in a && 'variable' in b && a.kind === b.kind && a.variable === b.variable ? a : UNKNOWN;
}

function not(value: Verdict): Verdict {
  const opposite = {
    true: 'false',
    false: 'true',
    unknown: 'unknown',
    missing: 'present',
    present: 'missing',
  } as const;
  return { ...value, kind: opposite[value.kind] } as Verdict;
}

function presence(variable: string, { given }: Known): Verdict {
  return given.has(variable) ? verdict(true) : { kind: 'present', variable };
}

/** @returns `present` where a value is there */
function isNil(nodes: readonly Node[], known: Known): Verdict {
  const reading = readingOf(nodes, known.scope);
  if (!reading) return UNKNOWN;
  return reading.otherwise === undefined ? presence(reading.variable, known) : verdict(true);
}

function comparison(nodes: readonly Node[], known: Known): Verdict {
  const at = nodes.findIndex((node) => isOperator(node, '==', '!=', '===', '!==') || isWord(node, 'in'));
  if (at < 0) return UNKNOWN;
  const isNegated = isOperator(nodes[at], '!=', '!==') || isWord(nodes[at - 1], 'not');
  const left = nodes.slice(isWord(nodes[0], 'not') ? 1 : 0, isWord(nodes[at - 1], 'not') ? at - 1 : at);
  const right = nodes.slice(at + 1);
  const isIn = isWord(nodes[at], 'in');
  const equal = isMixEnv(left)
    ? atomsOf(right).length > 0
      ? verdict(atomsOf(right).includes(known.mixEnv))
      : UNKNOWN
    : isMixEnv(right)
      ? verdict(atomsOf(left).includes(known.mixEnv))
      : equality(left, right, isIn, known);
  return isNegated || (isIn && isWord(nodes[0], 'not')) ? not(equal) : equal;
}

function equality(left: readonly Node[], right: readonly Node[], isIn: boolean, known: Known): Verdict {
  const reading = readingOf(left, known.scope) ?? readingOf(right, known.scope);
  if (!reading) return UNKNOWN;
  const other = readingOf(left, known.scope) ? right : left;
  const wanted = textsOf(other, known.scope);
  const { variable, otherwise } = reading;
  const value = known.given.has(variable) ? known.given.get(variable) : otherwise;
  const isSet = known.given.has(variable) || otherwise !== undefined;
  if (mentionsNil(other, isIn)) return isSet ? verdict(false) : { kind: 'missing', variable };
  if (wanted.length === 0) return UNKNOWN;
  if (!isSet) return verdict(false);
  return value === undefined ? UNKNOWN : verdict(wanted.includes(value));
}

function mentionsNil(nodes: readonly Node[], isIn: boolean): boolean {
  const all = isIn ? insideOf(nodes[0]) : nodes;
  // An empty text is refused as one that is missing.
  return all.some((node) => isWord(node, 'nil') || (!isIn && node.kind === 'string' && node.text === ''));
}

function isMixEnv(nodes: readonly Node[]): boolean {
  const text = nodes.map((node) => textOf(node) ?? '').join('');
  return text === 'config_env' || text === 'Mix.env';
}

/** The atoms that some nodes are, alone or in a list. */
export function atomsOf(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'atom') return [node.text];
    return isGroup(node, '[', '(') ? atomsOf(insideOf(node)) : [];
  });
}
