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

  it.each(['mix assets.deploy', 'make', 'npm ci\nmix assets.deploy', '#!/bin/bash\ntrue'])(
    'takes %j for commands',
    async (text) => {
      expect(await readHook(name, { [name]: text }, await directoryWith())).toEqual({ text });
    },
  );

  it.each(['', undefined])('is none with %j', async (text) => {
    expect(await readHook(name, text === undefined ? {} : { [name]: text }, await directoryWith())).toBeUndefined();
  });

  it.each(['ci/missing.sh', '../elsewhere.sh', 'missing.sh', '.'])('refuses the path %j', async (text) => {
    const error = await errorOf(async () => readHook(name, { [name]: text }, await directoryWith()));
    expect([error.code, error.exitStatus]).toEqual(['bad-option', 2]);
    expect(error.message).toContain(`${name} names ${text}`);
  });
});
