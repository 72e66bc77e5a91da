/**
 * An Erlang term, of those that resource files of applications have. Atoms and text are both strings here: who reads a
 * field knows which of them it is.
 */
export type Term =
  | { readonly kind: 'atom' | 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Term[] };

/** Deeper terms are not taken: no resource file has them. */
const MAX_DEPTH = 100;

/** The escapes of Erlang with one letter. */
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', s: ' ', b: '\b', e: '\u001b', f: '\f', v: '\v', d: '\u007f', 0: '\0' },
};

const TOKEN =
  /(?<space>\s+|%[^\n]*)|(?<text>"(?:[^"\\]|\\[^])*")|(?<quoted>'(?:[^'\\]|\\[^])*')|(?<char>\$(?:\\[^]|[^]))|(?<number>-?\d+(?:\.\d+(?:[eE][+-]?\d+)?)?)|(?<atom>[a-z][\w@]*)|(?<open><<|#\{|[[{])|(?<close>>>|[\]}])|(?<other>=>|\/\w+|[,.|:])/uy;

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}', '<<': '>>', '#{': '}' };

type Groups = Readonly<Partial<Record<string, string>>>;

/**
 * The first term of a text in Erlang's notation, such as `{application,web,[{vsn,"1.0"}]}.`; undefined where the text is
 * something else. A map is the list of its keys and values.
 */
export function firstTerm(text: string): Term | undefined {
  const tokens = tokensOf(text);
  try {
    return termFrom(tokens, 0);
  } catch (error) {
    if (error instanceof NoTerm) return undefined;
    throw error;
  }
}

class NoTerm extends Error {}

function* tokensOf(text: string): Generator<Groups, undefined> {
  const token = new RegExp(TOKEN);
  while (token.lastIndex < text.length) {
    const groups = token.exec(text)?.groups;
    if (groups === undefined) throw new NoTerm();
    if (groups.space === undefined) yield groups;
  }
}

function termFrom(tokens: Iterator<Groups, undefined>, depth: number): Term {
  const term = termOf(next(tokens), tokens, depth);
  if (term === undefined) throw new NoTerm();
  return term;
}

function next(tokens: Iterator<Groups, undefined>): Groups {
  const { value } = tokens.next();
  if (value === undefined) throw new NoTerm();
  return value;
}

/** Undefined for what stands between terms. */
function termOf(token: Groups, tokens: Iterator<Groups, undefined>, depth: number): Term | undefined {
  const { text, quoted, char, number, atom, open, other } = token;
  if (text !== undefined) return { kind: 'text', value: unescaped(text) };
  if (quoted !== undefined) return { kind: 'atom', value: unescaped(quoted) };
  if (atom !== undefined) return { kind: 'atom', value: atom };
  if (number !== undefined) return { kind: 'number', value: Number(number) };
  if (char !== undefined) return { kind: 'number', value: unescaped(` ${char.slice(1)} `).codePointAt(0) ?? 0 };
  if (open !== undefined) return closedBy(open, tokens, depth + 1);
  if (other !== undefined) return undefined;
  throw new NoTerm();
}

function closedBy(open: string, tokens: Iterator<Groups, undefined>, depth: number): Term {
  if (depth > MAX_DEPTH) throw new NoTerm();
  const items: Term[] = [];
  for (;;) {
    const token = next(tokens);
    if (token.close !== undefined) {
      if (token.close !== CLOSING[open]) throw new NoTerm();
      return open === '<<' ? binary(items) : { kind: open === '{' ? 'tuple' : 'list', items };
    }
    const item = termOf(token, tokens, depth);
    if (item !== undefined) items.push(item);
  }
}

/** What a binary has as text: parts in quotes, or bytes. */
function binary(items: readonly Term[]): Term {
  const bytes = items.flatMap((item) => (item.kind === 'number' ? [item.value] : []));
  if (bytes.length === items.length) return { kind: 'text', value: Buffer.from(bytes).toString('utf8') };
  return { kind: 'text', value: items.map((item) => ('value' in item ? String(item.value) : '')).join('') };
}

/** @param token - with its quotes */
function unescaped(token: string): string {
  return token
    .slice(1, -1)
    .replaceAll(
      /\\(?:x\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|([0-7]{1,3})|\^(.)|([^]))/gu,
      (_, long?: string, short?: string, octal?: string, control?: string, letter?: string) => {
        if (long ?? short) return characterOf(parseInt(long ?? short ?? '', 16));
        if (octal) return characterOf(parseInt(octal, 8));
        if (control) return characterOf((control.codePointAt(0) ?? 0) & 31);
        return ESCAPES[letter ?? ''] ?? letter ?? '';
      },
    );
}

function characterOf(code: number): string {
  return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
}

/** The items of a list or tuple; none for other terms. */
export function itemsOf(term: Term | undefined): readonly Term[] {
  return term !== undefined && 'items' in term ? term.items : [];
}

/** The text of an atom, a string, or a list of characters; undefined for other terms. */
export function textOfTerm(term: Term | undefined): string | undefined {
  if (term?.kind === 'atom' || term?.kind === 'text') return term.value;
  if (term?.kind !== 'list') return undefined;
  const codes = term.items.flatMap((item) => (item.kind === 'number' ? [item.value] : []));
  return codes.length === term.items.length ? codes.map((code) => characterOf(code)).join('') : undefined;
}

/** The value of a key in a property list; undefined where it has none. */
export function propertyOf(list: Term | undefined, key: string): Term | undefined {
  for (const item of itemsOf(list)) {
    const [name, value] = itemsOf(item);
    if (item.kind === 'tuple' && name?.kind === 'atom' && name.value === key) return value;
  }
  return undefined;
}
