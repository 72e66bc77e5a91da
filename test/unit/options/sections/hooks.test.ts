import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { HOOKS, readHook } from '../../../../src/options/sections/hooks.js';
import { errorOf } from '../../support/errors.js';
import { directoryWith } from '../../support/files.js';

describe.each(HOOKS)('readHook of %s', (name) => {
  it.each(['ci/prepare.sh', 'prepare', './ci/prepare.sh'])('takes %j for a file of the checkout', async (text) => {
    const checkout = await directoryWith({ 'ci/prepare.sh': 'true', prepare: 'true' });
    expect(await readHook(name, { [name]: text }, checkout)).toEqual({ file: path.join(checkout, text) });
  });

  it.each([
    ...['mix assets.deploy', 'make', 'npm ci\nmix assets.deploy', '#!/bin/bash\ntrue'],
    ...[
      './a.sh;./b.sh',
      'echo>x.txt',
      'A=1.2',
      '$(cat<a.sh)',
      '`./a.sh`',
      "'./a.sh'",
      '"a.b"',
      '(./a.sh)',
      'x.sh||true',
    ],
    ...['echo "it\'s" $HOME `id` \\ 🚀', `echo ${'x'.repeat(100_000)}`],
  ])('takes %j for commands', async (text) => {
    expect(await readHook(name, { [name]: text }, await directoryWith())).toEqual({ text });
  });

  it('takes line ends of Windows for line ends', async () => {
    const raw = { [name]: 'set -e\r\nmix assets.deploy\r\n' };
    expect(await readHook(name, raw, await directoryWith())).toEqual({ text: 'set -e\nmix assets.deploy' });
  });

  it.each(['echo a\0b', 'a\0b'])('refuses %j, which no shell reads', async (text) => {
    const error = await errorOf(async () => readHook(name, { [name]: text }, await directoryWith()));
    expect([error.code, error.message]).toEqual(['bad-option', `${name} has a NUL character`]);
  });

  it('takes a file with signs of the shell in its name for a file', async () => {
    const checkout = await directoryWith({ "it's(1).sh": 'true' });
    expect(await readHook(name, { [name]: "it's(1).sh" }, checkout)).toEqual({
      file: path.join(checkout, "it's(1).sh"),
    });
  });

  it.each(['', undefined])('is none with %j', async (text) => {
    expect(await readHook(name, text === undefined ? {} : { [name]: text }, await directoryWith())).toBeUndefined();
  });

  it.each(['ci/missing.sh', '../elsewhere.sh', 'missing.sh', '.'])('refuses the path %j', async (text) => {
    const error = await errorOf(async () => readHook(name, { [name]: text }, await directoryWith()));
    expect([error.code, error.exitStatus]).toEqual(['bad-option', 2]);
    expect(error.message).toContain(`${name} names ${text}`);
  });
});
