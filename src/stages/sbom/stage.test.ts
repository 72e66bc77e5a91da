import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { findTarget } from '../../targets/find.js';
import { GNU, nif, release } from '../../../test/unit/audit/support/releases.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith, writeTree } from '../../../test/unit/support/files.js';
import { PROBE } from '../../../test/unit/support/probe.js';
import { requestWith } from '../../../test/unit/support/request.js';
import { stageRun } from '../../../test/unit/support/run.js';
import { componentOf, needsOf, origin, validBom } from '../../../test/unit/support/sbom.js';
import { sbom } from './stage.js';

const BASE = `web-0.1.0-${GNU}`;
const LOCK = 'version = 4\n[[package]]\nname = "fast"\nversion = "0.1.0"\n';

/** The stage, ready to run for a release that the builder reported this of. */
async function ready(inventory: string) {
  const { run, warnings } = await stageRun(requestWith({ output: await directoryWith() }));
  const directory = run.files.add(run.files.file('directory', BASE));
  await mkdir(directory.made, { recursive: true });
  await writeTree(directory.made, { ...release(), 'lib/fast-1.0/priv/fast.so': nif() });
  const have = {
    ...{ of: { method: 'native' }, plan: { target: findTarget(GNU) }, probe: PROBE, date: new Date(0), inventory },
    ...{ builder: { base: { reference: 'elixir:1', digest: 'sha256:a' } }, facts: { name: 'web', version: '0.1.0' } },
    ...{ packageName: BASE, directory: directory.made },
  };
  return { run, warnings, directory: directory.made, list: () => sbom.run(have as never, run) };
}

const inventoryWith = (lock: string): string =>
  JSON.stringify({
    apps: [origin('fast', 'hex', { locks: ['native/Cargo.lock'] })],
    locks: { 'native/Cargo.lock': lock },
  });

describe('the stage sbom', () => {
  it('writes the list, which takes its place beside the tarball and is uploaded', async () => {
    const { run, list } = await ready(inventoryWith(LOCK));
    const gave = await list();
    const file = run.files.of(BASE).find(({ kind }) => kind === 'sbom');
    expect(file).toMatchObject({ path: gave.sbom.path, upload: true });
    expect(gave.sbom.path).toBe(`${run.request.output}/${BASE}.cdx.json`);
    const text = await readFile(file?.made ?? '', 'utf8');
    expect(gave.sbom.sha256).toBe(createHash('sha256').update(text).digest('hex'));
    const bom = await validBom(text);
    expect(gave.sbom.components).toBe(bom.components.length);
    expect(sbom.outputs?.sbom?.value(gave)).toBe(gave.sbom.path);
    expect(sbom.summary?.(gave, 0).rows).toEqual([['SBOM', `${String(bom.components.length)} components`]]);
    // The native code of that application is made of these.
    expect(bom.dependencies.find(({ ref }) => ref === 'lib/fast-1.0')?.dependsOn).toContain(
      'native/Cargo.lock#fast@0.1.0',
    );
    expect(componentOf(bom, 'web').version).toBe('0.1.0');
    expect(needsOf(bom, 'erts')).toEqual(['erlang']);
  });

  it('warns of a lock of Cargo that is none', async () => {
    const { warnings, list } = await ready(inventoryWith('no = [toml'));
    await list();
    expect(warnings).toEqual(['native/Cargo.lock is no lock of Cargo: the SBOM has no crates of it']);
  });

  it('is a defect where the builder reported nothing that can be used', async () => {
    for (const inventory of ['', '{}', '{"apps":[{"app":1}],"locks":{}}']) {
      const { list } = await ready(inventory);
      const error = await errorOf(list);
      expect([error.code, error.message.includes('cannot be used')]).toEqual(['internal', true]);
    }
  });

  it('is an error of the output where the list cannot be written', async () => {
    const { run, list } = await ready(inventoryWith(LOCK));
    await mkdir(run.files.file('sbom', BASE).made);
    expect((await errorOf(list)).code).toBe('output-not-writable');
  });

  it('is an error where the release cannot be read', async () => {
    const { directory, list } = await ready(inventoryWith(LOCK));
    await rm(directory, { recursive: true });
    expect((await errorOf(list)).code).toBe('release-unreadable');
  });

  it('is skipped where nobody wants it', async () => {
    const { run } = await stageRun(requestWith({ output: await directoryWith(), sbom: false }));
    expect(sbom.skip(undefined as never, run)).toBe('sbom is off');
  });
});
