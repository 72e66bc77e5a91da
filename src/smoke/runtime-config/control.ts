import { insideOf, isGroup, isOperator, isWord, splitAt, statementsOf, textOf, type Group, type Node } from './tree.js';

/** One of the ways that a `case`, a `cond` or an `else` has. */
export interface Clause {
  readonly pattern: readonly Node[];
  readonly body: readonly Node[];
}

/** A choice between ways. */
export type Control =
  | {
      readonly kind: 'if';
      readonly condition: readonly Node[];
      readonly then: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | { readonly kind: 'case'; readonly subject: readonly Node[]; readonly clauses: readonly Clause[] }
  | { readonly kind: 'cond'; readonly clauses: readonly Clause[] }
  | {
      readonly kind: 'with';
      readonly heads: readonly (readonly Node[])[];
      readonly body: readonly Node[];
      readonly otherwise: readonly Clause[];
    }
  | { readonly kind: 'for'; readonly heads: readonly (readonly Node[])[]; readonly body: readonly Node[] };

/** The first choice in a list of nodes, with what stands before and behind it. */
export interface FoundControl {
  readonly before: readonly Node[];
  readonly control: Control;
  readonly after: readonly Node[];
}

const NAMES = ['if', 'unless', 'case', 'cond', 'with', 'for'] as const;

export function findControl(nodes: readonly Node[]): FoundControl | undefined {
  const at = nodes.findIndex((node, index) => isWord(node, ...NAMES) && !isOperator(nodes[index - 1], '.'));
  if (at < 0) return undefined;
  const name = textOf(nodes[at]) as (typeof NAMES)[number];
  const before = nodes.slice(0, at);
  const rest = nodes.slice(at + 1);
  const [first] = rest;
  // As a call, if(condition, do: …), it ends with its bracket.
  if (isGroup(first, '(') && !isGroup(rest[1], 'do') && insideOf(first).some((node) => isKey(node, 'do'))) {
    return { before, control: controlOf(name, insideOf(first)), after: rest.slice(1) };
  }
  const end = rest.findIndex((node) => isGroup(node, 'do'));
  const key = rest.findIndex((node) => isKey(node, 'do'));
  if (end >= 0 && (key < 0 || end < key)) {
    return { before, control: controlOf(name, rest.slice(0, end + 1)), after: rest.slice(end + 1) };
  }
  return key < 0 ? undefined : { before, control: controlOf(name, rest), after: [] };
}

function isKey(node: Node, name: string): boolean {
  return node.kind === 'key' && node.text === name;
}

/** The condition and the sections of a choice, however they are written. */
function partsOf(nodes: readonly Node[]): {
  readonly head: readonly Node[];
  readonly section: (name: string) => readonly Node[];
} {
  const block = nodes.findLast((node): node is Group => isGroup(node, 'do'));
  const key = nodes.findIndex((node) => isKey(node, 'do'));
  if (block && (key < 0 || nodes.indexOf(block) < key)) {
    const section = (name: string): readonly Node[] => block.sections.find((each) => each.name === name)?.body ?? [];
    return { head: nodes.slice(0, nodes.indexOf(block)), section };
  }
  const otherwise = nodes.findIndex((node) => isKey(node, 'else'));
  const sections: Readonly<Record<string, readonly Node[]>> = {
    do: withoutComma(nodes.slice(key + 1, otherwise < 0 ? undefined : otherwise)),
    else: otherwise < 0 ? [] : nodes.slice(otherwise + 1),
  };
  return { head: withoutComma(nodes.slice(0, key)), section: (name) => sections[name] ?? [] };
}

function withoutComma(nodes: readonly Node[]): readonly Node[] {
  const end = nodes.findLastIndex((node) => node.kind !== 'newline');
  return isOperator(nodes[end], ',') ? nodes.slice(0, end) : nodes;
}

function controlOf(name: (typeof NAMES)[number], nodes: readonly Node[]): Control {
  const { head, section } = partsOf(nodes);
  const heads = splitAt(
    head.filter(({ kind }) => kind !== 'newline'),
    (node) => isOperator(node, ','),
  );
  switch (name) {
    case 'if':
      return { kind: 'if', condition: head, then: section('do'), otherwise: section('else') };
    case 'unless':
      return { kind: 'if', condition: head, then: section('else'), otherwise: section('do') };
    case 'case':
      return { kind: 'case', subject: head, clauses: clausesOf(section('do')) };
    case 'cond':
      return { kind: 'cond', clauses: clausesOf(section('do')) };
    case 'with':
      return { kind: 'with', heads, body: section('do'), otherwise: clausesOf(section('else')) };
    case 'for':
      return { kind: 'for', heads, body: section('do') };
  }
}

/** The clauses of a body, `pattern -> body` each. */
function clausesOf(nodes: readonly Node[]): readonly Clause[] {
  const clauses: { pattern: readonly Node[]; body: Node[] }[] = [];
  for (const statement of statementsOf(nodes)) {
    const arrow = statement.findIndex((node) => isOperator(node, '->'));
    if (arrow >= 0) clauses.push({ pattern: statement.slice(0, arrow), body: statement.slice(arrow + 1) });
    // Its line is the end of the statement before.
    else clauses.at(-1)?.body.push({ kind: 'newline', line: 0 }, ...statement);
  }
  return clauses;
}
