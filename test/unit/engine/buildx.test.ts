import { spawnSync } from 'node:child_process';
import { chmod, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { packFiles } from '../../../src/archive/files.js';
import { buildWithBuildx, type NamedBuild } from '../../../src/engine/buildx/build.js';
import { commandEnvironment, hasBuildx, runDocker } from '../../../src/engine/buildx/command.js';
import { buildxOutput } from '../../../src/engine/buildx/output.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';

const signal = new AbortController().signal;

/** An environment whose `docker` is a script. */
async function environmentWith(
  script: string,
): Promise<{ readonly env: Record<string, string>; readonly place: string }> {
  const place = await directoryWith({ docker: `#!/bin/sh\n${script}\n` });
  await chmod(path.join(place, 'docker'), 0o755);
  return { env: { PATH: `${place}:${process.env.PATH ?? ''}`, PLACE: place }, place };
}

function buildOf(changes: Partial<NamedBuild> = {}): NamedBuild {
  return {
    context: packFiles([{ path: 'ci/Dockerfile', text: 'FROM scratch\n' }]),
    ...{ dockerfile: 'ci/Dockerfile', platform: 'linux/arm64', args: { BASE: 'x:1', SECRET: 'hidden' } },
    ...{ labels: { own: 'a b' }, tag: 'made:1', pull: false, signal, onOutput: () => undefined },
    ...changes,
  };
}

/** Whether no process of a group is left; the system takes a moment to forget the last. */
async function isGone(group: number): Promise<boolean> {
  for (let attempt = 0; attempt < 30; attempt += 1) {
    const { status } = spawnSync('kill', ['-0', '--', `-${String(group)}`]);
    if (status !== 0) return true;
    await sleep(100);
  }
  return false;
}

describe('the environment of the docker command', () => {
  const env = { HOME: '/home/x', DOCKER_CONTEXT: 'far', SOURCE_DATE_EPOCH: '1', 'INPUT_DEPS-ENV': 'KEY=1' };

  it('reaches the same engine, hands no input on, and asks for plain images', () => {
    const given = commandEnvironment(env, { kind: 'socket', path: '/run/x.sock' });
    expect(given).toMatchObject({
      HOME: '/home/x',
      DOCKER_HOST: 'unix:///run/x.sock',
      BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    });
    for (const name of ['DOCKER_CONTEXT', 'SOURCE_DATE_EPOCH', 'INPUT_DEPS-ENV']) {
      expect((given as Record<string, unknown>)[name]).toBeUndefined();
    }
  });

  it('leaves a context that leads over a network, with its keys, to the command', () => {
    const given = commandEnvironment(env, { kind: 'tcp', host: 'x', port: 2376, tls: undefined });
    expect(given).toMatchObject({ DOCKER_CONTEXT: 'far' });
    expect(Object.keys(given)).not.toContain('DOCKER_HOST');
  });
});

describe('hasBuildx', () => {
  it.each([
    ['[ "$*" = "buildx version" ]', true],
    ['echo "docker: \'buildx\' is not a docker command." >&2; exit 1', false],
  ])('asks the command: %s', async (script, found) => {
    expect(await hasBuildx((await environmentWith(script)).env)).toBe(found);
  });

  it('is false without the command, and where the older builder was asked for', async () => {
    expect(await hasBuildx({ PATH: await directoryWith() })).toBe(false);
    expect(await hasBuildx({ ...(await environmentWith('exit 0')).env, DOCKER_BUILDKIT: '0' })).toBe(false);
  });
});

describe('runDocker', () => {
  it.each([
    ['that ends when it is asked to', 'trap "exit 0" TERM; sleep 60 & echo started; wait'],
    [
      'that does not, with all that it started',
      'trap "" TERM; (trap "" TERM; sleep 60) & echo started; wait; sleep 60',
    ],
  ])('ends with the reason of the signal a command %s', async (_, script) => {
    const { env } = await environmentWith(`echo $$ >"$PLACE/pid"\n${script}`);
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const onLine = (): void => controller.abort(reason);
    const start = performance.now();
    await expect(runDocker([], { env, signal: controller.signal, onLine })).rejects.toBe(reason);
    expect(performance.now() - start).toBeLessThan(5000);
    const group = Number(await readFile(path.join(env.PLACE ?? '', 'pid'), 'utf8'));
    expect(await isGone(group)).toBe(true);
  });

  it('starts nothing when it is too late', async () => {
    const { env } = await environmentWith('exit 0');
    const reason = new Error('before');
    await expect(runDocker([], { env, signal: AbortSignal.abort(reason), onLine: () => undefined })).rejects.toBe(
      reason,
    );
  });
});

describe('buildWithBuildx', () => {
  it("builds what its input has, by the engine's own builder, with no value among the arguments", async () => {
    const { env, place } = await environmentWith(
      'printf "%s\\n" "$@" >"$PLACE/args"; echo "$BASE $SECRET" >"$PLACE/env"; tar -xOf - ci/Dockerfile >"$PLACE/file"',
    );
    await buildWithBuildx(env, buildOf({ pull: true }));
    expect((await readFile(path.join(place, 'args'), 'utf8')).trim().split('\n')).toEqual([
      ...['buildx', 'build', '--progress', 'plain', '--load', '--tag', 'made:1', '--builder', 'default'],
      ...['--platform', 'linux/arm64', '--file', 'ci/Dockerfile', '--label', 'own=a b'],
      ...['--build-arg', 'BASE', '--build-arg', 'SECRET', '--pull', '-'],
    ]);
    expect(await readFile(path.join(place, 'env'), 'utf8')).toBe('x:1 hidden\n');
    expect(await readFile(path.join(place, 'file'), 'utf8')).toBe('FROM scratch\n');
  });

  it.each([
    ['ERROR: failed to build: failed to solve: no space left on device', 'engine-error', 'no space left on device'],
    [
      'ERROR: Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?',
      ...['engine-connection-lost', 'Cannot connect to the Docker daemon'],
    ],
    [
      'ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
      ...['engine-connection-lost', 'error reading from server'],
    ],
    [
      'ERROR: listing workers: failed to list workers: Unavailable: error reading from server: unexpected EOF',
      ...['engine-connection-lost', 'error reading from server'],
    ],
    [
      'ERROR: failed to solve: unexpected status from GET request: 503 Service Unavailable: try later',
      ...['engine-error', '503 Service Unavailable'],
    ],
    ['unknown flag: --load', 'engine-error', 'docker buildx build ended with exit status 3'],
  ])('fails by what the command says: %s', async (said, code, reason) => {
    const { env } = await environmentWith(`echo '${said}' >&2; exit 3`);
    const error = await errorOf(() => buildWithBuildx(env, buildOf()));
    expect(error).toMatchObject({ code, exitStatus: 3 });
    expect(error.message).toContain(reason);
  });

  it.each(['cat >/dev/null', 'cat >/dev/null; sleep 60'])(
    'fails with the own error of a context that breaks: %s',
    async (script) => {
      const broken = async function* (): AsyncGenerator<Buffer, void> {
        yield Buffer.alloc(512);
        await sleep(10);
        throw new Error('the disk went away');
      };
      const { env } = await environmentWith(script);
      const build = buildOf({ context: Readable.from(broken()) });
      await expect(buildWithBuildx(env, build)).rejects.toThrow(/^the disk went away$/);
    },
  );

  it('fails by what the command says where it reads nothing', async () => {
    const { env } = await environmentWith('echo "ERROR: no"; exit 1');
    const context = Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(2 ** 16)));
    const error = await errorOf(() => buildWithBuildx(env, buildOf({ context })));
    expect(error).toMatchObject({ code: 'engine-error', reason: 'no' });
  });
});

describe('buildxOutput', () => {
  it('hands on headings and what steps print, and keeps the reason', () => {
    const lines: string[] = [];
    const output = buildxOutput((line) => lines.push(line));
    const printed = [
      '#0 building with "default" instance using docker driver',
      '#1 [internal] load build definition from Dockerfile',
      '#1 transferring dockerfile: 1.2kB done',
      '#1 DONE 0.0s',
      '#4 [1/3] FROM docker.io/library/x:1',
      '#4 CACHED',
      '#5 [2/3] RUN make',
      '#5 0.123 one',
      '#5 0.150 #5 looks like a heading [x]',
      '#5 12.5 50%\r100%',
      '#5 12.6 ',
      '#5 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2',
      '------',
      ' > [2/3] RUN make:',
      '0.123 one',
      '------',
      'ERROR: failed to build: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2',
    ];
    printed.forEach(output.line);
    expect(lines).toEqual([
      ...['[1/3] FROM docker.io/library/x:1', 'CACHED', '[2/3] RUN make', 'one', '#5 looks like a heading [x]'],
      ...['50%\r100%', ''],
    ]);
    expect(output.reason()).toBe('process "/bin/sh -c make" did not complete successfully: exit code: 2');
  });

  it('leaves out what a linter has to say, colours or not', () => {
    const lines: string[] = [];
    const output = buildxOutput((line) => lines.push(line));
    ['\u001b[33m 1 warning found (use docker --debug to expand):', ' - InvalidDefaultArgInFrom: x\u001b[0m'].forEach(
      output.line,
    );
    expect(lines).toEqual([]);
    expect(output.reason()).toBeUndefined();
  });
});
