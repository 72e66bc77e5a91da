import { beforeEach, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import type { RawOptions } from '../../../../src/options/table.js';
import { readOption } from '../../../../src/options/read.js';
import { fileInCheckout, readBuilderOptions } from '../../../../src/options/sections/builder.js';
import { errorOf } from '../../support/errors.js';
import { directoryWith } from '../../support/files.js';

let root = '';
let checkout = '';

beforeEach(async () => {
  root = await directoryWith({
    outside: 'x',
    'checkout-two/Dockerfile': 'x',
    'checkout/Dockerfile': 'x',
    'checkout/ci/..odd': 'x',
    'checkout/ci/prepare.sh': 'x',
    'checkout/ci/link': { linkTo: 'prepare.sh' },
    'checkout/ci/dangling': { linkTo: 'nowhere' },
  });
  checkout = path.join(root, 'checkout');
});

describe('readBuilderWishes', () => {
  it('has none where nothing was asked for', async () => {
    expect(await readBuilderOptions({}, checkout)).toEqual({
      packages: [],
      dockerfile: undefined,
      repository: undefined,
    });
  });

  it.each<[RawOptions['packages'], readonly string[]]>([
    ['libsqlite3-dev', ['libsqlite3-dev']],
    ['libsqlite3-dev pkg-config', ['libsqlite3-dev', 'pkg-config']],
    ['libsqlite3-dev,pkg-config', ['libsqlite3-dev', 'pkg-config']],
    ['libsqlite3-dev\npkg-config\n', ['libsqlite3-dev', 'pkg-config']],
    [
      ['zlib1g-dev', 'cmake,pkg-config'],
      ['zlib1g-dev', 'cmake', 'pkg-config'],
    ],
    ['b a b', ['b', 'a']],
    ['g++ libstdc++6 7zip', ['g++', 'libstdc++6', '7zip']],
    ['libssl-dev=3.5.1-1 libc6:arm64 gcc~13', ['libssl-dev=3.5.1-1', 'libc6:arm64', 'gcc~13']],
    [' , ', []],
  ])('reads packages %j', async (packages, names) => {
    expect((await readBuilderOptions({ packages: packages ?? '' }, checkout)).packages).toEqual(names);
  });

  it.each(['ghcr.io/team/mix-release-builder', 'team/builder', 'localhost:5000/builder'])(
    'takes the repository %s',
    async (name) => {
      expect((await readBuilderOptions({ 'builder-repository': ` ${name} ` }, checkout)).repository).toBe(name);
    },
  );

  it('takes a Dockerfile by its path in the checkout', async () => {
    expect((await readBuilderOptions({ dockerfile: 'Dockerfile' }, checkout)).dockerfile).toBe(
      path.join(checkout, 'Dockerfile'),
    );
  });

  it.each<[RawOptions, string, string]>([
    [{ packages: '--allow-unauthenticated' }, "'--allow-unauthenticated'", 'options of the package manager'],
    [{ packages: 'cmake -y' }, "'-y'", 'options of the package manager'],
    [{ packages: ['cmake', '-o=x'] }, "'-o=x'", 'options of the package manager'],
    [{ packages: 'a;id' }, "'a;id'", 'options of the package manager'],
    [{ packages: '$(id)' }, "'$(id)'", 'options of the package manager'],
    [{ packages: '/tmp/x.deb' }, "'/tmp/x.deb'", 'options of the package manager'],
    [{ packages: '../x.deb' }, "'../x.deb'", 'options of the package manager'],
    [{ packages: 'CMake' }, "'CMake'", 'options of the package manager'],
    [{ dockerfile: 'Dockerfile', packages: 'cmake' }, 'dockerfile and packages', 'in that Dockerfile'],
    [{ 'builder-repository': 'ghcr.io/team/builder:latest' }, 'names one image', 'Leave the tag out'],
    [{ 'builder-repository': `team/builder@sha256:${'0'.repeat(64)}` }, 'names one image', 'Leave the tag out'],
    [{ 'builder-repository': 'https://ghcr.io/team/builder' }, 'does not name an image', '[host'],
    [{ 'builder-repository': 'ghcr.io/Team/builder' }, 'does not name an image', '[host'],
  ])('refuses %j', async (raw, says, next) => {
    const error = await errorOf(() => readBuilderOptions(raw, checkout));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
    expect(error.message).toContain(says);
    expect(error.next).toContain(next);
  });
});

describe.each(['dockerfile', 'before-build'] as const)('fileInCheckout for %s', (name) => {
  const find = (text: string | undefined): Promise<string | undefined> =>
    fileInCheckout(name, readOption(name, text === undefined ? {} : { [name]: text }), checkout);

  it.each(['', '  ', undefined])('is undefined for %j', async (text) => {
    expect(await find(text)).toBeUndefined();
  });

  it.each(['ci/prepare.sh', './ci//prepare.sh', ' ci/prepare.sh\n', 'ci/../ci/prepare.sh', 'ci/link', 'ci/..odd'])(
    'finds %j',
    async (text) => {
      expect(await find(text)).toBe(path.join(checkout, text.trim()));
    },
  );

  it('takes an absolute path inside the checkout', async () => {
    const file = path.join(checkout, 'ci/prepare.sh');
    expect(await find(file)).toBe(file);
  });

  it.each([
    ['ci/gone', 'does not exist'],
    ['ci/dangling', 'does not exist'],
    ['../nowhere', 'does not exist'],
    ['Dockerfile/x', 'does not exist'],
    ['ci', 'is not a file'],
    ['.', 'is not a file'],
    ['..', 'is not a file'],
    ['../outside', 'lies outside the checkout'],
    ['../checkout-two/Dockerfile', 'lies outside the checkout'],
    ['/etc/passwd', 'lies outside the checkout'],
  ])('refuses %s, which %s', async (text, why) => {
    const error = await errorOf(() => find(text));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2, message: `${name} names ${text}, which ${why}` });
    expect(error.next).toContain(checkout);
  });
});
