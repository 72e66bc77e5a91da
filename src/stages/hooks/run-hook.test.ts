import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { runHook, runScript, type HookScript } from './run-hook.js';
import { mixContainer, type Said, type StubContainer } from '../../../test/unit/support/container.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith } from '../../../test/unit/support/files.js';

type Variables = Readonly<Record<string, string>>;

/** What the wrapper of the script says: the environment, each variable ended by a NUL. */
function said(fact: 'before' | 'after', variables: Variables): Said {
  const value = Object.entries(variables).map(([name, text]) => `${name}=${text}\0`);
  return { fact, value: value.join('') };
}

function setting(container: StubContainer, env: Variables = {}) {
  const printed: string[] = [];
  const notes: string[] = [];
  const spec: HookScript = {
    ...{
      hook: 'before-build' as const,
      container,
      cwd: '/build/src/app',
      env,
      script: '/build/src/ci/prepare.sh',
      name: 'ci/prepare.sh',
    },
    ...{ bash: false, onLine: (line) => printed.push(line), note: (text) => notes.push(text) },
  };
  return { spec, printed, notes };
}

describe('runScript', () => {
  it.each<[string, Variables, Variables, Variables, Variables]>([
    ['nothing, as it is', { A: '1' }, { A: '1', PATH: '/bin' }, { A: '1', PATH: '/bin' }, { A: '1' }],
    ['what was exported', { A: '1' }, { A: '1' }, { A: '1', B: '2' }, { A: '1', B: '2' }],
    ['what was changed', { A: '1' }, { A: '1' }, { A: '2' }, { A: '2' }],
    ['what was changed of the image', {}, { PATH: '/bin' }, { PATH: '/opt/bin:/bin' }, { PATH: '/opt/bin:/bin' }],
    ['what was unset', { A: '1', B: '2' }, { A: '1', B: '2' }, { A: '1' }, { A: '1' }],
    ['an empty value', { A: '1' }, { A: '1' }, { A: '', B: '' }, { A: '', B: '' }],
    ['values of several lines', {}, {}, { KEY: 'a\nb\n\nc=d\n' }, { KEY: 'a\nb\n\nc=d\n' }],
    ['values with =', {}, {}, { FLAGS: '-DA=b -DC==' }, { FLAGS: '-DA=b -DC==' }],
    ['values in UTF-8', {}, {}, { NAME: 'grüße, 日本語' }, { NAME: 'grüße, 日本語' }],
    [
      'nothing that a shell sets by itself',
      { A: '1' },
      { A: '1', _: 'x', PWD: '/a', SHLVL: '1' },
      { A: '1', _: 'y', PWD: '/b', OLDPWD: '/a', SHLVL: '2' },
      { A: '1' },
    ],
  ])('takes over %s', async (_, env, before, after, result) => {
    const { spec, notes } = setting(mixContainer([said('before', before), said('after', after)], 0), env);
    expect(await runScript(spec)).toEqual(result);
    expect(notes).toEqual([]);
  });

  it.each(['HOME', 'MIX_ENV', 'MIX_HOME', 'MIX_BUILD_PATH', 'HEX_HOME', 'MIX_RELEASE_TARGET', 'ACTIONS_RUNTIME_TOKEN'])(
    'does not let %s be set, changed or unset, and says so',
    async (name) => {
      for (const [before, after] of [
        [{}, { [name]: 'new' }],
        [{ [name]: 'old' }, { [name]: 'new' }],
        [{ [name]: 'old' }, {}],
      ] as const) {
        const { spec, notes } = setting(mixContainer([said('before', before), said('after', after)], 0), before);
        expect(await runScript(spec)).toEqual(before);
        expect(notes).toEqual([`ci/prepare.sh changes ${name}, which the builder sets itself: not used`]);
      }
    },
  );

  it('goes by what was said last', async () => {
    const all = [said('before', {}), said('after', { A: '1' }), said('after', { A: '2' })];
    expect(await runScript(setting(mixContainer(all, 0)).spec)).toEqual({ A: '2' });
  });

  it('hands on what the script prints, and nothing of the environment', async () => {
    const all = [said('before', { A: 'secret' }), 'one', '', 'fact after QT0x', said('after', { A: 'secret' }), 'two'];
    const { spec, printed } = setting(mixContainer(all, 0));
    await runScript(spec);
    expect(printed).toEqual(['one', '', 'fact after QT0x', 'two']);
  });

  it.each([
    [false, 'sh'],
    [true, 'bash'],
  ])(
    'where bash is %j, runs %s once, in the project, with the environment, the script as an argument',
    async (bash, shell) => {
      const container = mixContainer([said('before', {}), said('after', {})], 0);
      await runScript({ ...setting(container, { A: '1' }).spec, bash });
      expect(container.commands).toHaveLength(1);
      const [command] = container.commands;
      expect(command).toMatchObject({ cwd: '/build/src/app', env: { A: '1' } });
      expect(command?.argv[0]).toBe(shell);
      expect(command?.argv.at(-1)).toBe('/build/src/ci/prepare.sh');
      expect(command?.argv[2]).not.toContain('prepare.sh');
    },
  );

  const both = [said('before', {}), said('after', {})];
  it.each<[string, readonly Said[], number]>([
    ['that ends badly', both, 3],
    ['that is killed', [said('before', {})], 137],
    ['whose shell is missing', [], 127],
    ['that hides how it ended', [said('before', {})], 0],
  ])('refuses a script %s', async (_, words, status) => {
    const { spec } = setting(mixContainer([...words, 'why'], status));
    const error = await errorOf(() => runScript(spec));
    expect(error).toMatchObject({ code: 'before-build-failed', exitStatus: 5, output: ['why'] });
    expect(error.message).toContain('ci/prepare.sh');
    expect(error.message).toContain(
      status === 0 ? 'before its exports could be read' : `exit status ${String(status)}`,
    );
  });

  it('names the likely cause, with what to do', async () => {
    const { spec } = setting(mixContainer([said('before', {}), 'sh: 3: cmake: not found'], 127));
    const error = await errorOf(() => runScript(spec));
    expect(error.message).toBe(
      'before-build (ci/prepare.sh) failed with exit status 127, probably because the builder does not have the program cmake',
    );
    expect(error.next).toBe('Add it: packages: cmake.');
  });

  it('keeps the last lines for the error', async () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${String(index)}`);
    const { output } = await errorOf(() => runScript(setting(mixContainer(lines, 1)).spec));
    expect(output.at(-1)).toBe('line 99');
    expect(output.length).toBeGreaterThanOrEqual(20);
    expect(output.length).toBeLessThan(100);
  });
});

describe('runHook', () => {
  it('says of a script with line ends of Windows that it has them, whatever the shell says', async () => {
    const checkout = await directoryWith({ 'ci/prepare.sh': 'set -e\r\nif true; then\r\n  mix compile\r\nfi\r\n' });
    const container = mixContainer([said('before', {}), 'prepare.sh: 5: Syntax error: end of file unexpected'], 2);
    const where = { container, cwd: '/build/src', env: {}, onLine: () => undefined, note: () => undefined };
    const hook = { file: path.join(checkout, 'ci/prepare.sh') };
    const error = await errorOf(() => runHook('before-build', hook, checkout, where));
    expect(error.message).toMatch(/exit status 2, probably because a script has line ends of Windows \(CR LF\)$/);
  });

  it.each([
    ['#!/bin/sh\n', 'sh'],
    ['echo bash\n', 'sh'],
    ['', 'sh'],
    ['# bash\n#!/bin/bash\n', 'sh'],
    ['#!/bin/bash\n', 'bash'],
    ['#!/usr/bin/env bash\n', 'bash'],
    ['#!/bin/bash -eu\n', 'bash'],
  ])('runs a script that begins with %j by %s, where it lies in the container', async (text, shell) => {
    const checkout = await directoryWith({ 'ci/prepare.sh': text });
    const container = mixContainer([said('before', {}), said('after', { A: '1' })], 0);
    const where = { container, cwd: '/build/src', env: {}, onLine: () => undefined, note: () => undefined };
    const script = path.join(checkout, 'ci/prepare.sh');
    expect(await runHook('before-build', { file: script }, checkout, where)).toEqual({ A: '1' });
    expect(container.commands[0]?.argv[0]).toBe(shell);
    expect(container.commands[0]?.argv.at(-1)).toBe('/build/src/ci/prepare.sh');
    expect(container.commands[0]?.title).toContain('ci/prepare.sh');
  });

  it.each([
    ['mix assets.deploy', 'sh'],
    ['#!/bin/bash\nset -o pipefail\n', 'bash'],
    [`echo "$1" '\\' \`id\` $(id) ; ] } | & # üß`, 'sh'],
  ])('runs the commands %j from a file of their own, never as part of a shell line', async (text, shell) => {
    const container = mixContainer([said('before', {}), said('after', { A: '1' })], 0);
    const archives: Buffer[] = [];
    const put = async (archive: Readable, place: string): Promise<void> => {
      expect(place).toBe('/build/home');
      archives.push(await buffer(archive));
    };
    const where = {
      container: { ...container, put },
      cwd: '/build/src',
      env: {},
      onLine: () => undefined,
      note: () => undefined,
    };
    expect(await runHook('before-release', { text }, '/checkout', where)).toEqual({ A: '1' });
    const argv = container.commands[0]?.argv ?? [];
    expect([argv[0], argv.at(-1)]).toEqual([shell, '/build/home/before-release']);
    expect(argv.join('\n')).not.toContain(text);
    expect(archives[0]?.toString('utf8')).toContain(`${text}\n`);
  });

  it('says which hook failed, with its last lines', async () => {
    const container = mixContainer(['no such task'], 1);
    const where = { container, cwd: '/build/src', env: {}, onLine: () => undefined, note: () => undefined };
    const error = await errorOf(() => runHook('before-release', { text: 'mix nothing here' }, '/checkout', where));
    expect(error).toMatchObject({ code: 'before-release-failed', exitStatus: 5, output: ['no such task'] });
    expect(error.message).toBe('before-release (commands) failed with exit status 1');
  });
});
