import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { entriesOf, whyNot } from '../../../src/sources/read.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';

const failure = (code: string): Error => Object.assign(new Error(`${code}: no`), { code });

describe('what goes while the checkout is walked', () => {
  it('is gone, whether git ignores it or not', async () => {
    const missing = path.join(await directoryWith(), 'tmp/x');
    expect(await entriesOf(missing, 'tmp/x', false)).toBe('gone');
    expect(whyNot(failure('ENOENT'), 'tmp/x', false)).toBe('gone');
  });

  it('is an error where it is the checkout itself', async () => {
    const missing = path.join(await directoryWith(), 'gone');
    expect(await errorOf(() => entriesOf(missing, '', false))).toMatchObject({ code: 'sources-unreadable' });
  });
});

describe('whyNot', () => {
  it('lets pass what git ignores and this user may not read, and nothing else', async () => {
    expect(whyNot(failure('EACCES'), 'data/x', true)).toBe('unreadable');
    const denied = await errorOf(() => Promise.resolve().then(() => whyNot(failure('EACCES'), 'data/x', false)));
    expect(denied.next).toContain('exclude: /data/x');
    const broken = await errorOf(() => Promise.resolve().then(() => whyNot(failure('EIO'), 'data/x', true)));
    expect(broken.next).not.toContain('exclude');
  });
});
