import { argumentsOf, insideOf, isGroup, isOperator, isWord, splitAt, textOf, type Node } from './tree.js';

/** A function that a name stands for. */
export interface Helper {
  readonly parameter: string;
  readonly body: readonly Node[];
}

/** What names stand for, where a piece of a configuration is read. */
export interface Scope {
  /** The environment variable whose value a name has. */
  readonly variables: Map<string, string>;
  /** Texts that a name may have. */
  readonly texts: Map<string, readonly string[]>;
  readonly helpers: Map<string, Helper>;
}

export function newScope(outer?: Scope): Scope {
  return {
    variables: new Map(outer?.variables),
    texts: new Map(outer?.texts),
    helpers: new Map(outer?.helpers),
  };
}

/** The text that some nodes are; undefined where they are no text, or none that is known. */
export function textsOf(nodes: readonly Node[], scope: Scope): readonly string[] {
  const [first, ...others] = nodes.filter(({ kind }) => kind !== 'newline');
  if (first === undefined || others.length > 0) return [];
  if (first.kind === 'string') return first.words ?? (first.text === undefined ? [] : [first.text]);
  if (isGroup(first, '[')) return argumentsOf(first).flatMap((argument) => textsOf(argument, scope));
  if (isGroup(first, '(')) return textsOf(insideOf(first), scope);
  return first.kind === 'word' ? (scope.texts.get(first.text) ?? []) : [];
}

/** A call, with what its arguments are. */
export interface Call {
  /** With the module that it is called on: `System.get_env`, or without one. */
  readonly name: string;
  readonly args: readonly (readonly Node[])[];
  /** How many nodes it has. */
  readonly length: number;
  readonly line: number;
}

/** The call that some nodes begin with: `Module.function(…)`, `function(…)`, or either without brackets. */
export function callAt(nodes: readonly Node[], at: number): Call | undefined {
  const first = nodes[at];
  if (first?.kind !== 'word' && first?.kind !== 'atom') return undefined;
  let [name, next] = [first.text, at + 1];
  while (isOperator(nodes[next], '.') && nodes[next + 1]?.kind === 'word') {
    name += `.${textOf(nodes[next + 1]) ?? ''}`;
    next += 2;
  }
  // helper.("X")
  const isHelper = isOperator(nodes[next], '.') && isGroup(nodes[next + 1], '(');
  const bracket = nodes[isHelper ? next + 1 : next];
  const { line } = first;
  if (isGroup(bracket, '(')) {
    return { name, args: argumentsOf(bracket), length: next + (isHelper ? 2 : 1) - at, line };
  }
  const argument = nodes[next];
  if (argument?.kind === 'string')
    return { name, args: withoutBrackets(nodes.slice(next)), length: next + 1 - at, line };
  return { name, args: [], length: next - at, line };
}

function withoutBrackets(nodes: readonly Node[]): readonly (readonly Node[])[] {
  return splitAt(nodes, (node) => isOperator(node, ',')).map((argument) => {
    const end = argument.findIndex((node) => isOperator(node, '||', '|>', '&&') || isWord(node, 'or', 'and'));
    return end < 0 ? argument : argument.slice(0, end);
  });
}

/** What an expression reads, where it is the value of an environment variable or of nothing. */
export interface Reading {
  readonly variable: string;
  /** What is taken where it is not set; undefined for nothing. */
  readonly otherwise: string | undefined;
  /** Whether it is a pair, `{:ok, value}` or `:error`. */
  readonly isPair: boolean;
}

/** @returns undefined for any other expression */
export function readingOf(nodes: readonly Node[], scope: Scope): Reading | undefined {
  const all = nodes.filter(({ kind }) => kind !== 'newline');
  const [first] = all;
  if (all.length === 1 && isGroup(first, '(')) return readingOf(insideOf(first), scope);
  const piped = splitAt(all, (node) => isOperator(node, '|>'));
  if (piped.length === 2) {
    const call = callAt(piped[1] ?? [], 0);
    return call && readBy({ ...call, args: [piped[0] ?? [], ...call.args] }, scope);
  }
  const call = callAt(all, 0);
  if (!call) return undefined;
  if (call.args.length > 0) {
    const [, second = []] = call.args;
    const isWhole =
      call.length === all.length ||
      (first?.kind === 'word' && !isGroup(all[call.length - 1], '(') && second.length > 0);
    return isWhole ? readBy(call, scope) : undefined;
  }
  const variable = scope.variables.get(call.name);
  if (variable === undefined || call.length !== all.length) return undefined;
  return { variable, otherwise: undefined, isPair: false };
}

function readBy({ name, args }: Call, scope: Scope): Reading | undefined {
  const isPair = name === 'System.fetch_env';
  if (name !== 'System.get_env' && !isPair) return undefined;
  const [variable] = textsOf(args[0] ?? [], scope);
  if (variable === undefined) return undefined;
  const [, given] = args;
  if (given === undefined || isWord(given[0], 'nil')) return { variable, otherwise: undefined, isPair };
  // What is no plain text is a default all the same.
  return { variable, otherwise: textsOf(given, scope)[0] ?? '', isPair };
}

/** The function that some nodes are, if it has one parameter. */
export function helperOf(nodes: readonly Node[]): Helper | undefined {
  const [first, ...others] = nodes;
  if (others.length > 0 || !isGroup(first, 'fn')) return undefined;
  const body = insideOf(first);
  const arrow = body.findIndex((node) => isOperator(node, '->'));
  const head = parametersOf(body.slice(0, arrow));
  const [parameter] = head;
  if (arrow < 0 || head.length !== 1 || parameter?.kind !== 'word') return undefined;
  return { parameter: parameter.text, body: body.slice(arrow + 1) };
}

function parametersOf(nodes: readonly Node[]): readonly Node[] {
  const [first] = nodes;
  return isGroup(first, '(') ? insideOf(first) : nodes;
}
