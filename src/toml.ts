/** A table of TOML, or any other object with keys. */
export type Table = Readonly<Record<string, unknown>>;

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** What a value of TOML is, as a noun for messages. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date) return 'a date';
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${String(value)}`;
  if (typeof value === 'string') return `the string '${value}'`;
  return typeof value === 'boolean' ? String(value) : 'a table';
}

/** Lines of keys, from 1. The parser keeps no positions. */
export interface KeyLines {
  /** The line of a key, given as the names from the top of the document; else that of the nearest table around it. */
  readonly of: (path: readonly string[]) => number | undefined;
}

const TRIVIA = /(?:[ \t\r\n]|#[^\n]*)*/y;
const KEY = /[ \t]*(?:([A-Za-z0-9_-]+)|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')[ \t]*(\.)?/y;
const VALUE_PART =
  /"""(?:[^\\"]|\\[^]|"(?!""))*"{3,5}|'''(?:[^']|'(?!''))*'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[^"'#[\]{}\n]+|[^]/y;
const REST_OF_LINE = /[^\n]*/y;

/** The lines of the keys in a text that the parser has accepted. */
export function keyLines(text: string): KeyLines {
  const lines = new Map<string, number>();
  let at = 0;
  let table: readonly string[] = [];
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text) ?? undefined;
    at += found?.[0].length ?? 0;
    return found;
  };
  const takeKey = (): readonly string[] => {
    const parts: string[] = [];
    for (;;) {
      const [, bare, basic, literal, dot] = take(KEY) ?? [];
      parts.push(bare ?? (basic === undefined ? (literal ?? '') : unescaped(basic)));
      if (dot === undefined) return parts;
    }
  };
  const record = (path: readonly string[], line: number): void => {
    path.forEach((_, index) => {
      const name = JSON.stringify(path.slice(0, index + 1));
      if (!lines.has(name)) lines.set(name, line);
    });
  };
  const skipValue = (): void => {
    for (let depth = 0; at < text.length;) {
      const [part = ''] = take(VALUE_PART) ?? [];
      if (part === '[' || part === '{') depth += 1;
      if (part === ']' || part === '}') depth -= 1;
      if (part === '\n' && depth === 0) return;
    }
  };
  for (take(TRIVIA); at < text.length; take(TRIVIA)) {
    const line = text.slice(0, at).split('\n').length;
    if (text[at] === '[') {
      at += text.startsWith('[[', at) ? 2 : 1;
      table = takeKey();
      record(table, line);
      take(REST_OF_LINE);
    } else {
      record([...table, ...takeKey()], line);
      skipValue();
    }
  }
  return {
    of: (path) =>
      path.map((_, index) => lines.get(JSON.stringify(path.slice(0, path.length - index)))).find((line) => line),
  };
}

/** A basic string without its quotes. Its escapes are those of JSON, but for a few that no name needs. */
function unescaped(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}
