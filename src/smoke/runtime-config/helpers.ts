import { callAt, newScope, type Helper, type Parameter, type Scope } from './scope.js';
import { tokensOf } from './tokens.js';
import {
  argumentsOf,
  insideOf,
  isGroup,
  isOperator,
  isWord,
  splitAt,
  statementsOf,
  treeOf,
  type Group,
  type Node,
} from './tree.js';

/** The function that `fn … -> … end` is, if it has one clause. */
export function helperOf(nodes: readonly Node[]): Helper | undefined {
  const [first, ...others] = nodes.filter(({ kind }) => kind !== 'newline');
  if (others.length > 0 || !isGroup(first, 'fn')) return undefined;
  const body = insideOf(first);
  const arrow = body.findIndex((node) => isOperator(node, '->'));
  if (arrow < 0 || body.slice(arrow + 1).some((node) => isOperator(node, '->'))) return undefined;
  const head = body.slice(0, arrow).filter(({ kind }) => kind !== 'newline');
  const [bracket] = head;
  const given = head.length === 1 && isGroup(bracket, '(') ? insideOf(bracket) : head;
  return { parameters: parametersOf(given), body: body.slice(arrow + 1), closed: false };
}

/** `&System.fetch_env!/1` and `&need.(&1)`, as a function with a parameter. */
export function captured(nodes: readonly Node[]): Helper | undefined {
  if (!isOperator(nodes[0], '&')) return undefined;
  const { name = '' } = callAt(nodes, 1) ?? {};
  if (name === '') return undefined;
  const parameter = { name: 'name', otherwise: undefined };
  return { parameters: [parameter], body: treeOf(tokensOf(`${name}(name)`)), closed: false };
}

export function parametersOf(nodes: readonly Node[]): readonly (Parameter | undefined)[] {
  const guard = nodes.findIndex((node) => isWord(node, 'when'));
  const given = (guard < 0 ? nodes : nodes.slice(0, guard)).filter(({ kind }) => kind !== 'newline');
  return given.length === 0 ? [] : splitAt(given, (node) => isOperator(node, ',')).map(parameterOf);
}

function parameterOf(nodes: readonly Node[]): Parameter | undefined {
  const [first, next] = nodes;
  if (nodes.length === 1 && isGroup(first, '{')) return { pair: argumentsOf(first) };
  if (first?.kind !== 'word') return undefined;
  if (nodes.length === 1) return { name: first.text, otherwise: undefined };
  return isOperator(next, '\\\\') ? { name: first.text, otherwise: nodes.slice(2) } : undefined;
}

/** The functions that a `defmodule` has, by the names that they may be called by, and the rest of its body. */
export function moduleOf(
  statement: readonly Node[],
):
  | { readonly functions: ReadonlyMap<string, readonly Helper[]>; readonly others: readonly (readonly Node[])[] }
  | undefined {
  const block = statement.at(-1);
  if (!isWord(statement[0], 'defmodule') || !isGroup(block, 'do')) return undefined;
  const names = statement.slice(1, -1).flatMap((node) => (node.kind === 'word' ? [node.text] : []));
  const functions = new Map<string, Helper[]>();
  const others: (readonly Node[])[] = [];
  for (const inner of statementsOf(insideOf(block))) {
    const found = functionOf(inner);
    if (!found && !isWord(inner[0], 'defmacro', 'defmacrop', 'def', 'defp')) others.push(inner);
    if (!found) continue;
    for (const module of ['', `${names.join('.')}.`, `${names.at(-1) ?? ''}.`, '__MODULE__.']) {
      const name = `${module}${found.name}`;
      const before = functions.get(name) ?? [];
      if (!before.includes(found.helper)) functions.set(name, [...before, found.helper]);
    }
  }
  return { functions, others };
}

function functionOf(nodes: readonly Node[]): { readonly name: string; readonly helper: Helper } | undefined {
  const [definition, named, bracket] = nodes;
  if (!isWord(definition, 'def', 'defp') || named?.kind !== 'word') return undefined;
  const parameters = isGroup(bracket, '(') ? parametersOf(insideOf(bracket)) : [];
  const block = nodes.at(-1);
  const key = nodes.findIndex((node) => node.kind === 'key' && node.text === 'do');
  const body = isGroup(block, 'do')
    ? isGuarded(block)
      ? []
      : insideOf(block)
    : key < 0
      ? undefined
      : nodes.slice(key + 1);
  return body && { name: named.text, helper: { parameters, body, closed: true } };
}

/** Whether what fails in a block is caught there. */
export function isGuarded({ sections }: Group): boolean {
  return sections.some(({ name }) => name === 'rescue' || name === 'catch');
}

/** The function that a call means; undefined where there is none, or it has several clauses. */
export function helperFor(scope: Scope, name: string, count: number): Helper | undefined {
  const fitting = (scope.helpers.get(name) ?? []).filter(({ parameters }) => {
    const needed = parameters.filter((each) => !each || 'pair' in each || each.otherwise === undefined).length;
    return needed <= count && count <= parameters.length;
  });
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** The elements of a list or a map that is written out, each as a value; a key and its value are a pair. */
export function elementsOf(nodes: readonly Node[], scope: Scope): readonly (readonly Node[])[] {
  const all = nodes.filter(({ kind }) => kind !== 'newline');
  const [first, next] = all;
  if (all.length === 1 && first?.kind === 'word') return elementsOf(scope.lists.get(first.text) ?? [], newScope());
  if (all.length === 1 && first?.kind === 'string' && first.words) {
    const { line } = first;
    return first.words.map((text) => [{ kind: 'string', text, words: undefined, inner: [], pieces: [], line }]);
  }
  if (all.length === 2 && isOperator(first, '%') && isGroup(next, '{')) return argumentsOf(next).map(pairOf);
  return all.length === 1 && isGroup(first, '[') ? argumentsOf(first).map(pairOf) : [];
}

function pairOf(nodes: readonly Node[]): readonly Node[] {
  const [first, next] = nodes;
  const { line = 0 } = first ?? {};
  const group = (body: readonly Node[]): Group => ({ kind: 'group', open: '{', sections: [{ name: '', body }], line });
  const comma: Node = { kind: 'operator', text: ',', line };
  if (first?.kind === 'key') return [group([{ kind: 'atom', text: first.text, line }, comma, ...nodes.slice(1)])];
  if (first && isOperator(next, '=>')) return [group([first, comma, ...nodes.slice(2)])];
  return nodes;
}
