import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { shellCommand } from '../../../src/cli/shell-command.js';
import type { Command, Terminal } from '../../../src/engine/container.js';
import type { RawOptions } from '../../../src/options/table.js';
import { buildCommand } from '../../../src/cli/build-command.js';
import type { FakeContainer } from '../../support/fake-engine/container.js';
import type { FakeEngine } from '../../support/fake-engine/engine.js';
import { projectEngine } from '../../support/fake-project.js';
import { capturePrinted, keepEnvironment } from '../support/environment.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';

keepEnvironment();
const printed = capturePrinted();

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
let listeners: readonly (readonly unknown[])[];
let engine: FakeEngine;
let checkout: string;
let attached: { readonly command: Command; readonly container: FakeContainer }[];

beforeEach(async () => {
  listeners = SIGNALS.map((name) => process.listeners(name));
  checkout = await directoryWith({ 'mix.exs': 'defmodule Web do end', 'lib/web.ex': 'x' });
  engine = projectEngine();
  attached = [];
  engine.handlers.attach = (command, container, { output }) => {
    attached.push({ command, container });
    output.write('from the container\n');
    return 7;
  };
});
afterEach(() => {
  SIGNALS.forEach((name, at) => {
    for (const each of process.listeners(name)) if (!listeners[at]?.includes(each)) process.off(name, each);
  });
});

const BASE = { target: 'x86_64-unknown-linux-gnu', os: 'debian:trixie', pull: 'never' };
const screen = { size: () => ({ columns: 80, rows: 24 }), onResize: () => () => undefined };

async function run(
  argv?: readonly string[],
  options: RawOptions = {},
  terminal: Partial<Terminal> = {},
): Promise<string> {
  const output = new PassThrough();
  await shellCommand(
    { command: 'shell', directory: checkout, options: { ...BASE, ...options }, argv, verbose: false },
    () => Promise.resolve(engine),
    { input: new PassThrough(), output, errors: output, screen: undefined, ...terminal },
  );
  return String((output.read() as Buffer | null) ?? '');
}

const only = () => {
  expect(attached).toHaveLength(1);
  const [first] = attached;
  if (first === undefined) throw new Error('nothing was run');
  return first;
};

describe('shellCommand', () => {
  it('runs a command where Mix would run, with its environment, and ends with its status', async () => {
    expect(await run(['mix', 'deps.tree'], { env: ['EXTRA=1'], 'mix-env': 'test' })).toBe('from the container\n');
    const { command } = only();
    expect(command).toMatchObject({ title: 'mix', argv: ['mix', 'deps.tree'], cwd: '/build/src' });
    expect(command.env).toMatchObject({
      MIX_ENV: 'test',
      EXTRA: '1',
      HOME: '/build/home',
      HEX_HOME: '/build/state/hex',
    });
    expect(command.env).not.toHaveProperty('TERM');
    expect(process.exitCode).toBe(7);
    expect(printed.stdout).toBe('');
    expect(printed.stderr).toMatch(
      /^builder .*\nstate .*none: nothing was built yet\n {2}.*\nsources .*\nbefore-build .*skipped.*\nshell .*exit status 7\n/m,
    );
  });

  it('has the sources in the container', async () => {
    engine.handlers.attach = (_, container) => (container.read('/build/src/lib/web.ex') === 'x' ? 0 : 1);
    await run(['true']);
    expect(process.exitCode).toBe(0);
  });

  it('opens a shell to talk to on a terminal, of its kind', async () => {
    process.env.TERM = 'xterm-kitty';
    await run(undefined, {}, { screen });
    const { command } = only();
    expect(command.argv.at(-1)).toBe('-i');
    expect(command.argv[2]).toContain('exec bash');
    expect(command.env).toMatchObject({ TERM: 'xterm-kitty' });
  });

  it('opens one that reads its input elsewhere', async () => {
    await run();
    expect(only().command.argv).not.toContain('-i');
  });

  it('gives it what before-build exported, and no key of private packages', async () => {
    await run(['env'], { 'deps-env': 'KEY=planted' });
    expect(JSON.stringify(only().command)).not.toContain('planted');
  });

  it('leaves nothing behind, and nothing in the output directory', async () => {
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('mix-release-shell-'));
    await run(['true']);
    expect(engine.left()).toMatchObject({ containers: [], volumes: [], networks: [] });
    expect(await readdir(checkout)).toEqual(['lib', 'mix.exs']);
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('mix-release-shell-'))).toEqual(before);
  });

  it('works on a copy of the state of the last build, which stays as it was', async () => {
    const options = { ...BASE, output: await directoryWith(), audit: 'off', 'smoke-test': 'off' };
    const build = { command: 'build', directory: checkout, json: false, verbose: false } as const;
    // Disposing of it would end it for the shell, too.
    const open = { ...engine, [Symbol.asyncDispose]: () => Promise.resolve() };
    await buildCommand({ ...build, options }, () => Promise.resolve(open));
    const { volumes } = engine.left();
    expect(volumes).toHaveLength(1);
    const [volume = ''] = volumes;
    engine.handlers.attach = (command, container) => {
      attached.push({ command, container });
      container.write('/build/src/mix.exs', 'changed in the shell');
      return container.has('/build/record') ? 0 : 1;
    };
    await run(['true']);
    expect(process.exitCode).toBe(0);
    expect(printed.stderr).toContain('a copy of that of the last build');
    expect(engine.left().volumes).toEqual(volumes);
    expect(engine.readVolume(volume, '/src/mix.exs')).toBe('defmodule Web do end');
    expect(await readFile(`${checkout}/mix.exs`, 'utf8')).toBe('defmodule Web do end');
  });

  it('takes the first of several targets that are compiled together', async () => {
    await run(['true'], { target: 'x64-gnu x64-musl', os: '*-gnu => debian:trixie' });
    expect(only().command.env).toMatchObject({ MIX_RELEASE_TARGET: 'x86_64-unknown-linux-gnu' });
  });

  it('fails as a build fails', async () => {
    expect(await errorOf(() => run(['true'], { target: 'amiga' }))).toMatchObject({ code: 'unknown-target' });
    engine.fail('containers.attach', { kind: 'refuse', status: 500, reason: 'no room' });
    expect(await errorOf(() => run(['true']))).toMatchObject({ code: 'engine-error', exitStatus: 3 });
    expect(engine.left()).toMatchObject({ containers: [], volumes: [] });
  });

  it('ends with all that it has begun where nobody reads its output any more', async () => {
    const output = new PassThrough();
    engine.handlers.attach = () => {
      output.destroy(new Error('write EPIPE'));
      return new Promise(() => undefined);
    };
    expect(await errorOf(() => run(['yes'], {}, { output }))).toMatchObject({ code: 'cancelled', exitStatus: 130 });
    expect(engine.left()).toMatchObject({ containers: [], volumes: [] });
  });

  it('has the options of a mix-release.toml', async () => {
    checkout = await directoryWith({ 'mix.exs': '', 'mix-release.toml': 'mix-env = "staging"\n' });
    await run(['true']);
    expect(only().command.env).toMatchObject({ MIX_ENV: 'staging' });
  });
});
