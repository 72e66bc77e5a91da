import { describe, expect, it } from '@jest/globals';
import { negotiate } from '../../../src/engine/api-version.js';
import { errorOf } from '../support/errors.js';

describe('negotiate', () => {
  it.each([
    ['1.41', '1.12', '1.41'],
    ['1.47', '1.24', '1.47'],
    ['1.51', '1.24', '1.51'],
    ['1.52', '1.44', '1.51'],
    ['1.100', '1.44', '1.51'],
    ['2.0', '1.44', '1.51'],
    ['1.60', '1.55', '1.55'],
  ])('an engine that speaks %s and accepts from %s is spoken to in %s', (ApiVersion, MinAPIVersion, version) => {
    expect(negotiate({ ApiVersion, MinAPIVersion })).toBe(version);
  });

  it.each(['1.40', '1.9', '1.5', '0.99'])('refuses an engine that speaks only %s', async (ApiVersion) => {
    const error = await errorOf(() => negotiate({ ApiVersion, MinAPIVersion: '1.1' }));
    expect(error).toMatchObject({ code: 'engine-too-old', exitStatus: 3 });
    expect(error.message).toContain(ApiVersion);
    expect(error.next).toContain('20.10');
  });
});
