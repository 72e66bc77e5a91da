import { describe, expect, it } from '@jest/globals';
import { likelyCauses } from '../../../src/causes/find.js';
import type { Cause, Circumstances } from '../../../src/causes/rule.js';
import { RUNNING } from '../../../src/causes/running/rules.js';

const causeOf = (lines: readonly string[], about: Circumstances = {}): Cause | undefined =>
  likelyCauses(RUNNING, lines, about)[0];

/** What releases print, as they were seen to print it. */
const SEEN: readonly (readonly [string, string, string])[] = [
  [
    'version',
    'GLIBC_2.38',
    "/smoke/release/erts-15.2.7/bin/beam.smp: /lib/x86_64-linux-gnu/libm.so.6: version `GLIBC_2.38' not found (required by /smoke/release/erts-15.2.7/bin/beam.smp)",
  ],
  [
    'library',
    'libtinfo.so.6',
    '/smoke/release/erts-13.1.5/bin/beam.smp: error while loading shared libraries: libtinfo.so.6: cannot open shared object file: No such file or directory',
  ],
  [
    'library',
    'libcrypto.so.3',
    `{:error, {:load_failed, ~c"Failed to load NIF library: 'libcrypto.so.3: cannot open shared object file: No such file or directory'"}}`,
  ],
  [
    'library',
    'libstdc++.so.6',
    'Error loading shared library libstdc++.so.6: No such file or directory (needed by /smoke/release/lib/x/priv/x.so)',
  ],
  [
    'loader',
    'erlexec',
    '/smoke/release/releases/0.1.0/elixir: 255: exec: /smoke/release/erts-15.2.7/bin/erlexec: not found',
  ],
  [
    'environment',
    'MUST_BE_SET',
    'ERROR! Config provider Config.Reader failed with:\n** (RuntimeError) environment variable MUST_BE_SET is missing.',
  ],
  [
    'environment',
    'DATABASE_URL',
    '** (System.EnvError) could not fetch environment variable "DATABASE_URL" because it is not set',
  ],
  ['environment', 'APP_HOST', '/smoke/release/releases/0.1.0/env.sh: 3: APP_HOST: parameter not set'],
  ['environment', 'POOL_SIZE', '** (RuntimeError) POOL_SIZE is not set'],
  ['symbol', 'enif_nothing', `Failed to load NIF library: '/smoke/x.so: undefined symbol: enif_nothing'`],
  ['native', 'Elixir.Nif.Native', 'The on_load function for module Elixir.Nif.Native returned:'],
  ['compile-env', 'hello', 'ERROR! the application :hello has a different value set for key :x during runtime'],
  ['read-only', ':erofs', '** (File.Error) could not write to file "/data/x": :erofs'],
  ['read-only', 'read-only file system', 'could not make directory "/data": read-only file system'],
  ['node-name', "Can't set long node name", "Can't set long node name! Please check your configuration"],
  ['port', 'eaddrinuse', 'Failed to start listener because eaddrinuse'],
  [
    'cookie',
    'Invalid challenge reply',
    '[error] ** Connection attempt from node :x@sealed rejected. Invalid challenge reply. **',
  ],
  ['configuration', 'Config.Reader', 'ERROR! Config provider Config.Reader failed with:'],
];

describe('causeOf', () => {
  it.each(SEEN)('finds %s %s', (name, subject, text) => {
    expect(causeOf(['something before', ...text.split('\n'), 'something after'])).toMatchObject({ name, subject });
  });

  it('names the variable and the input that gives it', () => {
    const cause = causeOf(['environment variable SECRET_KEY_BASE is missing.']);
    expect(cause?.why).toContain('SECRET_KEY_BASE');
    expect(cause?.next).toContain('smoke-env: SECRET_KEY_BASE=VALUE');
  });

  it('names the package of a library, by system', () => {
    const next = causeOf(['libcrypto.so.3: cannot open shared object file'])?.next;
    expect(next).toContain('libssl3 on Debian, libssl3 on Ubuntu');
    expect(next).toContain('libcrypto3 on Alpine');
    expect(next).toContain('runtime-packages');
  });

  it('says what lies beneath and not what follows from it', () => {
    const lines = [
      'The on_load function for module crypto returned:',
      "Failed to load NIF library: 'libcrypto.so.3: cannot open shared object file: No such file or directory'",
    ];
    expect(causeOf(lines)?.name).toBe('library');
  });

  it.each(['hello from hello 0.1.0', 'Application hello exited: :stopped', 'value is not set in stone', ''])(
    'finds nothing in %j',
    (text) => {
      expect(causeOf([text])).toBeUndefined();
    },
  );
});
