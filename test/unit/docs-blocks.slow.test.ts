import { describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { parseArguments } from '../../src/cli/program.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced block of a page. */
interface Block {
  /** `docs/options.md:12`, for messages. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((page) => /^(?:[A-Z]+|docs\/.*|examples\/.*)\.md$/.test(page));

const blocks: readonly Block[] = pages.flatMap((page) => {
  const text = readFileSync(path.join(root, page), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(({ index, 1: language = '', 2: body = '' }) => ({
    place: `${page}:${String(text.slice(0, index).split('\n').length)}`,
    language,
    text: body,
  }));
});

const of = (language: string): readonly (readonly [string, string])[] =>
  blocks.filter((block) => block.language === language).map(({ place, text }) => [place, text]);

const action = (file: string): { readonly inputs: readonly string[]; readonly outputs: readonly string[] } => {
  const { inputs, outputs } = parse(readFileSync(path.join(root, file), 'utf8')) as {
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly outputs: Readonly<Record<string, unknown>>;
  };
  return { inputs: Object.keys(inputs), outputs: Object.keys(outputs) };
};

describe('the blocks of the documentation', () => {
  it('are found', () => {
    expect(of('sh').length).toBeGreaterThan(40);
    expect(of('yaml').length).toBeGreaterThan(40);
  });
});

describe('shell', () => {
  it.each(of('sh'))('%s is what shellcheck passes', (_, text) => {
    // What one line sets for the reader's own commands is used by nothing else in the block.
    const { status, stdout, stderr } = spawnSync(
      'shellcheck',
      ['--shell=bash', '--severity=warning', '--exclude=SC2034,SC2139', '-'],
      { input: text, encoding: 'utf8' },
    );
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });

  // In a subshell where it is a function that only tells its arguments, a block shows what the program would be given.
  const calling = of('sh').filter(([, text]) => /^(?:\w+="[^\n]*"[ \\\n]+)?mix-release /m.test(text));

  it.each(calling)('%s calls mix-release with arguments that it takes', (place, text) => {
    const script = `mix-release() { printf '%s\\0' "$@"; printf '\\n'; }\nHOST=x TOKEN=x KEY=x HEX_ACME_KEY=x\n${text}`;
    // Only blocks of nothing but such calls are run.
    const lines = text.replaceAll(/\\\n/g, ' ').split('\n');
    const others = lines.filter((line) => line.trim() !== '' && !/^(?:\w+="[^"]*" +)*mix-release |^#/.test(line));
    if (others.length > 0) {
      expect(place).toMatch(/README\.md|recipes\.md|releasing\.md|engines\.md|CONTRIBUTING/);
      return;
    }
    const { status, stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(status).toBe(0);
    const calls = stdout.split('\0\n').filter((call) => call !== '');
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) {
      const argv = call.split('\0');
      expect(() => parseArguments(argv)).not.toThrow();
      expect(parseArguments(argv).command).toBe(argv[0]);
    }
  });
});

describe('workflows', () => {
  const main = action('action.yml');

  it.each(of('yaml'))('%s is YAML, and gives inputs and reads outputs that there are', (_, text) => {
    const document: unknown = parse(text);
    expect(document).toBeInstanceOf(Object);
    for (const step of stepsIn(document)) {
      if (step.uses !== undefined && !step.uses.startsWith('OWNER/mix-release-action@')) continue;
      const unknown = Object.keys(step.with ?? {}).filter((name) => !main.inputs.includes(name));
      expect(unknown).toEqual([]);
      if (step.uses !== undefined) expect(Object.keys(step.with ?? {})).toContain('target');
    }
    const read = [...text.matchAll(/steps\.release\.outputs\.([a-z-]+)/g)].map(([, name = '']) => name);
    expect(read.filter((name) => !main.outputs.includes(name))).toEqual([]);
  });
});

describe('actions of others', () => {
  /** Majors of the actions that our own workflows pin. */
  const pinned = new Map(
    ['.github/workflows/ci.yml', '.github/workflows/release.yml']
      .flatMap((file) => [
        ...readFileSync(path.join(root, file), 'utf8').matchAll(/uses: (\S+)@[0-9a-f]{40} # v(\d+)/g),
      ])
      .map(([, name = '', major = '']) => [name, major] as const),
  );
  const named = of('yaml').flatMap(([place, text]) =>
    [...text.matchAll(/uses: ([^\s@]+)@v(\d+)/g)].map(([, name = '', major = '']) => [place, name, major] as const),
  );

  it('are found', () => {
    expect(pinned.get('actions/checkout')).toMatch(/^\d+$/);
    expect(named.filter(([, name]) => pinned.has(name)).length).toBeGreaterThan(5);
  });

  it('are named in the versions that our own workflows use', () => {
    expect(named.filter(([, name, major]) => pinned.has(name) && pinned.get(name) !== major)).toEqual([]);
  });
});

describe('calls of the reusable workflow', () => {
  const { on } = parse(readFileSync(path.join(root, '.github/workflows/release.yml'), 'utf8')) as {
    readonly on: { readonly workflow_call: Readonly<Record<'inputs' | 'secrets', Readonly<Record<string, unknown>>>> };
  };
  const calls = of('yaml').flatMap(([place, text]) =>
    Object.values((parse(text) as { readonly jobs?: Readonly<Record<string, Call>> }).jobs ?? {})
      .filter(({ uses }) => uses?.startsWith('OWNER/mix-release-action/.github/workflows/release.yml@'))
      .map((call) => [place, call] as const),
  );

  it('are found', () => {
    expect(calls.length).toBeGreaterThan(1);
  });

  it.each(calls)('%s gives inputs and secrets that there are', (_, { with: inputs = {}, secrets = {} }) => {
    expect(Object.keys(on.workflow_call.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
    expect(Object.keys(on.workflow_call.secrets)).toEqual(expect.arrayContaining(Object.keys(secrets)));
  });
});

interface Call {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
}

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** Every step in a document, and a document that is no more than the inputs of one. */
function stepsIn(value: unknown): readonly Step[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn);
  if (typeof value !== 'object' || value === null) return [];
  const entries = Object.entries(value);
  const own = entries.some(([key, inside]) => key === 'with' && typeof inside === 'object') ? [value as Step] : [];
  return [...own, ...entries.filter(([key]) => key !== 'with').flatMap(([, inside]) => stepsIn(inside))];
}
