import type { Token } from './tokens.js';

/** A part of a block: `do`, `else`, `rescue` …, or the clauses of `fn`. */
export interface Section {
  readonly name: string;
  readonly body: readonly Node[];
}

/** What stands in brackets, or between `do` or `fn` and `end`. */
export interface Group {
  readonly kind: 'group';
  readonly open: '(' | '[' | '{' | 'do' | 'fn';
  /** Of brackets, one without a name. */
  readonly sections: readonly Section[];
  readonly line: number;
}

export type Node = Token | Group;

const SECTIONS = new Set(['else', 'rescue', 'catch', 'after']);

/** The tokens as a tree of groups. Tolerant: what is not closed ends at the end. */
export function treeOf(tokens: readonly Token[]): readonly Node[] {
  const reader = { at: 0 };
  const nodes: Node[] = [];
  // A close that nothing opened is passed over.
  while (reader.at < tokens.length) {
    nodes.push(...readUntil(tokens, reader, () => false));
    reader.at += 1;
  }
  return nodes;
}

function readUntil(
  tokens: readonly Token[],
  reader: { at: number },
  isEnd: (token: Token) => boolean,
): readonly Node[] {
  const nodes: Node[] = [];
  for (let token = tokens[reader.at]; token && !isEnd(token); token = tokens[reader.at]) {
    if (token.kind === 'close') break;
    reader.at += 1;
    const isName = tokens[reader.at - 2]?.kind === 'operator' && textOf(tokens[reader.at - 2]) === '.';
    if (token.kind === 'open') nodes.push(bracket(tokens, reader, token));
    else if (token.kind === 'word' && !isName && (token.text === 'do' || token.text === 'fn')) {
      nodes.push(block(tokens, reader, token.text, token.line));
    } else nodes.push(token);
  }
  return nodes;
}

function bracket(
  tokens: readonly Token[],
  reader: { at: number },
  { text, line }: Token & { readonly text: string },
): Group {
  const body = readUntil(tokens, reader, () => false);
  reader.at += 1;
  return { kind: 'group', open: text as Group['open'], sections: [{ name: '', body }], line };
}

function block(tokens: readonly Token[], reader: { at: number }, open: 'do' | 'fn', line: number): Group {
  const sections: Section[] = [];
  for (let name: string = open; ;) {
    const body = readUntil(tokens, reader, (token) => {
      return token.kind === 'word' && (token.text === 'end' || (open === 'do' && SECTIONS.has(token.text)));
    });
    sections.push({ name, body });
    const end = textOf(tokens[reader.at]);
    // A bracket that closes here was opened outside: the block was not closed.
    if (tokens[reader.at]?.kind === 'close') break;
    reader.at += 1;
    if (end === undefined || end === 'end') break;
    name = end;
  }
  return { kind: 'group', open, sections, line };
}

/** The text of a node that has one. */
export function textOf(node: Node | undefined): string | undefined {
  return node !== undefined && 'text' in node ? node.text : undefined;
}

export function isWord(node: Node | undefined, ...texts: readonly string[]): boolean {
  return node?.kind === 'word' && texts.includes(node.text);
}

export function isOperator(node: Node | undefined, ...texts: readonly string[]): boolean {
  return node?.kind === 'operator' && texts.includes(node.text);
}

export function isGroup(node: Node | undefined, ...opens: readonly Group['open'][]): node is Group {
  return node?.kind === 'group' && opens.includes(node.open);
}

/** What stands in a bracket. */
export function insideOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'group' ? (node.sections[0]?.body ?? []) : [];
}

const isBinary = (node: Node | undefined): boolean =>
  (node?.kind === 'operator' && !['!', '&', '^', '@', '%', '.'].includes(node.text)) ||
  isWord(node, 'and', 'or', 'in', 'not', 'when') ||
  node?.kind === 'key';

/** The statements of a body. A line goes on where it ends or the next one begins with an operator. */
export function statementsOf(nodes: readonly Node[]): readonly (readonly Node[])[] {
  const statements: Node[][] = [[]];
  nodes.forEach((node, at) => {
    const current = statements.at(-1) ?? [];
    if (node.kind !== 'newline') {
      current.push(node);
      return;
    }
    const next = nodes.slice(at).find((each) => each.kind !== 'newline');
    const last = current.at(-1);
    const leads = isBinary(next) && !isOperator(next, '-', '+') && next?.kind !== 'key' && !isWord(next, 'not');
    if (current.length > 0 && !isBinary(last) && !leads) statements.push([]);
  });
  return statements.filter((statement) => statement.length > 0);
}

/** The parts between the nodes that separate them. */
export function splitAt(nodes: readonly Node[], isBetween: (node: Node) => boolean): readonly (readonly Node[])[] {
  const parts: Node[][] = [[]];
  for (const node of nodes) {
    if (isBetween(node)) parts.push([]);
    else parts.at(-1)?.push(node);
  }
  return parts;
}

/** The arguments in a bracket, without the lines' ends. */
export function argumentsOf(node: Node | undefined): readonly (readonly Node[])[] {
  const inside = insideOf(node).filter(({ kind }) => kind !== 'newline');
  return inside.length === 0 ? [] : splitAt(inside, (each) => isOperator(each, ','));
}
