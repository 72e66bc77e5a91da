import { describe, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { nameFor, RUNTIME_PACKAGES } from '../../../../src/audit/runtime-packages.js';
import type { RawOptions } from '../../../../src/options/table.js';
import { readSmokeOptions, type SmokeOptions } from '../../../../src/options/sections/smoke.js';
import { temporary } from '../../../support/checkout.js';
import { errorOf } from '../../support/errors.js';

const NO_MORE = { isAsked: false, packages: [], services: [], writable: false };
const NOTHING: SmokeOptions = { test: 'boot', env: {}, timeout: undefined, image: undefined, ...NO_MORE };

const read = (raw: RawOptions, env = {}): Promise<SmokeOptions | undefined> => readSmokeOptions(raw, '/src', env);

describe('readSmokeWishes', () => {
  it('is a boot where nothing was said', async () => {
    expect(await read({})).toEqual(NOTHING);
  });

  it('is nothing where it is off', async () => {
    expect(await read({ 'smoke-test': 'off' })).toBeUndefined();
  });

  it('reads the rest', async () => {
    const raw = {
      'smoke-test': ' eval ',
      'smoke-env': ['A=b c', 'SECRET'],
      'smoke-timeout': '90',
      'runtime-image': 'ubuntu:noble',
      'runtime-packages': 'libssl3 libvips42,libssl3',
    };
    expect(await read(raw, { SECRET: 's' })).toEqual({
      test: 'eval',
      env: { A: 'b c', SECRET: 's' },
      timeout: 90,
      image: 'ubuntu:noble',
      packages: ['libssl3', 'libvips42'],
      services: [],
      writable: false,
      isAsked: true,
    });
  });

  it('reads what runs beside the release, with values in quotes and from the environment', async () => {
    const raw = {
      'smoke-services': [`db postgres:17 POSTGRES_PASSWORD=x OPTIONS="-c 'a b'" EMPTY=`],
      'smoke-writable': 'true',
    };
    expect(await read(raw)).toMatchObject({
      services: [{ name: 'db', image: 'postgres:17', env: { POSTGRES_PASSWORD: 'x', OPTIONS: "-c 'a b'", EMPTY: '' } }],
      writable: true,
    });
    const two = 'db postgres:17 TOKEN\n\n  cache redis:8 ';
    expect((await read({ 'smoke-services': two }, { TOKEN: 's' }))?.services).toEqual([
      { name: 'db', image: 'postgres:17', env: { TOKEN: 's' } },
      { name: 'cache', image: 'redis:8', env: {} },
    ]);
  });

  it('takes every name for a package that an audit gives', async () => {
    const names = RUNTIME_PACKAGES.flatMap(({ debian, ubuntu, rhel, alpine }) =>
      [debian, ubuntu, rhel, alpine].flatMap((name) =>
        name === undefined ? [] : [nameFor(name, '2.31'), nameFor(name, '2.41')],
      ),
    );
    expect(names).toEqual(expect.arrayContaining(['libpq.so.5()(64bit)', 'so:libpq.so.5', 'libssl3t64']));
    const options = await read({ 'runtime-packages': names.join(' ') });
    expect(options?.packages).toEqual([...new Set(names)]);
  });

  it('takes a script of the checkout, also one that is called like a word', async () => {
    await using checkout = await temporary();
    await mkdir(path.join(checkout.path, 'ci'));
    for (const name of ['ci/smoke.sh', 'boot']) {
      await writeFile(path.join(checkout.path, name), 'true\n');
      const requested = name === 'boot' ? './boot' : name;
      const options = await readSmokeOptions({ 'smoke-test': requested }, checkout.path, {});
      expect(options?.test).toEqual({ script: path.join(checkout.path, name) });
    }
  });

  it.each<[RawOptions, RegExp]>([
    [{ 'smoke-test': 'bot' }, /smoke-test is 'bot', which is neither boot, eval nor off.*does not exist/],
    [{ 'smoke-timeout': '0' }, /smoke-timeout/],
    [{ 'smoke-timeout': '1.5' }, /smoke-timeout/],
    [{ 'smoke-env': 'NOT_SET_HERE' }, /smoke-env names NOT_SET_HERE/],
    [{ 'runtime-image': 'Not An Image' }, /runtime-image/],
    [{ 'smoke-services': 'db' }, /smoke-services has no image for db/],
    [{ 'smoke-services': 'db A=b' }, /smoke-services has no image for db/],
    [{ 'smoke-services': 'postgres:17' }, /smoke-services has a service 'postgres:17'/],
    [{ 'smoke-services': 'localhost postgres:17' }, /smoke-services has a service 'localhost'/],
    [{ 'smoke-services': 'Db postgres:17' }, /smoke-services has a service 'Db'/],
    [{ 'smoke-services': 'db Not:An:Image' }, /smoke-services/],
    [{ 'smoke-services': 'db postgres:17 1=x' }, /smoke-services has '1' for db, which is no variable/],
    [{ 'smoke-services': 'db postgres:17 NOT_HERE' }, /smoke-services names NOT_HERE for db, which is not set here/],
    [{ 'smoke-services': 'db postgres:17 A="b' }, /a quote that does not end: 'db postgres:17 A'/],
    [{ 'smoke-services': 'db a:1\ndb b:1' }, /smoke-services names db twice/],
    [
      { 'smoke-test': 'off', 'smoke-services': 'db a:1' },
      /smoke-services is for the smoke test, and smoke-test is off/,
    ],
    [{ 'smoke-test': 'off', 'smoke-writable': 'true' }, /smoke-writable is for the smoke test/],
    [{ 'runtime-packages': '--allow' }, /runtime-packages has '--allow'/],
    [{ 'runtime-packages': 'a(b' }, /runtime-packages has 'a\(b'/],
    [{ 'runtime-packages': '$(id)' }, /runtime-packages has '\$\(id\)'/],
    [{ 'runtime-packages': 'a($b)' }, /runtime-packages has 'a\(\$b\)'/],
    [{ 'runtime-packages': '(64bit)' }, /runtime-packages has '\(64bit\)'/],
  ])('refuses %j', async (raw, message) => {
    const error = await errorOf(() => read(raw));
    expect(error.code).toBe('bad-option');
    expect(error.message).toMatch(message);
  });
});
