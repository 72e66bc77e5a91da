import { describe, expect, it } from '@jest/globals';
import { packFiles } from '../../../src/archive/files.js';
import { dockerBuild, type DockerBuild } from '../../../src/builder/docker-build.js';
import { proxiesOf } from '../../../src/builder/proxies.js';
import { KIND_LABEL } from '../../../src/engine/labels.js';
import { fakeEngine, type FakeEngine } from '../../support/fake-engine/engine.js';
import type { FakeBuildAnswer } from '../../support/fake-engine/handlers.js';
import { errorOf } from '../support/errors.js';

const spec = (): DockerBuild => ({
  title: 'the Dockerfile',
  context: packFiles([{ path: 'Dockerfile', text: 'FROM scratch\n' }]),
  dockerfile: 'Dockerfile',
  platform: 'linux/amd64',
  args: {},
  labels: { own: 'yes' },
  tag: 'made:1',
  next: 'Do something.',
});
const signal = new AbortController().signal;

function engineWith(answer: FakeBuildAnswer): { readonly engine: FakeEngine; readonly lines: string[] } {
  return { engine: fakeEngine({ handlers: { build: () => answer } }), lines: [] };
}

describe('dockerBuild', () => {
  it('gives the identifier of what it made, and hands on what is printed, line by line and without colours', async () => {
    const { engine, lines } = engineWith({ output: '\u001b[91mred\u001b[0m\n\n  \none\r\ntwo  \nlast' });
    const id = await dockerBuild(engine, spec(), signal, (line) => lines.push(line));
    expect(lines).toEqual(['Step 1/1 : FROM scratch', 'red', 'one', 'two', 'last']);
    const made = await engine.images.inspect('made:1');
    expect(made).toMatchObject({ id, labels: { [KIND_LABEL]: 'builder', own: 'yes' } });
  });

  it('fails with the last thirty lines, the last of all included', async () => {
    const output = Array.from({ length: 50 }, (_, number) => `line ${String(number)}`).join('\n');
    const { engine, lines } = engineWith({ output, error: "The command '/bin/sh -c x' returned a non-zero code: 2" });
    const error = await errorOf(() => dockerBuild(engine, spec(), signal, (line) => lines.push(line)));
    expect(error).toMatchObject({ code: 'builder-failed', exitStatus: 4, next: 'Do something.' });
    expect(error.message).toContain('a step ended with exit status 2');
    expect(error.output).toHaveLength(30);
    expect(error.output.at(-1)).toBe('line 49');
  });

  it('has the words of the engine where they are others', async () => {
    const { engine } = engineWith({ error: 'no space left on device' });
    const error = await errorOf(() => dockerBuild(engine, spec(), signal, () => undefined));
    expect(error.message).toBe(
      'the builder image could not be built from the Dockerfile: no space left on device, probably because the disk of the container engine is full',
    );
  });

  it('names the package of a program that a step lacks', async () => {
    const error = "The command '/bin/sh -c x' returned a non-zero code: 127";
    const { engine } = engineWith({ output: '/bin/sh: 1: cmake: not found\n', error });
    const failed = await errorOf(() => dockerBuild(engine, spec(), signal, () => undefined));
    expect(failed.message).toMatch(
      /a step ended with exit status 127, probably because the builder does not have the program cmake$/,
    );
    expect(failed.next).toBe('Add it: packages: cmake.');
  });

  it.each(['before', 'midway'] as const)(
    'does not blame the Dockerfile for an engine that is lost %s',
    async (when) => {
      const { engine } = engineWith({});
      engine.fail('images.build', { kind: 'break', when });
      const error = await errorOf(() => dockerBuild(engine, spec(), signal, () => undefined));
      expect(error).toMatchObject({ code: 'engine-connection-lost', exitStatus: 3 });
    },
  );

  it('ends with the reason of the signal', async () => {
    const { engine } = engineWith({});
    engine.fail('images.build', { kind: 'hang' });
    const controller = new AbortController();
    const building = dockerBuild(engine, spec(), controller.signal, () => undefined);
    const reason = new Error('cancelled');
    setImmediate(() => controller.abort(reason));
    await expect(building).rejects.toBe(reason);
  });
});

describe('proxiesOf', () => {
  it('has the variables that are set, in both spellings', () => {
    const env = { HTTP_PROXY: 'a', https_proxy: 'b', NO_PROXY: undefined, OTHER: 'c' };
    expect(proxiesOf(env)).toEqual({ HTTP_PROXY: 'a', https_proxy: 'b' });
  });
});
