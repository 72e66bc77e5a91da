import { describe, expect, it } from '@jest/globals';
import { builderPackages, ownersIn } from './builder-packages.js';
import { fakeEngine } from '../../../test/support/fake-engine/engine.js';

const FILES = [
  'file libpq.so.5 /lib/x86_64-linux-gnu/libpq.so.5',
  'file libpq.so.5 /usr/lib/x86_64-linux-gnu/libpq.so.5',
];

describe('ownersIn', () => {
  it.each<[string, readonly string[], string | undefined]>([
    ['dpkg', ['libpq5:amd64: /usr/lib/x86_64-linux-gnu/libpq.so.5'], 'libpq5'],
    ['dpkg, before the merge with /usr', ['libpq5: /lib/x86_64-linux-gnu/libpq.so.5'], 'libpq5'],
    ['dpkg, of two packages', ['libpq5:amd64, libpq5:arm64: /lib/x86_64-linux-gnu/libpq.so.5'], 'libpq5'],
    ['dpkg, of what was put aside', ['diversion by x from: /lib/x86_64-linux-gnu/libpq.so.5'], undefined],
    ['apk', ['/lib/x86_64-linux-gnu/libpq.so.5 is owned by libpq-17.2-r0'], 'libpq'],
    ['apk, of a link', ['/lib/x86_64-linux-gnu/libpq.so.5 symlink target is owned by lib-pq5-17.2_p1-r12'], 'lib-pq5'],
    ['rpm', ['libpq: /usr/lib/x86_64-linux-gnu/libpq.so.5'], 'libpq'],
    ['rpm, of what it does not own', ['file /lib/x86_64-linux-gnu/libpq.so.5 is not owned by any package'], undefined],
    ['nobody', [], undefined],
  ])('reads what is printed by %s', (_, lines, owner) => {
    expect(ownersIn([...FILES, ...lines]).get('libpq.so.5')).toBe(owner);
  });
});

describe('builderPackages', () => {
  async function asked(os: string, libc: string, libraries: readonly string[]) {
    const commands: (readonly string[])[] = [];
    const engine = fakeEngine({
      handlers: {
        run: ({ argv }) => {
          commands.push(argv);
          return { lines: [...FILES, 'libpq5:amd64: /usr/lib/x86_64-linux-gnu/libpq.so.5'] };
        },
      },
    });
    const { id } = engine.addImage({ names: ['builder:1'] });
    const container = await engine.containers.start({
      image: id,
      platform: 'linux/amd64',
      user: 'builder',
      labels: {},
    });
    return { found: await builderPackages(container, { os, libc }, libraries), commands };
  }

  it.each([
    ['debian 13', 'glibc', 'debian'],
    ['ubuntu 24.04', 'glibc', 'ubuntu'],
    ['fedora 42', 'glibc', 'rhel'],
    ['alpine 3.22.1', 'musl', 'alpine'],
  ])('asks the database of %s', async (os, libc, family) => {
    const { found } = await asked(os, libc, ['libpq.so.5']);
    expect(found).toEqual({ family, names: new Map([['libpq.so.5', 'libpq5']]) });
  });

  it.each([
    ['debian 13', 'musl', ['libpq.so.5']],
    ['slackware 15', 'glibc', ['libpq.so.5']],
    ['debian 13', 'glibc', []],
    ['debian 13', 'glibc', ['$(id).so', 'a/../b.so']],
  ])('asks nobody in %s with %s for %j', async (os, libc, libraries) => {
    expect(await asked(os, libc, libraries)).toEqual({ found: undefined, commands: [] });
  });
});
