import { Ajv } from 'ajv';
import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { collectAssets, type Assets } from '../../../src/distribution/assets.js';
import { installScript, isPlainAddress } from '../../../src/distribution/install-script.js';
import { errorOf } from '../support/errors.js';
import { directoryWith, type Tree } from '../support/files.js';
import { built, factsWith, GNU, MUSL } from './support.js';

const musl = { target: MUSL, libc: 'musl', glibc: null } as const;

async function collect(...trees: readonly Tree[]): Promise<Assets & { readonly output: string }> {
  const directories = await Promise.all(trees.map((tree) => directoryWith(tree)));
  const output = path.join(await directoryWith(), 'assets');
  const request = { directories, output, baseUrl: 'https://example.com/v1', commit: 'a'.repeat(40) };
  return { ...(await collectAssets(request)), output };
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

const SBOM = `hello-1.0.0-${GNU}.cdx.json`;

/** A tarball with its facts and a list of what is inside. */
const withSbom = (): Tree => ({ ...built({ sbom: { file: SBOM, sha256: sha256Of('{}') } }), [SBOM]: '{}' });

/** A tree one level down, as artifacts are downloaded. */
const below = (directory: string, tree: Tree): Tree =>
  Object.fromEntries(Object.entries(tree).map(([name, node]) => [`${directory}/${name}`, node]));

describe('collecting tarballs', () => {
  it('puts those of every target into one directory with an index, sums and a script', async () => {
    const { index, files, output } = await collect(below('one', built()), built(musl, 'more bytes'));
    const names = [`hello-1.0.0-${GNU}.tar.gz`, `hello-1.0.0-${MUSL}.tar.gz`];
    expect(files.map((file) => path.relative(output, file))).toEqual([
      'checksums.txt',
      ...names,
      'install.sh',
      'release.json',
    ]);
    expect((await readdir(output)).sort()).toEqual(files.map((file) => path.basename(file)));
    expect(JSON.parse(await readFile(path.join(output, 'release.json'), 'utf8'))).toEqual(index);
    expect(index).toMatchObject({
      version: 1,
      commit: 'a'.repeat(40),
      releases: [{ name: 'hello', version: '1.0.0' }],
    });
    expect(Object.keys(index.releases[0]?.targets ?? {})).toEqual([GNU, MUSL]);
    expect(index.releases[0]?.targets[GNU]).toMatchObject({
      file: names[0],
      sha256: factsWith().sha256,
      glibc: '2.36',
    });
    const sums = (await readFile(path.join(output, 'checksums.txt'), 'utf8')).trimEnd().split('\n');
    expect(sums.map((line) => line.replace(/^[0-9a-f]{64} {2}/, ''))).toEqual([...names, 'install.sh', 'release.json']);
    expect(sums[0]).toBe(`${factsWith().sha256}  ${names[0] ?? ''}`);
    expect((await stat(path.join(output, 'install.sh'))).mode & 0o111).toBe(0o111);
    expect(await readFile(path.join(output, 'install.sh'), 'utf8')).toContain(
      "default_from='https://example.com/v1'\n",
    );
  });

  it('gives the same bytes in whatever order they come', async () => {
    const read = async ({ files }: Assets): Promise<readonly string[]> =>
      Promise.all(files.map((file) => readFile(file, 'utf8')));
    const one = await read(await collect(built(), built(musl), built({ name: 'admin', version: '2.0.0' })));
    expect(await read(await collect(built({ name: 'admin', version: '2.0.0' }), built(musl), built()))).toEqual(one);
  });

  it('puts the list of what is inside beside its tarball, into the index and into the sums', async () => {
    const { index, files, output } = await collect(below('one', withSbom()), built(musl, 'more bytes'));
    expect(index.releases[0]?.targets[GNU]?.sbom).toEqual({ file: SBOM, sha256: sha256Of('{}') });
    expect(index.releases[0]?.targets[MUSL]?.sbom).toBeUndefined();
    expect(files.map((file) => path.basename(file))).toContain(SBOM);
    expect(await readFile(path.join(output, SBOM), 'utf8')).toBe('{}');
    expect(await readFile(path.join(output, 'checksums.txt'), 'utf8')).toContain(`${sha256Of('{}')}  ${SBOM}\n`);
  });

  it.each([
    [{ [SBOM]: '{"other":1}' }, 'is not the SBOM that'],
    [{ [SBOM]: undefined }, 'names '],
  ])('refuses a tarball whose list is another, or is not there: %#', async (changed, what) => {
    const tree = Object.entries({ ...withSbom(), ...changed }).filter(([, node]) => node !== undefined);
    const error = await errorOf(() => collect(Object.fromEntries(tree) as Tree));
    expect([error.code, error.message.includes(what)]).toEqual(['index-failed', true]);
  });

  it.each(['../x.cdx.json', '/etc/passwd', 'a/b', '.hidden', '', '..'])('takes no list at %j', async (file) => {
    const error = await errorOf(() => collect(built({ sbom: { file, sha256: sha256Of('{}') } })));
    expect(error.message).toContain('cannot be used: its sbom.file');
  });

  it('says of which target no smoke test was run', async () => {
    const { index } = await collect(built(), built({ ...musl, smoke: 'not-run' }));
    expect(Object.values(index.releases[0]?.targets ?? {}).map(({ smoke }) => smoke)).toEqual([undefined, 'not-run']);
  });

  it('can happen where the tarballs are, and again', async () => {
    const directory = await directoryWith(built());
    const request = { directories: [directory], output: directory, baseUrl: undefined, commit: undefined };
    const first = await collectAssets(request);
    expect(await collectAssets(request)).toEqual(first);
    expect(first.index.commit).toBeNull();
  });

  it('takes no archive inside an unpacked release for one', async () => {
    const { index } = await collect({ ...built(), [`hello-1.0.0-${GNU}/lib/x-1/priv/data.tar.gz`]: 'x' });
    expect(Object.keys(index.releases[0]?.targets ?? {})).toEqual([GNU]);
  });

  it('counts the same tarball twice as one', async () => {
    expect((await collect(built(), built())).index.releases).toHaveLength(1);
  });

  it.each([
    [[{}], 'there is no release tarball'],
    [[{ 'x.tar.gz': 'x' }], 'has no x.json next to it'],
    [[{ 'x.tar.gz': 'x', 'x.json': '{}' }], 'cannot be used: its schema'],
    [[{ ...built(), 'x.tar.gz': 'bytes', 'x.json': JSON.stringify(factsWith()) }], 'describes hello-1.0.0'],
    [[{ ...built(), [factsWith().file]: 'bytez' }], 'is not the tarball that'],
    [[built(), built({}, 'others')], 'have the same name but different contents'],
    [[built(), built({ ...musl, version: '1.0.1' })], 'are of different versions of hello'],
    [[built(), built({ version: '1.0.1' })], 'are both hello for x86_64-unknown-linux-gnu'],
  ])('refuses what is no set of one version: %#', async (trees, what) => {
    const error = await errorOf(() => collect(...(trees as readonly Tree[])));
    expect(error.code).toBe('index-failed');
    expect(error.message).toContain(what);
  });
});

describe('install.sh', () => {
  /** What it says on this machine, which has none of these libraries. */
  async function saidFor(more: Parameters<typeof built>[0]): Promise<string> {
    const sbom = { file: SBOM, sha256: sha256Of('{}') };
    const { output } = await collect({ ...built({ glibc: null, sbom, ...more }), [SBOM]: '{}' });
    const args = ['install.sh', '--from', '.', '--check', '--target', GNU];
    // A name that the shell took for a pattern would become the names of the files here.
    const { status, stderr } = spawnSync('sh', args, { cwd: output, encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 3 });
    return stderr;
  }

  it('names packages so that a shell takes the line as it is', async () => {
    const names = ['libnowhere5', 'libnowhere.so.5()(64bit)', 'so:libnowhere.so.5'];
    const packages = { debian: names, ubuntu: names, rhel: names, alpine: names };
    const said = await saidFor({ libraries: ['libnowhere.so.5'], packages });
    expect(said).toContain("libnowhere5 'libnowhere.so.5()(64bit)' so:libnowhere.so.5\n");
  });

  it('names libraries as they are called, whatever a shell makes of such names', async () => {
    const said = await saidFor({ libraries: ['*', 'lib no where.so', '/nowhere/libx.so'] });
    expect(said).toContain('these libraries are not here: * lib no where.so /nowhere/libx.so\n');
  });
});

describe('release.json', () => {
  it('is as docs/release.schema.json says', async () => {
    const schema: unknown = JSON.parse(
      await readFile(new URL('../../../docs/release.schema.json', import.meta.url), 'utf8'),
    );
    const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema as object);
    const packages = { debian: ['libpq5'], ubuntu: [], rhel: ['libpq.so.5()(64bit)'], alpine: ['so:libpq.so.5'] };
    const listed = { sbom: { file: SBOM, sha256: sha256Of('{}') } };
    const { index } = await collect(
      {
        ...withSbom(),
        ...built({ ...listed, libraries: ['libpq.so.5', './lib x.so'], data: ['time-zones'], packages }),
      },
      built(musl),
    );
    // Those of an earlier version say nothing of data.
    expect(Object.values(index.releases[0]?.targets ?? {}).map(({ data }) => data)).toEqual([
      ['time-zones'],
      undefined,
    ]);
    expect({ valid: validate(index), errors: validate.errors }).toEqual({ valid: true, errors: null });
    expect(validate({ ...index, releases: [{ ...index.releases[0], targets: {} }] })).toBe(false);
  });
});

describe('the address in install.sh', () => {
  it.each(['https://github.com/octo/hello/releases/download/v1.0.0', 'http://127.0.0.1:8000', 'https://h/a%20b?c=d'])(
    'may be %s',
    (address) => {
      expect(isPlainAddress(address)).toBe(true);
      expect(installScript(address)).toContain(`default_from='${address}'`);
    },
  );

  it.each(["https://h/'; rm -rf /; '", 'https://h/\nx', 'ftp://h', '/srv/files', 'https://h/`x`', ''])(
    'may not be %j',
    (address) => {
      expect(isPlainAddress(address)).toBe(false);
    },
  );

  it('is nothing where nobody gave one', () => {
    expect(installScript(undefined)).toContain("default_from=''\n");
  });
});
