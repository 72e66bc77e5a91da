import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '../../../src/summary/page.js';
import { keepEnvironment } from '../support/environment.js';
import { directoryWith } from '../support/files.js';

/** Bytes that GitHub takes of a step's summary. */
const TAKEN = 1024 * 1024;

keepEnvironment();

let file: string;
let writeSummary: (page: Page) => Promise<void>;
beforeEach(async () => {
  file = path.join(await directoryWith({ summary: 'before\n' }), 'summary');
  process.env.GITHUB_STEP_SUMMARY = file;
  // The toolkit keeps the path of the file that it saw first.
  jest.resetModules();
  ({ writeSummary } = await import('../../../src/action/summary.js'));
});

const page = (files: number): Page => ({
  verdict: 'pass',
  title: 'Built web 1.2.3',
  sections: [
    {
      heading: 'web',
      rows: [['Release', 'web 1.2.3']],
      sizes: [],
      details: Array.from({ length: files }, (_, at) => [`lib/web/priv/${String(at)}.so`, 'nif, x86_64'] as const),
    },
  ],
  stages: [],
  failure: undefined,
});

describe('writeSummary', () => {
  it('adds the page to what is there', async () => {
    await writeSummary(page(2));
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/^before\n/);
    expect(text).toContain('Built web 1.2.3');
    expect(text).toContain('lib/web/priv/1.so');
  });

  it('leaves the details out where the page would be longer than GitHub takes', async () => {
    await writeSummary(page(20_000));
    const text = await readFile(file, 'utf8');
    expect(Buffer.byteLength(text)).toBeLessThan(TAKEN);
    expect(text).toContain('Built web 1.2.3');
    expect(text).toContain('web 1.2.3</td>');
    expect(text).not.toContain('.so');
  });

  it('writes nothing where the runner keeps no summary', async () => {
    process.env.GITHUB_STEP_SUMMARY = '';
    await writeSummary(page(2));
    expect(await readFile(file, 'utf8')).toBe('before\n');
  });
});
