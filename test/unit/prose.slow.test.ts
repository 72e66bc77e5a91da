import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { directoryWith } from './support/files.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What the check prints of a page with this text. */
async function checked(text: string): Promise<{ readonly status: number | null; readonly lines: readonly string[] }> {
  const directory = await directoryWith({ 'page.md': text });
  const script = path.join(root, 'script/prose/check.mjs');
  const page = path.join(directory, 'page.md');
  const { status, stdout } = spawnSync(process.execPath, [script, page], { encoding: 'utf8' });
  return { status, lines: stdout.replaceAll(`${page}:`, '').trimEnd().split('\n').slice(0, -1) };
}

const long = Array.from({ length: 37 }, (_, at) => `word${String(at)}`).join(' ');

describe('script/prose/check.mjs', () => {
  it.each([
    ['a word of the dialect', 'Each has its wish.', /^1:14 "wish": write /],
    [
      'one in a cell of a table',
      '| A | B |\n| - | - |\n| c | The log has one a line. |\n',
      /^3:19 "one a line": write /,
    ],
    ['one in a heading, behind code', '# The `x` of ours\n', /^1:11 "of ours": write /],
    ['one on a later line of a paragraph', 'Plain.\nBuilt anew.\n', /^2:7 "anew": write again$/],
    ['a long sentence', `Short. A ${long}.`, /^1:8 38 words in a row, of at most 36$/],
    ['a passive one', 'It is built, is read and was sent.', /^1:1 3 passive verbs/],
    ['a clause as the subject', 'What it exports, Mix and all of its tasks see.', /^1:1 a clause as the subject/],
  ])('finds %s, and says where', async (_, text, finding) => {
    const { status, lines } = await checked(text);
    expect(lines).toEqual([expect.stringMatching(finding)]);
    expect(status).toBe(1);
  });

  it.each([
    ['words in code', 'Run `anew --wish`.\n\n```sh\ntold "of ours"\n```\n'],
    ['words that contain others', 'The classroom untold, and a mushroom.'],
    ['clauses that a semicolon parts', `A ${long.slice(0, 150)}; ${long.slice(0, 150)}.`],
    ['questions and short labels', '**What it is.** What does the log show, and where does it show it?'],
  ])('passes %s', async (_, text) => {
    expect(await checked(text)).toEqual({ status: 0, lines: [] });
  });
});
