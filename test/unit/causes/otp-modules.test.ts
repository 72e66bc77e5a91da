import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { applicationOf } from '../../../src/causes/otp-modules.js';

/** `APPLICATION MODULE` of hexpm/elixir:1.20.4-erlang-29.1.1-debian-forky. */
const OF_OTP = readFileSync(path.join(import.meta.dirname, 'otp-29-modules.txt'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' ') as [string, string]);

describe('applicationOf', () => {
  it('names the application that has the module in OTP, wherever it names one', () => {
    const named = OF_OTP.flatMap(([application, module]) => {
      const found = applicationOf(module);
      return found === undefined ? [] : [[application, found]];
    });
    expect(named.length).toBeGreaterThan(60);
    for (const [application, found] of named) expect(found).toBe(application);
  });

  it.each([
    ['xmerl_scan', 'xmerl'],
    ['httpc', 'inets'],
    ['Elixir.EEx', 'eex'],
  ])('knows %s', (module, application) => {
    expect(applicationOf(module)).toBe(application);
  });

  it.each([
    'ssl_verify_fun',
    'mnesia_rocksdb',
    'lists',
    'kernel',
    'Elixir.Enum',
    'Elixir.Phoenix',
    'tls_certificate_check',
  ])('names none for %s', (module) => {
    expect(applicationOf(module)).toBeUndefined();
  });
});
