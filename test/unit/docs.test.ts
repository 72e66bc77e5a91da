import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { EXIT_STATUS } from '../../src/errors.js';

const root = new URL('../../', import.meta.url);

function read(file: string): Promise<string> {
  return readFile(new URL(file, root), 'utf8');
}

/** The text under each heading of the form ### `name`, on one line. */
async function entriesOf(file: string): Promise<ReadonlyMap<string, string>> {
  const parts = (await read(file)).split(/^(?=#)/m);
  return new Map(
    parts.flatMap((part) => {
      const [, name, text] = /^### `([^`]+)`\s*\n([^]*)$/.exec(part) ?? [];
      return name === undefined || text === undefined ? [] : [[name, text.replaceAll(/\s+/g, ' ').trim()] as const];
    }),
  );
}

describe('docs/troubleshooting.md', () => {
  it.each(Object.keys(EXIT_STATUS))('has an entry for %s', async (code) => {
    expect((await entriesOf('docs/troubleshooting.md')).get(code)).toMatch(/\S/);
  });

  it('has every code in the row of its exit status', async () => {
    const rows = [...(await read('docs/troubleshooting.md')).matchAll(/^\| (\d+) +\|[^|]*\|([^|]*)\|$/gm)];
    const codes = rows.flatMap(([, status = '', cell = '']) =>
      [...cell.matchAll(/\[`([^`]+)`\]\(#\1\)/g)].map(([, code = '']) => [code, Number(status)] as const),
    );
    expect(Object.fromEntries(codes)).toEqual(EXIT_STATUS);
  });

  it('has one entry for each', async () => {
    const names = [...(await read('docs/troubleshooting.md')).matchAll(/^### `([^`]+)`$/gm)].map(([, name]) => name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it('begins with what people see, before they know a code', async () => {
    const [, table = ''] = (await read('docs/troubleshooting.md')).split(/^## /m);
    expect(table).toMatch(/^What you see$/m);
    const seen = ['GLIBC_2.38', 'UndefinedFunctionError', 'SECRET_KEY_BASE', 'toomanyrequests', 'no such host'];
    for (const text of [...seen, 'exec format error', 'libssl.so.3']) {
      expect(table).toMatch(
        new RegExp(String.raw`^\|[^|\n]*${text.replaceAll('.', String.raw`\.`)}[^|\n]*\|.*\]\(`, 'm'),
      );
    }
  });

  it('has no entry for what is no error', async () => {
    const codes = Object.keys(EXIT_STATUS);
    expect([...(await entriesOf('docs/troubleshooting.md')).keys()].filter((name) => !codes.includes(name))).toEqual(
      [],
    );
  });
});

describe('README.md', () => {
  it('stays what can be read in a few minutes', async () => {
    const text = await read('README.md');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
    expect(text.split(/\s+/).length).toBeLessThan(1500);
  });

  it('names the commands for contributors on its first screen', async () => {
    const screen = (await read('README.md')).split('\n').slice(0, 30).join('\n');
    for (const command of ['script/demo', 'script/test']) expect(screen).toContain(command);
  });

  it.each(['script/demo', 'script/test', 'uses:', 'mix-release build', 'docs/options.md', 'docs/troubleshooting.md'])(
    'mentions %s',
    async (text) => {
      expect(await read('README.md')).toContain(text);
    },
  );
});
