import { argumentsOf, insideOf, isGroup, isOperator, isWord, splitAt, textOf, treeOf, type Node } from './tree.js';

/** A parameter of a function: a name, or a pair of two. */
export type Parameter =
  | { readonly name: string; readonly otherwise: readonly Node[] | undefined }
  | { readonly pair: readonly (readonly Node[])[] };

/** A function that a name stands for. */
export interface Helper {
  /** Undefined for a pattern that nothing is known of. */
  readonly parameters: readonly (Parameter | undefined)[];
  readonly body: readonly Node[];
  /** Whether it sees nothing of what its caller has, as a function of a module. */
  readonly closed: boolean;
}

/** What names stand for, where a piece of a configuration is read. */
export interface Scope {
  /** The environment variable whose value a name has. */
  readonly variables: Map<string, string>;
  /** Texts that a name may have. */
  readonly texts: Map<string, readonly string[]>;
  /** Functions, of each number of parameters. */
  readonly helpers: Map<string, readonly Helper[]>;
  /** Lists and maps that are written out. */
  readonly lists: Map<string, readonly Node[]>;
  /** Names that stand for `nil`. */
  readonly nothing: Set<string>;
  /** Names that stand for all variables, as `System.get_env()` gives them. */
  readonly environments: Set<string>;
}

export function newScope(outer?: Scope): Scope {
  return {
    variables: new Map(outer?.variables),
    texts: new Map(outer?.texts),
    helpers: new Map(outer?.helpers),
    lists: new Map(outer?.lists),
    nothing: new Set(outer?.nothing),
    environments: new Set(outer?.environments),
  };
}

/** The text that some nodes are; undefined where they are no text, or none that is known. */
export function textsOf(nodes: readonly Node[], scope: Scope): readonly string[] {
  const all = nodes.filter(({ kind }) => kind !== 'newline');
  const joined = splitAt(all, (node) => isOperator(node, '<>'));
  if (joined.length > 1) return joinedTexts(joined.map((part) => textsOf(part, scope)));
  const [first, ...others] = all;
  if (first === undefined || others.length > 0) return [];
  if (first.kind === 'string')
    return first.words ?? (first.text === undefined ? interpolated(first, scope) : [first.text]);
  if (isGroup(first, '[')) return argumentsOf(first).flatMap((argument) => textsOf(argument, scope));
  if (isGroup(first, '(')) return textsOf(insideOf(first), scope);
  return first.kind === 'word' ? (scope.texts.get(first.text) ?? []) : [];
}

function interpolated({ pieces }: Node & { readonly kind: 'string' }, scope: Scope): readonly string[] {
  return joinedTexts(pieces.map((piece) => (typeof piece === 'string' ? [piece] : textsOf(treeOf(piece), scope))));
}

/** None where one of the parts is not known for certain. */
function joinedTexts(parts: readonly (readonly string[])[]): readonly string[] {
  return parts.every((part) => part.length === 1) ? [parts.flat().join('')] : [];
}

/** Whether an expression gives all variables: `System.get_env()`, or a name that stands for it. */
export function isEnvironment(nodes: readonly Node[], scope: Scope): boolean {
  const all = nodes.filter(({ kind }) => kind !== 'newline');
  const [first] = all;
  if (all.length === 1 && first?.kind === 'word') return scope.environments.has(first.text);
  const call = callAt(all, 0);
  return call?.name === 'System.get_env' && call.args.length === 0 && call.length === all.length;
}

/** A call, with what its arguments are. */
export interface Call {
  /** With the module that it is called on: `System.get_env`, or without one. */
  readonly name: string;
  readonly args: readonly (readonly Node[])[];
  /** Whether they are in brackets. */
  readonly brackets: boolean;
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
    return { name, args: argumentsOf(bracket), brackets: true, length: next + (isHelper ? 2 : 1) - at, line };
  }
  const argument = nodes[next];
  if (argument?.kind === 'string')
    return { name, args: withoutBrackets(nodes.slice(next)), brackets: false, length: next + 1 - at, line };
  return { name, args: [], brackets: false, length: next - at, line };
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
  const last = all.at(-1);
  if (isGroup(last, '[') && isEnvironment(all.slice(0, -1), scope)) {
    const [variable] = textsOf(insideOf(last), scope);
    return variable === undefined ? undefined : { variable, otherwise: undefined, isPair: false };
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

function readBy({ name, args: all }: Call, scope: Scope): Reading | undefined {
  const isMap = /^Map\.(?:get|fetch)$/.test(name) && isEnvironment(all[0] ?? [], scope);
  if (isMap) return readBy({ ...callOf(name), args: all.slice(1) }, scope);
  const args = all;
  const isPair = name === 'System.fetch_env';
  if (name !== 'System.get_env' && !isPair) return undefined;
  const [variable] = textsOf(args[0] ?? [], scope);
  if (variable === undefined) return undefined;
  const [, given] = args;
  if (given === undefined || isNil(given, scope)) return { variable, otherwise: undefined, isPair };
  // What is no plain text is a default all the same.
  return { variable, otherwise: textsOf(given, scope)[0] ?? '', isPair };
}

const callOf = (name: string): Omit<Call, 'args'> => ({
  name: name === 'Map.get' ? 'System.get_env' : 'System.fetch_env',
  ...{ brackets: true, length: 0, line: 0 },
});

/** Whether an expression is nothing: `nil`, or a name that stands for it. */
export function isNil(nodes: readonly Node[], scope: Scope): boolean {
  const [first, ...others] = nodes.filter(({ kind }) => kind !== 'newline');
  if (first?.kind !== 'word' || others.length > 0) return false;
  return first.text === 'nil' || scope.nothing.has(first.text);
}
