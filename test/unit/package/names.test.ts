import { describe, expect, it } from '@jest/globals';
import { packageName } from '../../../src/package/names.js';

const triple = 'x86_64-unknown-linux-gnu';

describe('packageName', () => {
  it.each([
    ['web', '0.1.0', `web-0.1.0-${triple}`],
    ['web_app', '1.0.0-rc.1+build.5', `web_app-1.0.0-rc.1+build.5-${triple}`],
    ['web', '0.1.0 beta', `web-0.1.0_beta-${triple}`],
    ['web', '1/../../etc', `web-1_.._.._etc-${triple}`],
    ['web', '1:2*3?"<>|\r\n\\', `web-1_2_3________-${triple}`],
    ['web', 'grün', `web-gr_n-${triple}`],
  ])('of %s %j is %j', (name, version, expected) => {
    expect(packageName({ name, version }, triple)).toBe(expected);
  });
});
