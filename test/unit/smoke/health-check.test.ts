import { describe, expect, it } from '@jest/globals';
import { SmokeFailure, type CommandContext } from '../../../src/smoke/command.js';
import { runHealthCheck, requireEval } from '../../../src/smoke/health-check.js';
import { programOf } from '../../../src/smoke/program.js';
import { fakeEngine } from '../../support/fake-engine/engine.js';
import { factLine } from '../support/container.js';
import { answering, fakeRelease, type Commands } from '../support/fake-release.js';

const PROGRAM = programOf('web', '0.1.0', { erts: '15.2.7', script: true, cookie: true });
const CONFIGURATION = 'ERROR! Config provider Config.Reader failed with:';

/** A container with a release that can be asked. */
async function setting(commands: Commands = {}) {
  const { run, given } = fakeRelease(commands);
  const engine = fakeEngine({ handlers: { run } });
  engine.addImage({ names: ['debian:trixie-slim'] });
  const container = await engine.containers.start({
    ...{ image: 'debian:trixie-slim', platform: 'linux/amd64', user: '10001:10001', labels: {} },
  });
  const controller = new AbortController();
  const printed: string[] = [];
  const at: CommandContext = {
    ...{ container, env: {}, deadline: controller.signal, timeout: 30 },
    onLine: (line) => void printed.push(line),
  };
  const timeUp = (): void => {
    controller.abort();
    engine.endContainer(container.id);
  };
  return { engine, at, given, printed, timeUp };
}

async function failureOf(work: () => Promise<unknown>): Promise<SmokeFailure> {
  const outcome: unknown = await work().catch((error: unknown) => error);
  if (outcome instanceof SmokeFailure) return outcome;
  throw outcome instanceof Error ? outcome : new Error(`it passed: ${JSON.stringify(outcome)}`);
}

describe('runHealthCheck', () => {
  it.each([
    ['eval', 'if false, do: booted'],
    ['rpc', 'if true, do: booted'],
  ] as const)('by %s asks with a mark of its own, and waits only for a node', async (how, wait) => {
    const { at, given } = await setting();
    await runHealthCheck(at, how, PROGRAM);
    await runHealthCheck(at, how, PROGRAM);
    const questions = given.map(({ command }) => command.argv);
    for (const [program, command, question] of questions) {
      expect([program, command]).toEqual(['/smoke/release/bin/web', how]);
      expect(question).toContain(wait);
      expect(question).not.toMatch(/\bMARK\b.*fact/);
    }
    expect(new Set(given.map(({ mark }) => mark)).size).toBe(2);
  });

  it('gives what the release said under the mark, and hands on the rest', async () => {
    const facts = [
      ['native', 'web 2'],
      ['native', 'crypto 9'],
      ['fault', 'A :web :nofile'],
      ['other', 'x'],
    ] as const;
    const all = await setting({
      eval: ({ mark }) => ({ lines: ['web warns', ...(answering(mark, ...facts).lines ?? [])] }),
    });
    const { answered, applications, faults } = await runHealthCheck(all.at, 'eval', PROGRAM);
    expect({ answered, applications, faults }).toEqual({
      answered: true,
      applications: [
        { name: 'web', modules: 2 },
        { name: 'crypto', modules: 9 },
      ],
      faults: ['A :web :nofile'],
    });
    expect(all.printed).toEqual(['web warns']);
  });

  it.each<[string, Commands[string]]>([
    ['ends badly', ({ mark }) => ({ ...answering(mark), status: 1 })],
    ['does not come to the end of the question', () => ({})],
    ['answers under another mark', () => answering('00000000-0000-4000-8000-000000000000')],
  ])('has no answer where the release %s', async (_, evaluate) => {
    const { at } = await setting({ eval: evaluate });
    expect(await runHealthCheck(at, 'eval', PROGRAM)).toMatchObject({ answered: false });
  });
});

describe('requireEval', () => {
  it('gives the answer', async () => {
    const { at, given } = await setting();
    expect(await requireEval(at, PROGRAM)).toMatchObject({ applications: [{ name: 'web', modules: 2 }] });
    expect(given).toHaveLength(1);
  });

  it('fails where the release does, with what it printed', async () => {
    const { at, given } = await setting({ eval: () => ({ lines: ['no luck'], status: 3 }) });
    expect(await failureOf(() => requireEval(at, PROGRAM))).toMatchObject({
      ...{ check: 'eval', message: 'eval ended with exit status 3', output: ['no luck'], timedOut: false },
    });
    expect(given).toHaveLength(1);
  });

  it('asks again where the words on the configuration broke off, until they are there', async () => {
    const { at, given } = await setting({
      eval: ({ turn }) => ({
        lines: [CONFIGURATION, ...(turn < 2 ? [] : ['environment variable PORT is missing'])],
        status: 1,
      }),
    });
    const { output } = await failureOf(() => requireEval(at, PROGRAM));
    expect(output).toEqual([CONFIGURATION, 'environment variable PORT is missing']);
    expect(given).toHaveLength(2);
  });

  it('gives up where they break off three times', async () => {
    const { at, given } = await setting({ eval: () => ({ lines: [CONFIGURATION], status: 1 }) });
    expect((await failureOf(() => requireEval(at, PROGRAM))).output).toEqual([CONFIGURATION]);
    expect(given).toHaveLength(3);
  });

  it('fails where a module cannot be loaded', async () => {
    const { at } = await setting({
      eval: ({ mark }) => ({
        lines: ['libnobody.so.1: cannot open shared object file', factLine(mark, 'answered', '')].concat(
          factLine(mark, 'fault', 'Web.Native :web :on_load_failure'),
        ),
      }),
    });
    expect(await failureOf(() => requireEval(at, PROGRAM))).toMatchObject({
      ...{ check: 'load', message: 'module Web.Native of :web could not be loaded: :on_load_failure' },
      output: ['libnobody.so.1: cannot open shared object file'],
    });
  });

  it('fails where the time is over', async () => {
    const all = await setting({
      eval: () => {
        setImmediate(all.timeUp);
        return new Promise(() => undefined);
      },
    });
    expect(await failureOf(() => requireEval(all.at, PROGRAM))).toMatchObject({
      ...{ check: 'eval', message: 'eval had not ended after 30 s', timedOut: true },
    });
  });

  it('is no failure of the release where the engine breaks', async () => {
    const { engine, at } = await setting();
    engine.fail('container.run', { kind: 'break', when: 'before' });
    await expect(requireEval(at, PROGRAM)).rejects.toMatchObject({ code: 'engine-connection-lost' });
  });
});
