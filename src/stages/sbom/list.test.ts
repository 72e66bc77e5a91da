import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { findTarget } from '../../targets/find.js';
import { auditRelease } from '../../audit/audit.js';
import { emulator, GNU, library, nif, release } from '../../../test/unit/audit/support/releases.js';
import { directoryWith, type Tree } from '../../../test/unit/support/files.js';
import { PROBE } from '../../../test/unit/support/probe.js';
import { componentOf, needsOf, origin, propertiesOf, validBom, type BomFile } from '../../../test/unit/support/sbom.js';
import { listOf } from './list.js';
import type { Origin } from './origins.js';

const DATE = new Date('2026-01-02T03:04:05Z');
const COMMIT = 'c0ffee'.padEnd(40, '0');
const SUM = 'ab'.repeat(32);

function app(name: string, version: string, needs: readonly string[] = [], more = ''): Tree {
  const text = `{application,${name},[{vsn,"${version}"},{applications,[${needs.join(',')}]}${more}]}.\n`;
  return { [`lib/${name}-${version}/ebin/${name}.app`]: text };
}

const RELEASE: Tree = {
  ...release(),
  ...app('kernel', '10.2.7'),
  ...app('stdlib', '6.2.2', ['kernel']),
  ...app('elixir', '1.18.3', ['kernel', 'stdlib']),
  ...app('runtime_tools', '2.1'),
  ...app('crypto', '5.5', ['kernel', 'stdlib']),
  'lib/crypto-5.5/priv/lib/crypto.so': library({ needed: ['libcrypto.so.3', 'libc.so.6'] }),
  ...app('web', '0.1.0', ['kernel', 'stdlib', 'elixir', 'jason', 'helper', 'absent']),
  'lib/web-0.1.0/priv/nif.so': nif(),
  ...app('jason', '1.4.4', ['kernel', 'stdlib', 'elixir']),
  ...app('helper', '2.0.0', ['jason'], ',{included_applications,[crypto]},{licenses,["MIT"]}'),
  'bin/tool': nif(),
};

const ORIGINS: readonly Origin[] = [
  origin('web', 'project', { path: '', licenses: ['Proprietary of Ours'] }),
  origin('jason', 'hex', {
    licenses: ['apache-2.0'],
    links: [
      ['GitHub', 'https://github.com/michalmuskala/jason'],
      ['Evil', 'javascript:alert(1)'],
    ],
    hex: { name: 'jason', version: '1.4.4', repo: 'hexpm', checksum: SUM.toUpperCase() },
  }),
  origin('helper', 'git', {
    git: { url: 'https://user:secret@github.com/Octo/Helper.git', commit: COMMIT, directory: null },
  }),
];

interface Changes {
  readonly tree?: Tree;
  readonly apps?: readonly Origin[];
  readonly locks?: Readonly<Record<string, string>>;
  readonly audited?: boolean;
  readonly os?: string;
}

async function textOf({ tree = RELEASE, apps = ORIGINS, locks = {}, audited = true, os }: Changes = {}) {
  const directory = await directoryWith(tree);
  const target = findTarget(GNU);
  const audit = audited
    ? await auditRelease(directory, { target, glibc: '2.41', allowedLibraries: [], except: [] })
    : undefined;
  return listOf(JSON.stringify({ apps, locks }), directory, DATE, {
    ...{ facts: { name: 'web', version: '0.1.0' }, probe: { ...PROBE, ...(os && { os }) }, audit, target },
    ...{ method: 'native', image: { reference: 'hexpm/elixir:1', digest: 'sha256:abc' } },
  });
}

const listed = async (changes: Changes = {}): Promise<BomFile> => validBom((await textOf(changes)).text);

describe('the list of a release', () => {
  it('is valid, and begins with the release, its target and its image', async () => {
    const bom = await listed();
    expect(bom.specVersion).toBe('1.6');
    expect(bom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(bom.metadata.timestamp).toBe('2026-01-02T03:04:05.000Z');
    expect(bom.metadata.component).toMatchObject({ type: 'application', name: 'web', version: '0.1.0' });
    expect(propertiesOf(bom.metadata.component)).toMatchObject({
      ...{ target: GNU, libc: 'glibc', image: 'hexpm/elixir:1', 'image-digest': 'sha256:abc', method: 'native' },
      ...{ otp: '27.3.4.1', elixir: '1.18.3', erts: '15.2.7', 'packages:debian': 'libssl3' },
    });
  });

  it('names packages with checksum, licence and links, and nothing that could run or is secret', async () => {
    const { text } = await textOf();
    expect(text).not.toMatch(/secret|javascript/);
    const bom = await validBom(text);
    expect(componentOf(bom, 'jason')).toMatchObject({
      ...{ version: '1.4.4', purl: 'pkg:hex/jason@1.4.4', hashes: [{ alg: 'SHA-256', content: SUM }] },
      licenses: [{ license: { id: 'Apache-2.0', acknowledgement: 'declared' } }],
      externalReferences: [
        { type: 'vcs', url: 'https://github.com/michalmuskala/jason' },
        { type: 'distribution', url: 'https://repo.hex.pm/tarballs/jason-1.4.4.tar' },
      ],
    });
    const helper = componentOf(bom, 'helper');
    expect(helper).toMatchObject({
      ...{ version: '2.0.0', purl: `pkg:github/octo/helper@${COMMIT}`, licenses: [{ license: { id: 'MIT' } }] },
      externalReferences: [{ type: 'vcs', url: 'https://github.com/Octo/Helper.git' }],
    });
    expect(propertiesOf(helper)).toMatchObject({ origin: 'git', commit: COMMIT });
    expect(propertiesOf(componentOf(bom, 'web'))).toEqual({
      ...{ target: GNU, libc: 'glibc', image: 'hexpm/elixir:1', 'image-digest': 'sha256:abc', method: 'native' },
      ...{ otp: '27.3.4.1', elixir: '1.18.3', erts: '15.2.7', system: 'debian 13' },
      ...{ 'packages:debian': 'libssl3', 'packages:ubuntu': 'libssl3', 'packages:rhel': 'openssl-libs' },
    });
  });

  it('has Elixir, the applications of OTP, and the runtime', async () => {
    const bom = await listed();
    expect(componentOf(bom, 'erlang')).toMatchObject({
      ...{ type: 'framework', version: '27.3.4.1', purl: 'pkg:generic/erlang@27.3.4.1' },
      cpe: 'cpe:2.3:a:erlang:erlang\\/otp:27.3.4.1:*:*:*:*:*:*:*',
    });
    expect(propertiesOf(componentOf(bom, 'erlang'))).toEqual({ 'vex-product': 'pkg:github/erlang/otp@OTP-27.3.4.1' });
    expect(componentOf(bom, 'erts')).toMatchObject({ version: '15.2.7', purl: 'pkg:otp/erts@15.2.7' });
    expect(componentOf(bom, 'crypto')).toMatchObject({ version: '5.5', purl: 'pkg:otp/crypto@5.5' });
    expect(componentOf(bom, 'elixir')).toMatchObject({ purl: 'pkg:otp/elixir@1.18.3' });
    expect(['crypto', 'elixir'].map((name) => propertiesOf(componentOf(bom, name)).origin)).toEqual(['otp', 'elixir']);
  });

  it('has each ELF file with its hash, below what it belongs to', async () => {
    const bom = await listed();
    const filesOf = (name: string) =>
      componentOf(bom, name).components?.map((file) => [file.name, file.type, file.hashes?.[0]?.content]) ?? [];
    const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
    expect(filesOf('crypto').map(([name]) => name)).toEqual(['lib/crypto-5.5/priv/lib/crypto.so']);
    expect(filesOf('erts')).toContainEqual(['erts-15.2.7/bin/beam.smp', 'file', sha256(emulator())]);
    expect(bom.components.find(({ 'bom-ref': ref }) => ref === 'lib/web-0.1.0')?.components).toContainEqual({
      ...{ type: 'file', 'bom-ref': 'lib/web-0.1.0/priv/nif.so', name: 'lib/web-0.1.0/priv/nif.so' },
      hashes: [{ alg: 'SHA-256', content: sha256(nif()) }],
    });
    // What is in no application belongs to the release.
    expect(bom.metadata.component.components?.map(({ name }) => name)).toEqual(['bin/tool']);
  });

  it('says what depends on what', async () => {
    const bom = await listed();
    const refs = bom.dependencies.find(({ ref }) => ref === 'lib/web-0.1.0')?.dependsOn;
    expect(refs).toEqual([
      ...['lib/elixir-1.18.3', 'lib/helper-2.0.0', 'lib/jason-1.4.4', 'lib/kernel-10.2.7', 'lib/stdlib-6.2.2'],
      'system:glibc',
    ]);
    expect(needsOf(bom, 'helper')).toEqual(['crypto', 'jason']);
    expect(needsOf(bom, 'crypto')).toEqual(['kernel', 'stdlib', 'glibc', 'libcrypto.so.3']);
    expect(needsOf(bom, 'kernel')).toEqual(['erts']);
    expect(needsOf(bom, 'erts')).toEqual(['erlang', 'glibc']);
    // What nothing else needs, as the project's own applications and those of the release's list.
    const release = bom.dependencies.find(({ ref }) => ref === 'release')?.dependsOn;
    expect(release).toEqual(['lib/runtime_tools-2.1', 'lib/web-0.1.0', 'package:libssl3']);
  });

  it('says what the machine has to have, and that it is not inside', async () => {
    const bom = await listed();
    const outside = bom.components.filter((each) => propertiesOf(each).included === 'no');
    expect(outside.map(({ name, scope, version }) => [name, scope, version])).toEqual([
      ['libssl3', 'required', undefined],
      ['glibc', 'required', undefined],
      ['libcrypto.so.3', 'required', undefined],
    ]);
    expect(outside.map(({ purl }) => purl)).toEqual(['pkg:deb/debian/libssl3?distro=debian-13', undefined, undefined]);
    const unaudited = await listed({ audited: false });
    expect(propertiesOf(unaudited.metadata.component).requirements).toBe('not audited');
    expect(unaudited.components.some((each) => propertiesOf(each).included === 'no')).toBe(false);
    const elsewhere = await listed({ os: 'slackware 15' });
    expect(elsewhere.components.some(({ name }) => name === 'libssl3')).toBe(false);
  });

  it('has the same bytes in whatever order things come, and others where something differs', async () => {
    const { text } = await textOf();
    const turned = Object.fromEntries(Object.entries(RELEASE).toReversed());
    expect((await textOf({ tree: turned, apps: ORIGINS.toReversed() })).text).toBe(text);
    const other = await listed({ tree: { ...RELEASE, 'lib/web-0.1.0/priv/more.so': nif() } });
    expect(other.serialNumber).not.toBe((await validBom(text)).serialNumber);
  });
});

describe('the list of what files have in them', () => {
  const text = (words: string): Buffer => Buffer.concat([Buffer.from([0]), Buffer.from(words), Buffer.from([0])]);
  const ZLIB = text(' inflate 1.3.1 Copyright 1995-2024 Mark Adler ');
  const OPENSSL = text('OpenSSL 3.5.7 9 Jun 2026');

  it('names libraries by the version that a file says, and not those that it is only compiled with', async () => {
    const tree = {
      ...RELEASE,
      'erts-15.2.7/bin/beam.smp': Buffer.concat([
        emulator(),
        Buffer.from('\u00ff8.45 2021-06-15\0'),
        text('8.99 2021-06-15x'),
        ZLIB,
      ]),
      'lib/crypto-5.5/priv/lib/crypto.so': Buffer.concat([library({ needed: ['libcrypto.so.3'] }), OPENSSL]),
      'lib/web-0.1.0/priv/nif.so': Buffer.concat([nif(), Buffer.alloc(1024 * 1024 - 10), OPENSSL]),
      'lib/web-0.1.0/priv/note.txt': ZLIB,
      'bin/tool': Buffer.concat([nif(), ZLIB, text('8.45 2021-06-15')]),
    };
    const bom = await listed({ tree });
    const embedded = bom.components.filter((each) => propertiesOf(each).origin === 'embedded');
    expect(embedded.map(({ name, version, purl }) => [name, version, purl])).toEqual([
      ['zlib', '1.3.1', 'pkg:generic/zlib@1.3.1'],
      ['pcre', '8.45', 'pkg:generic/pcre@8.45'],
      ['zlib', '1.3.1', 'pkg:generic/zlib@1.3.1'],
      ['openssl', '3.5.7', 'pkg:generic/openssl@3.5.7'],
    ]);
    expect(embedded.map((each) => propertiesOf(each)['found-in'])).toEqual([
      ...['bin/tool', 'erts-15.2.7/bin/beam.smp', 'erts-15.2.7/bin/beam.smp', 'lib/web-0.1.0/priv/nif.so'],
    ]);
    expect(embedded[3]?.cpe).toBe('cpe:2.3:a:openssl:openssl:3.5.7:*:*:*:*:*:*:*');
    expect(needsOf(bom, 'erts')).toEqual(['erlang', 'pcre', 'zlib', 'glibc']);
    expect(bom.dependencies.find(({ ref }) => ref === 'release')?.dependsOn).toContain('bin/tool#zlib');
  });
});

describe('the list of a release without a runtime', () => {
  it('names the Erlang of the machine as what is needed, of no version', async () => {
    const bare = Object.entries(RELEASE).filter(([file]) => !/^erts|^lib\/(?:kernel|stdlib|crypto|runtime)/.test(file));
    const bom = await listed({ tree: Object.fromEntries(bare), audited: false });
    expect(componentOf(bom, 'erlang')).toMatchObject({ scope: 'required' });
    expect(componentOf(bom, 'erlang').purl).toBeUndefined();
    expect(propertiesOf(componentOf(bom, 'erlang'))).toEqual({
      ...{ included: 'no', 'built-with': '27.3.4.1', 'built-with-erts': '15.2.7' },
    });
    expect(needsOf(bom, 'elixir')).toEqual(['erlang']);
    expect(bom.components.some(({ name }) => name === 'erts')).toBe(false);
  });

  it('does not take the version of the builder for that of another runtime', async () => {
    const other = Object.entries(RELEASE).map(([file, node]) => [file.replace('erts-15.2.7', 'erts-15.2.6'), node]);
    const bom = await listed({ tree: Object.fromEntries(other) as Tree, audited: false });
    expect(componentOf(bom, 'erlang').version).toBeUndefined();
    expect(componentOf(bom, 'erlang').cpe).toBeUndefined();
    expect(componentOf(bom, 'erts').version).toBe('15.2.6');
  });
});

describe('the list of packages from elsewhere', () => {
  const one = async (changed: Partial<Origin>): Promise<BomFile['components'][number]> =>
    componentOf(await listed({ apps: [{ ...origin('jason', 'hex'), ...changed }] }), changed.hex?.name ?? 'jason');
  const hex = { name: 'jason', version: '1.4.4', repo: 'hexpm', checksum: null };

  it('does not take what is not from hex.pm for what has its name there', async () => {
    expect((await one({ hex: { ...hex, repo: 'hexpm:acme' } })).purl).toBe('pkg:hex/acme/jason@1.4.4');
    const private_ = await one({ hex: { ...hex, repo: 'acme' } });
    expect(private_.purl).toBe('pkg:generic/acme/jason@1.4.4');
    expect(private_.hashes).toBeUndefined();
    expect(propertiesOf(private_)).toEqual({ origin: 'hex', repository: 'acme' });
    expect((await one({ kind: 'path', path: 'libs/jason' })).purl).toBeUndefined();
  });

  it('says which application a package of another name has', async () => {
    const renamed = await one({ hex: { ...hex, name: 'jason_fork', version: '9.9.9' } });
    expect(renamed).toMatchObject({ name: 'jason_fork', version: '9.9.9', purl: 'pkg:hex/jason_fork@9.9.9' });
    expect(propertiesOf(renamed)).toMatchObject({ application: 'jason', 'application-version': '1.4.4' });
  });

  it.each([
    ['git@github.com:octo/jason.git', `pkg:github/octo/jason@${COMMIT}`],
    ['ssh://git@github.com/octo/jason', `pkg:github/octo/jason@${COMMIT}`],
    ['https://github.com/octo/jason.git?token=secret#secret', `pkg:github/octo/jason@${COMMIT}`],
    [
      'https://oauth2:secret@git.example.com/a/b.git',
      `pkg:generic/jason@1.4.4?vcs_url=git+https://git.example.com/a/b.git@${COMMIT}`,
    ],
    ['git@git.example.com:a/b.git', `pkg:generic/jason@1.4.4?vcs_url=git+ssh://git@git.example.com/a/b.git@${COMMIT}`],
    ['/srv/git/secret', undefined],
    ['not an address', undefined],
    [
      'https://evil.example/github.com/octo/jason',
      `pkg:generic/jason@1.4.4?vcs_url=git+https://evil.example/github.com/octo/jason@${COMMIT}`,
    ],
  ])('names the repository %s without its secrets', async (url, purl) => {
    const { text } = await textOf({
      apps: [origin('jason', 'git', { git: { url, commit: COMMIT, directory: null } })],
    });
    expect(text).not.toContain('secret');
    const found = componentOf(await validBom(text), 'jason').purl;
    expect(found && decodeURIComponent(found)).toBe(purl);
  });

  it('has the directory of an application in its repository', async () => {
    const git = { url: 'https://github.com/octo/mono', commit: COMMIT, directory: 'apps/jason' };
    expect((await one({ kind: 'git', git })).purl).toBe(`pkg:github/octo/mono@${COMMIT}#apps/jason`);
  });

  it('says so where it does not know where an application comes from', async () => {
    expect(propertiesOf(componentOf(await listed({ apps: [] }), 'jason'))).toEqual({ origin: 'unknown' });
  });

  it('takes a dependency that has the name of an application of OTP for the dependency', async () => {
    const apps = [origin('crypto', 'path', { path: 'libs/crypto' })];
    const crypto = componentOf(await listed({ apps }), 'crypto');
    expect([crypto.purl, propertiesOf(crypto).origin]).toEqual([undefined, 'path']);
  });
});

describe('the list with hostile names', () => {
  const HOSTILE = '"><script>\u0000\u202e\\ \u00fc %0a../../x ${{ secrets.X }}';

  it('is valid, whatever packages call themselves', async () => {
    const apps = ['jason', 'helper'].map((name) =>
      origin(name, 'hex', {
        ...{ path: HOSTILE, licenses: [HOSTILE, '', 'MIT', 'MIT', 'MIT OR Apache-2.0'] },
        links: [
          [HOSTILE, `https://example.com/${HOSTILE}?a|b^c=[d]`],
          ['', 'https://[::1'],
          ['x', 'https://user:secret@example.com/%zz'],
          ['x', `data:text/html,${HOSTILE}`],
        ],
        hex: { name: HOSTILE, version: HOSTILE, repo: HOSTILE, checksum: 'no checksum' },
      }),
    );
    const { text } = await textOf({ apps });
    expect(text).not.toContain('secret@');
    const bom = await validBom(text);
    const component = componentOf(bom, HOSTILE);
    expect(component.hashes).toBeUndefined();
    expect(component.licenses?.map(({ license }) => license?.id ?? license?.name)).toEqual([
      ...[HOSTILE.trim(), 'MIT', 'MIT OR Apache-2.0'],
    ]);
  });

  it('is valid for a release whose applications are damaged or called anything', async () => {
    const tree = {
      ...RELEASE,
      'lib/broken-1.0/ebin/broken.app': '{application, broken, [',
      'lib/other-2.0/ebin/other.app': '[].',
      'lib/empty-3.0': { directory: true as const },
      'lib/\u00fc"\\ -1/ebin/x.app': '{application,x,[]}.',
      'lib/jason-1.4.3/ebin/jason.app': '{application,jason,[{vsn,"1.4.3"},{applications,[jason]}]}.',
      'lib/plain/ebin/plain.app': '{application,plain,[]}.',
    };
    const bom = await listed({ tree, audited: false });
    const unknown = bom.components.filter((each) => propertiesOf(each).origin === 'unknown');
    expect(unknown.map(({ name, version }) => [name, version])).toEqual([
      ['broken', '1.0'],
      ['empty', '3.0'],
      ['other', '2.0'],
      ['plain', undefined],
      ['\u00fc"\\ ', '1'],
    ]);
  });
});
