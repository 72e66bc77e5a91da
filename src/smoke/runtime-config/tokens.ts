/** A piece of Elixir's text, with the line that it is in. */
export type Token = { readonly line: number } & (
  | { readonly kind: 'word' | 'atom' | 'key' | 'operator' | 'open' | 'close'; readonly text: string }
  /** `words` are those of `~w`; `inner` what is interpolated. A text with interpolation has no `text`. */
  | {
      readonly kind: 'string';
      readonly text: string | undefined;
      readonly words: readonly string[] | undefined;
      readonly inner: readonly Token[];
      /** Its parts in order, where it is interpolated: texts, and what stands between them. */
      readonly pieces: readonly (string | readonly Token[])[];
    }
  | { readonly kind: 'number' | 'newline' }
);

const OPERATORS = [
  ...['|||', '&&&', '<<<', '>>>', '===', '!==', '~>>', '<~>', '<<~', '->', '<-', '=>', '|>', '||', '&&', '=='],
  ...['!=', '<=', '>=', '=~', '++', '--', '<>', '..', '::', '**', '\\\\', '~>', '<~'],
];
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };
const SPACE = /[ \t\r\f]+|#[^\n]*|\\\r?\n/y;
const WORD = /[\p{L}_][\p{L}\p{N}_]*(?:[?!](?!=(?!=)))?/uy;
const NUMBER = /\d[\w]*(?:\.\d[\w]*)?/y;
const ATOM = /:(?:[\p{L}_][\p{L}\p{N}_@]*[?!]?|[+\-*/<>=!&|.^~]+|\{\}|%\{\}|<<>>)/uy;
const CHARACTER = /\?(?:\\.|[^\s])/uy;
const SIGIL = /~(?:[a-z]|[A-Z]+)(?="""|'''|[/|"'([{<])/y;

/**
 * The tokens of a text in Elixir. Tolerant: what it does not know, it passes over, and it always comes to the end.
 */
export function tokensOf(text: string): readonly Token[] {
  return new Tokenizer(text).all();
}

class Tokenizer {
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  all(): readonly Token[] {
    return this.#until(undefined);
  }

  /** The tokens up to a closing brace that nothing here opened, or to the end. */
  #until(end: '}' | undefined): readonly Token[] {
    const tokens: Token[] = [];
    let depth = 0;
    while (this.#at < this.#text.length) {
      const next = this.#text.charAt(this.#at);
      if (end !== undefined && next === end && depth === 0) {
        this.#at += 1;
        return tokens;
      }
      if (next === '{') depth += 1;
      if (next === '}') depth -= 1;
      const token = this.#next();
      if (token) tokens.push(token);
    }
    return tokens;
  }

  #next(): Token | undefined {
    const line = this.#line;
    if (this.#take(SPACE) !== undefined) return undefined;
    const next = this.#text.charAt(this.#at);
    if (next === '\n' || next === ';') {
      this.#skip(1);
      return { kind: 'newline', line };
    }
    const sigil = this.#take(SIGIL);
    if (sigil !== undefined) return this.#sigil(sigil.slice(1), line);
    for (const quote of ['"""', "'''", '"', "'"]) {
      if (this.#text.startsWith(quote, this.#at)) return this.#quoted(quote, quote, true, line);
    }
    const character = this.#take(CHARACTER);
    if (character !== undefined || this.#take(NUMBER) !== undefined) return { kind: 'number', line };
    if (next === ':' && /["']/.test(this.#text.charAt(this.#at + 1))) {
      this.#skip(1);
      const quote = this.#text.charAt(this.#at);
      const { text = '' } = this.#quoted(quote, quote, true, line) as { text?: string };
      return { kind: 'atom', text, line };
    }
    if (!this.#text.startsWith('::', this.#at)) {
      const atom = this.#take(ATOM);
      if (atom !== undefined) return { kind: 'atom', text: atom.slice(1), line };
    }
    const word = this.#take(WORD);
    if (word !== undefined) return this.#word(word, line);
    return this.#punctuation(next, line);
  }

  #word(text: string, line: number): Token {
    const isKey = this.#text.charAt(this.#at) === ':' && /\s|$/.test(this.#text.charAt(this.#at + 1));
    if (!isKey) return { kind: 'word', text, line };
    this.#skip(1);
    return { kind: 'key', text, line };
  }

  #punctuation(next: string, line: number): Token {
    const operator = OPERATORS.find((each) => this.#text.startsWith(each, this.#at)) ?? next;
    this.#skip(operator.length);
    if ('([{'.includes(operator)) return { kind: 'open', text: operator, line };
    if (')]}'.includes(operator)) return { kind: 'close', text: operator, line };
    return { kind: 'operator', text: operator, line };
  }

  #sigil(name: string, line: number): Token {
    const heredoc = ['"""', "'''"].find((quote) => this.#text.startsWith(quote, this.#at));
    const open = heredoc ?? this.#text.charAt(this.#at);
    const token = this.#quoted(open, CLOSING[open] ?? open, /[a-z]/.test(name), line);
    const modifiers = this.#take(/[a-zA-Z]*/y);
    const { text } = token;
    const isWords = name.toLowerCase() === 'w' && text !== undefined && modifiers !== 'a';
    return { ...token, words: isWords ? text.split(/\s+/).filter(Boolean) : undefined };
  }

  /** A text in quotes; the opening one is next. */
  #quoted(open: string, close: string, interpolates: boolean, line: number): Token & { readonly kind: 'string' } {
    this.#skip(open.length);
    let text = '';
    const inner: Token[] = [];
    const pieces: (string | readonly Token[])[] = [];
    let isPlain = true;
    while (this.#at < this.#text.length && !this.#text.startsWith(close, this.#at)) {
      if (interpolates && this.#text.startsWith('#{', this.#at)) {
        this.#skip(2);
        const tokens = this.#until('}');
        pieces.push(text, tokens);
        text = '';
        inner.push({ kind: 'open', text: '(', line: this.#line }, ...tokens);
        inner.push({ kind: 'close', text: ')', line: this.#line });
        isPlain = false;
      } else {
        const escaped = this.#text.charAt(this.#at) === '\\' ? 1 : 0;
        text += this.#text.charAt(this.#at + escaped);
        this.#skip(1 + escaped);
      }
    }
    this.#skip(close.length);
    return {
      kind: 'string',
      text: isPlain ? text : undefined,
      words: undefined,
      inner,
      pieces: [...pieces, text],
      line,
    };
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) return undefined;
    this.#skip(found.length);
    return found;
  }

  #skip(length: number): void {
    for (let at = this.#at; at < this.#at + length; at += 1) if (this.#text.charAt(at) === '\n') this.#line += 1;
    this.#at += length;
  }
}
