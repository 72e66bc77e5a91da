import { describe, expect, it } from '@jest/globals';
import { probe, requireMatch, type Probe } from '../../../src/builder/probe.js';
import { findTarget } from '../../../src/targets/find.js';
import { errorOf } from '../support/errors.js';
import { factLine, stubContainer } from '../support/container.js';

const target = findTarget('x86_64-unknown-linux-gnu');

const facts = {
  machine: 'x86_64',
  os: 'debian 13',
  libc: 'glibc',
  libc_version: '2.41',
  system_architecture: 'x86_64-pc-linux-gnu',
  otp: '27.3.4.1',
  erts: '15.2.7',
  elixir: '1.18.3',
};

const found: Probe = {
  machine: 'x86_64',
  os: 'debian 13',
  libc: 'glibc',
  libcVersion: '2.41',
  systemArchitecture: 'x86_64-pc-linux-gnu',
  otp: '27.3.4.1',
  erts: '15.2.7',
  elixir: '1.18.3',
};

/** The word that the probe asks an image to begin its answers with. */
async function markOf(): Promise<string> {
  const container = stubContainer({});
  await probe(container, 'elixir:1', () => undefined);
  return /\["([^"]+)"\]/.exec(container.commands[0]?.argv.at(-1) ?? '')?.[1] ?? '';
}

describe('probe', () => {
  it('reads what the image says, and passes over what else is printed', async () => {
    const mark = await markOf();
    expect(mark).toMatch(/\S/);
    const noise = ['warning: the VM is running with native name encoding of latin1', '', 'A=B', 'fact otp MQ=='];
    const answers = Object.entries(facts).map(([name, value]) => factLine(mark, name, value));
    const printed: string[] = [];
    const container = stubContainer({ lines: [...noise, ...answers, ...noise] });
    expect(await probe(container, 'elixir:1', (line) => printed.push(line))).toEqual(found);
    expect(printed).toEqual([]);
  });

  it.each([
    ['has no elixir', { status: 127, lines: ['exec: "elixir": executable file not found in $PATH'] }],
    ['ends badly', { status: 1, lines: ['** (UndefinedFunctionError) Mix.Task', 'is undefined'] }],
  ])('refuses an image that %s, and shows what it printed', async (_, answer) => {
    const printed: string[] = [];
    const error = await errorOf(() => probe(stubContainer(answer), 'elixir:1', (line) => printed.push(line)));
    expect(error).toMatchObject({ code: 'image-without-mix', exitStatus: 4, output: answer.lines });
    expect(error.message).toContain('elixir:1');
    expect(error.message).toContain(String(answer.status));
    expect(printed).toEqual(answer.lines);
  });
});

describe('requireMatch', () => {
  it.each<[string, Partial<Probe>]>([
    ['another vendor in what Erlang says', { systemArchitecture: 'x86_64-unknown-linux-gnu' }],
    ['an old libc', { libcVersion: '2.17' }],
  ])('lets pass %s', (_, change) => {
    expect(() => requireMatch({ ...found, ...change }, target, 'elixir:1')).not.toThrow();
  });

  it.each<[string, Partial<Probe>, string]>([
    [
      'another machine',
      { machine: 'aarch64', systemArchitecture: 'aarch64-unknown-linux-gnu' },
      'aarch64 with glibc 2.41',
    ],
    ['another libc', { libc: 'musl', libcVersion: '1.2.5' }, 'x86_64 with musl 1.2.5'],
    ['an Erlang for another machine', { systemArchitecture: 'i686-pc-linux-gnu' }, 'i686-pc-linux-gnu'],
    ['nothing', { machine: '', libc: '', systemArchitecture: '' }, 'Erlang says'],
  ])('refuses %s', async (_, change, says) => {
    const error = await errorOf(() => requireMatch({ ...found, ...change }, target, 'elixir:1'));
    expect(error).toMatchObject({ code: 'image-mismatch', exitStatus: 4 });
    expect(error.message).toContain(says);
    expect(error.message).toContain('x86_64 with glibc,');
    expect(error.message).toContain(target.triple);
  });
});
