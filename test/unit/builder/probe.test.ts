import { describe, expect, it } from '@jest/globals';
import { probe, readProbe, toProbe } from '../../../src/builder/probe.js';
import { errorOf } from '../support/errors.js';
import { factLine, stubContainer } from '../support/container.js';
import { PROBE, PROBE_FACTS } from '../support/probe.js';

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
    const answers = Object.entries(PROBE_FACTS).map(([name, value]) => factLine(mark, name, value));
    const printed: string[] = [];
    const container = stubContainer({ lines: [...noise, ...answers, ...noise] });
    expect(await probe(container, 'elixir:1', (line) => printed.push(line))).toEqual(PROBE);
    expect(printed).toEqual([]);
  });

  it.each([
    ['', undefined],
    ['+JMsingle true', '+JMsingle true'],
  ])('with flags %j gives Erlang ERL_FLAGS %j', async (erlFlags, flags) => {
    const container = stubContainer({});
    await probe(container, 'elixir:1', () => undefined, erlFlags);
    expect(container.commands[0]?.env?.ERL_FLAGS).toBe(flags);
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

describe('toProbe', () => {
  it('has a part for each fact, and an empty text for what was not said', () => {
    expect(toProbe(new Map(Object.entries(PROBE_FACTS)))).toEqual(PROBE);
    expect(new Set(Object.values(toProbe(new Map())))).toEqual(new Set(['']));
    expect(Object.keys(toProbe(new Map()))).toEqual(Object.keys(PROBE));
  });

  it('passes over facts of other tasks', () => {
    const facts = { ...PROBE_FACTS, releases: 'web', erts_version: '15', osCodename: 'x' };
    expect(toProbe(new Map(Object.entries(facts)))).toEqual(PROBE);
  });
});

describe('readProbe', () => {
  it('reads what was kept as JSON', () => {
    expect(readProbe(JSON.stringify(PROBE))).toEqual(PROBE);
    expect(readProbe(JSON.stringify({ ...PROBE, later: 'x' }))).toEqual(PROBE);
    const bare = toProbe(new Map());
    expect(readProbe(JSON.stringify(bare))).toEqual(bare);
  });

  it.each(Object.keys(PROBE))('reads nothing where %s is missing or no text', (name) => {
    expect(readProbe(JSON.stringify({ ...PROBE, [name]: undefined }))).toBeUndefined();
    for (const value of [null, 7, true, ['x']]) {
      expect(readProbe(JSON.stringify({ ...PROBE, [name]: value }))).toBeUndefined();
    }
  });

  it.each([undefined, '', '{', 'null', '[]', '"text"', '7', '<html>'])('reads nothing from %j', (text) => {
    expect(readProbe(text)).toBeUndefined();
  });
});
