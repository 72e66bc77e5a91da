import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { packFiles } from '../../src/archive/files.js';
import { compareReleases } from '../../src/diff/compare.js';
import { openRelease } from '../../src/diff/release.js';
import { connectEngine } from '../../src/engine/connect.js';
import type { Engine } from '../../src/engine/engine.js';
import { consumeProgress } from '../../src/engine/progress.js';
import { readRequests } from '../../src/options/request.js';
import { build } from '../../src/pipeline/build.js';
import type { BuildOutcome } from '../../src/pipeline/result.js';
import { checkoutOf, temporary } from '../support/checkout.js';
import { ALPINE, ALPINE_ARM64, buildRelease } from '../support/cli.js';
import { machineAuthorities } from '../support/cross.js';
import { bootAndAsk, docker, hostWith, noContainerWithin } from '../support/engine.js';

const MUSL = 'x86_64-unknown-linux-musl';
/** The builder that compiles, with the flags that Erlang needs under the emulator. */
const COMPILES = 'mix-release-test/arm64-compiles:1';
/** Milliseconds: all that compiles is emulated, zig included, which makes its C++ library first. */
const TIMEOUT = 3_600_000;

beforeAll(async () => {
  const text = `FROM ${ALPINE_ARM64}\nENV ERL_FLAGS="+JMsingle true"\n`;
  const context = packFiles([{ path: 'Dockerfile', text }]);
  const options = { t: COMPILES, version: '1', platform: 'linux/arm64', forcerm: true } as const;
  await consumeProgress(await docker.buildImage(context, options));
});
afterAll(() => noContainerWithin(7));

/** The engine of this machine, as one of arm64 would be: what it runs of that architecture is emulated. */
async function engineOfArm64(): Promise<Engine> {
  const engine = await connectEngine();
  return new Proxy(engine, {
    get: (of, name) => {
      if (name === 'architecture') return 'arm64';
      const value: unknown = Reflect.get(of, name);
      return typeof value === 'function' ? (value.bind(of) as unknown) : value;
    },
  });
}

async function builtOnArm64(checkout: string, output: string): Promise<{ outcome: BuildOutcome; log: string }> {
  const lines: string[] = [];
  const say = (text: string): void => void lines.push(text);
  const requests = await readRequests(
    {
      ...{ target: MUSL, image: `aarch64-* => ${COMPILES}\nx86_64-* => ${ALPINE}`, output },
      ...{ 'ca-certificates': 'authorities.pem', 'smoke-test': 'off', pull: 'never' },
    },
    { checkout, cwd: checkout, env: process.env },
  );
  const outcome = await build(requests, {
    reporter: {
      ...{ stageStarted: say, line: say, note: say, warn: say, stageSkipped: say },
      stageEnded: (stage, _, result) => say(`${stage} ${result ?? 'failed'}`),
    },
    ...{ signal: new AbortController().signal, id: randomUUID(), keepState: false, store: undefined },
    ...{ env: process.env, publish: undefined, connect: engineOfArm64 },
  });
  return { outcome, log: lines.join('\n') };
}

it(
  'a release for x86_64 that was assembled on aarch64 is the native one, but for the cookie and its native code',
  async () => {
    await using checkout = await checkoutOf('examples/nif');
    await using out = await temporary();
    await writeFile(path.join(checkout.path, 'authorities.pem'), (await machineAuthorities()).join('\n'));
    const { outcome, log } = await builtOnArm64(checkout.path, path.join(out.path, 'cross'));
    expect({ error: outcome.error?.message, log: outcome.error ? log : '' }).toEqual({ error: undefined, log: '' });
    const [cross] = outcome.releases;
    expect(cross).toMatchObject({ target: MUSL, method: 'cross' });
    expect(new Set(cross?.audit?.files.map(({ machine }) => machine))).toEqual(new Set(['x86_64']));
    const native = await buildRelease([
      ...[checkout.path, '--target', MUSL, '--image', ALPINE, '--output', path.join(out.path, 'native')],
    ]);
    await using one = await openRelease(cross?.tarball ?? '');
    await using other = await openRelease(native.tarball);
    expect((await compareReleases(one, other)).map(({ path: file }) => file)).toEqual([
      ...['lib/nif-0.2.0/priv/nif.so', 'releases/COOKIE'],
    ]);
    await using host = await hostWith('alpine:3.22', cross?.tarball ?? '');
    expect(await bootAndAsk(host, 'nif', 'IO.puts("#{Nif.arch()} #{Nif.add(40, 2)}")')).toMatch(
      /^x86_64-linux-\S+ 42$/m,
    );
  },
  TIMEOUT,
);
