import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { matrixTargets, matrixText } from '../../../src/cli/matrix-command.js';
import { groupedMatrixOf, matrixOf } from '../../../src/targets/matrix.js';
import { TARGETS } from '../../../src/targets/table.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';

const GNU = { target: 'x86_64-unknown-linux-gnu', runner: 'ubuntu-24.04', platform: 'linux/amd64' };
const ARM = { target: 'aarch64-unknown-linux-musl', runner: 'ubuntu-24.04-arm', platform: 'linux/arm64' };

describe('matrixOf', () => {
  it('has a row for every target when none is named', () => {
    expect(matrixOf([]).include.map(({ target }) => target)).toEqual(TARGETS.map(({ triple }) => triple));
  });

  it('keeps the order, takes aliases, and has each target once', () => {
    expect(matrixOf(['arm64-musl', 'LINUX-X64-GNU', GNU.target])).toEqual({ include: [ARM, GNU] });
  });

  it('refuses a target that a build would refuse, by the same error', async () => {
    const error = await errorOf(() => matrixOf([GNU.target, 'x86_64-unknown-linux-gun']));
    expect(error).toMatchObject({ code: 'unknown-target', exitStatus: 2 });
    expect(error.next).toContain(`Did you mean '${GNU.target}'?`);
  });
});

describe('matrixTargets', () => {
  it('is what was named, else the targets of a mix-release.toml, else nothing', async () => {
    const directory = await directoryWith({ 'mix-release.toml': 'targets = ["arm64-musl", "x64-gnu"]\nos = "a"' });
    expect(await matrixTargets(['x64-musl'], directory)).toEqual(['x64-musl']);
    expect(await matrixTargets([], directory)).toEqual(['arm64-musl', 'x64-gnu']);
    expect(await matrixTargets([], await directoryWith({ 'mix-release.toml': 'os = "a"' }))).toEqual([]);
    expect(await matrixTargets([], await directoryWith())).toEqual([]);
  });
});

describe('matrixText', () => {
  it('is one line of JSON', () => {
    expect(matrixText(['linux-x64-gnu,', 'arm64-musl'], false)).toBe(`${JSON.stringify({ include: [GNU, ARM] })}\n`);
  });
});

describe('groupedMatrixOf', () => {
  it.each<[readonly string[], readonly string[], string]>([
    [['arm64-musl', 'linux-x64-gnu', ARM.target], [ARM.target, GNU.target], ARM.runner],
    [['x64-gnu'], [GNU.target], GNU.runner],
    [[], TARGETS.map(({ triple }) => triple), GNU.runner],
  ])('has one row for %j', (names, triples, runner) => {
    const [row, ...others] = groupedMatrixOf(names).include;
    expect([row?.target.split('\n'), row?.runner, others]).toEqual([triples, runner, []]);
  });

  it('is what --grouped prints', () => {
    const row = { ...ARM, target: `${ARM.target}\n${GNU.target}` };
    expect(matrixText(['arm64-musl', 'x64-gnu'], true)).toBe(`${JSON.stringify({ include: [row] })}\n`);
  });
});

describe('matrix/action.yml', () => {
  const file = new URL('../../../matrix/action.yml', import.meta.url);

  it('has one input, two outputs, and runs a bundle beside those of the action', async () => {
    const action = parse(await readFile(file, 'utf8')) as Record<string, Record<string, Record<string, unknown>>>;
    expect(Object.keys(action.inputs ?? {})).toEqual(['targets']);
    expect(action.inputs?.targets?.required).toBe(false);
    expect(Object.keys(action.outputs ?? {})).toEqual(['matrix', 'grouped']);
    expect(action.runs).toEqual({ using: 'node24', main: '../dist/matrix.mjs' });
    expect(path.posix.join('matrix', '../dist/matrix.mjs')).toBe('dist/matrix.mjs');
  });
});
