import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BuiltRelease } from '../../src/pipeline/result.js';
import type { Remote } from '../conformance/hex/remote.js';
import { openNetwork } from '../conformance/workshop.js';
import { checkoutOf, git, temporary, type Temporary } from '../support/checkout.js';
import { buildRelease, buildReleases, TARGET } from '../support/cli.js';
import { componentOf, needsOf, propertiesOf, validBom, type BomComponent, type BomFile } from '../unit/support/sbom.js';

const TIMEOUT = 900_000;
/** The same as in other tests, which find the builder then. */
const PACKAGES = 'nodejs,npm,libsqlite3-dev';
const SHARED = `defmodule Shared.MixProject do
  use Mix.Project
  def project, do: [app: :shared, version: "3.2.1", package: [licenses: ["ISC"], links: %{"Home" => "https://example.com/"}]]
  def application, do: []
end
`;

const scope = new AsyncDisposableStack();
let remote: Remote;
let checkout: Temporary;
let out: Temporary;

beforeAll(async () => {
  remote = await scope.use(await openNetwork()).remote();
  checkout = scope.use(await checkoutOf('test/conformance/fixtures/packaged'));
  out = scope.use(await temporary());
  const file = path.join(checkout.path, 'mix.exs');
  const private_ = `${remote.url.replace('://', `://${remote.credentials}@`)}/private/brook.git`;
  const deps = [
    '{:ripple, "~> 1.0"}, {:tarn, "~> 1.0"}, {:pebble, "~> 1.0"}, {:strand, "~> 1.0", repo: "acme"}',
    `{:brook, git: "${private_}", tag: "v1.0.0"}, {:shared, path: "libs/shared"}`,
  ].join(', ');
  const releases = '[packaged: [], slim: [include_erts: false]]';
  const text = (await readFile(file, 'utf8')).replace('deps: []', `deps: [${deps}], releases: ${releases}`);
  await writeFile(file, text);
  await writeFile(path.join(checkout.path, 'public_key'), remote.repositories.publicKey);
  await mkdir(path.join(checkout.path, 'libs/shared/lib'), { recursive: true });
  await writeFile(path.join(checkout.path, 'libs/shared/mix.exs'), SHARED);
  await writeFile(path.join(checkout.path, 'libs/shared/lib/shared.ex'), 'defmodule Shared do\nend\n');
  await git(checkout.path, 'add', '--all');
});
afterAll(() => scope.disposeAsync());

/** Builds both releases of the project, which has no lock. */
function builds(output: string): Promise<readonly BuiltRelease[]> {
  const args = ['--output', output, '--packages', PACKAGES, '--release', 'packaged,slim', '--cookie', 'strip'];
  const deps = ['--deps-env', `ACME_KEY=${remote.acmeKey}`, '--env', `PACKAGES_URL=${remote.url}`];
  return buildReleases([checkout.path, ...args, ...deps, '--env', 'SOURCE_DATE_EPOCH=1700000000']);
}

async function bomOf({ sbom }: BuiltRelease): Promise<BomFile> {
  return validBom(await readFile(sbom ?? '', 'utf8'));
}

/** Every file in a list, by path, with its hash. */
function filesOf({ metadata, components }: BomFile): readonly (readonly [string, string | undefined])[] {
  const all = (component: BomComponent): readonly BomComponent[] => [
    component,
    ...(component.components ?? []).flatMap(all),
  ];
  const files = [metadata.component, ...components].flatMap(all).filter(({ type }) => type === 'file');
  return files.map(({ name, hashes }) => [name, hashes?.[0]?.content]);
}

async function sha256Of(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

describe('the list of what is inside a release', () => {
  let built: readonly BuiltRelease[];
  beforeAll(async () => {
    built = await builds(path.join(out.path, 'first'));
  }, TIMEOUT);

  it('names packages of each kind by where they come from, without secrets', async () => {
    const [packaged] = built as [BuiltRelease];
    const bom = await bomOf(packaged);
    const text = JSON.stringify(bom);
    expect(text).not.toMatch(/token-of-reader|key-of-acme/);
    const tarball = path.join(remote.repositories.directory, 'hexpm/tarballs/ripple-1.1.0.tar');
    expect(componentOf(bom, 'ripple')).toMatchObject({
      ...{ version: '1.1.0', purl: 'pkg:hex/ripple@1.1.0', licenses: [{ license: { id: 'MIT' } }] },
      hashes: [{ alg: 'SHA-256', content: await sha256Of(tarball) }],
    });
    expect(componentOf(bom, 'pebble').purl).toBe('pkg:hex/pebble@1.0.0');
    expect(componentOf(bom, 'strand').purl).toBe('pkg:generic/acme/strand@1.0.0');
    const brook = propertiesOf(componentOf(bom, 'brook'));
    expect(brook).toEqual({ origin: 'git', commit: remote.tagged, repository: `${remote.url}/private/brook.git` });
    expect(componentOf(bom, 'shared')).toMatchObject({
      ...{ version: '3.2.1', licenses: [{ license: { id: 'ISC' } }] },
      externalReferences: [{ type: 'website', url: 'https://example.com/' }],
    });
    expect(propertiesOf(componentOf(bom, 'shared'))).toEqual({ origin: 'path', path: 'libs/shared' });
    const own = bom.components.filter((each) => propertiesOf(each).origin === 'project');
    expect(own.map((each) => [each.name, propertiesOf(each).path])).toEqual([['packaged', '.']]);
    expect(bom.components.filter((each) => propertiesOf(each).origin === 'unknown')).toEqual([]);
  });

  it('has the runtime, Elixir, OTP, and every ELF file as it is in the release', async () => {
    const [packaged] = built as [BuiltRelease];
    const bom = await bomOf(packaged);
    expect(componentOf(bom, 'erlang').version).toBe(packaged.otp);
    expect(componentOf(bom, 'erts').version).toBe(packaged.erts);
    expect(componentOf(bom, 'elixir').version).toBe(packaged.elixir);
    expect(propertiesOf(componentOf(bom, 'logger')).origin).toBe('elixir');
    expect(propertiesOf(componentOf(bom, 'stdlib')).origin).toBe('otp');
    const files = filesOf(bom);
    const audited = packaged.audit?.files.map((file) => file.path).sort();
    expect(files.map(([name]) => name).sort()).toEqual(audited);
    for (const [name, sha256] of files)
      expect([name, sha256]).toEqual([name, await sha256Of(path.join(packaged.directory, name))]);
    expect(needsOf(bom, 'tarn')).toEqual(['elixir', 'kernel', 'stdlib', 'libsqlite3.so.0']);
    expect(needsOf(bom, 'erts')).toEqual(expect.arrayContaining(['erlang', 'pcre', 'glibc', 'libtinfo.so.6']));
    expect(componentOf(bom, 'libsqlite3-0').purl).toBe('pkg:deb/debian/libsqlite3-0?distro=debian-12');
    // PCRE is part of the emulator.
    expect(propertiesOf(componentOf(bom, 'pcre'))['found-in']).toMatch(/^erts-.*\/bin\/beam\.smp$/);
  });

  it('has of a release without a runtime only what is in it', async () => {
    const [, slim] = built as [BuiltRelease, BuiltRelease];
    const bom = await bomOf(slim);
    expect(bom.metadata.component.name).toBe('slim');
    expect(propertiesOf(componentOf(bom, 'erlang'))).toMatchObject({ included: 'no', 'built-with': slim.otp });
    expect(bom.components.some(({ name }) => name === 'kernel' || name === 'erts')).toBe(false);
    expect(needsOf(bom, 'elixir')).toEqual(['erlang']);
  });

  it(
    'has the same bytes the next time, and is named by the facts',
    async () => {
      const again = await builds(path.join(out.path, 'second'));
      for (const [at, { sbom, tarball }] of again.entries()) {
        const text = await readFile(sbom ?? '', 'utf8');
        expect(text).toBe(await readFile(built[at]?.sbom ?? '', 'utf8'));
        const facts = JSON.parse(await readFile(tarball.replace('.tar.gz', '.json'), 'utf8')) as object;
        expect(facts).toMatchObject({ sbom: { file: path.basename(sbom ?? ''), sha256: await sha256Of(sbom ?? '') } });
      }
    },
    TIMEOUT,
  );
});

describe('the list of an umbrella without dependencies', () => {
  it(
    'has its applications as the project’s own',
    async () => {
      await using umbrella = await checkoutOf('test/fixtures/umbrella');
      await using output = await temporary();
      const release = await buildRelease([umbrella.path, '--output', output.path, '--release', 'front']);
      const bom = await bomOf(release);
      const own = bom.components.filter((each) => propertiesOf(each).origin === 'project');
      expect(own.map((each) => propertiesOf(each).path)).toEqual(own.map(({ name }) => `apps/${name}`));
      expect(own.map(({ name }) => name)).toEqual(['alpha', 'beta']);
      expect(bom.components.some(({ purl }) => purl?.startsWith('pkg:hex/'))).toBe(false);
      expect(propertiesOf(bom.metadata.component).target).toBe(TARGET);
    },
    TIMEOUT,
  );
});
