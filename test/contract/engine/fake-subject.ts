import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import type { Command } from '../../../src/engine/container.js';
import { fakeEngine, type FakeEngine } from '../../support/fake-engine/engine.js';
import type { FakeAnswer, FakeHandlers } from '../../support/fake-engine/handlers.js';
import type { BrokenCall, Subject } from './subject.js';

const IMAGE = 'contract/image:1';
const PLATFORM = 'linux/amd64';

/** The commands of the contract, run by the shell of this machine. */
async function runHere({ argv, env }: Command): Promise<FakeAnswer | undefined> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const started = await new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true)).once('error', () => resolve(false));
  });
  if (!started) return undefined;
  const closed = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 137)));
  const [status, ...printed] = await Promise.all([closed, buffer(child.stdout), buffer(child.stderr)]);
  return { status, output: Buffer.concat(printed) };
}

/** As a shell would run the steps of the contract's Dockerfiles. */
const build: FakeHandlers['build'] = (_, context) => {
  const text = context.get('Dockerfile')?.content.toString() ?? '';
  if (text.includes('sleep 60')) return new Promise(() => undefined);
  if (!text.includes('exit 7')) return {};
  return { output: 'before the end\n', error: "The command '/bin/sh -c …' returned a non-zero code: 7" };
};

/** A fake engine that has the image of the contract. */
function contractEngine(): FakeEngine {
  const run: FakeHandlers['run'] = (command, container) => {
    const [program, , , place = ''] = command.argv;
    if (program === 'sleep') return new Promise(() => undefined);
    if (program !== 'stat') return runHere(command);
    const { files, path } = container.at(place);
    const { uid, gid } = files.get(path) ?? {};
    return { lines: [`${String(uid)}:${String(gid)}`] };
  };
  const talk: FakeHandlers['talk'] = (_command, _container, input, output) => {
    input.pipe(output);
  };
  const engine = fakeEngine({
    handlers: { run, talk, build, service: () => ({ log: ['serving'], ports: [5432] }) },
  });
  engine.addImage({ names: [IMAGE], platform: PLATFORM });
  return engine;
}

const CALLS = {
  inspect: 'images.inspect',
  build: 'images.build',
  run: 'container.run',
  get: 'container.get',
} as const satisfies Record<BrokenCall, string>;

/** @param from - how an engine is reached that is made in memory: as it is, or over HTTP */
export async function fakeSubject(
  from: (fake: FakeEngine) => Promise<Subject['engine']> = (fake) => Promise.resolve(fake),
): Promise<Subject> {
  const fake = contractEngine();
  return {
    ...{ engine: await from(fake), image: IMAGE, platform: PLATFORM },
    endContainer: (id) => {
      fake.endContainer(id);
      return Promise.resolve();
    },
    connect: () => from(contractEngine()),
    breaking: (call, when) => {
      const broken = contractEngine();
      broken.fail(CALLS[call], { kind: 'break', when }, { times: 1 });
      return from(broken);
    },
  };
}
