import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { BOOKWORM, ROOT, TRIXIE } from '../support/cli.js';
import { docker, noContainerWithin } from '../support/engine.js';

const run = promisify(execFile);

afterAll(() => noContainerWithin(7));

/** What a command in a container of an image prints. */
async function inside(image: string, script: string): Promise<string> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: [],
    Cmd: ['sh', '-c', script],
    Tty: true,
  });
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    let output = '';
    for await (const chunk of stream) output += chunk.toString();
    await container.wait();
    return output.replaceAll('\r\n', '\n');
  } finally {
    await container.remove({ force: true });
  }
}

describe('the base images', () => {
  it.each([TRIXIE, BOOKWORM])(
    '%s has no tool that the builder has to bring, and does not say what Erlang is',
    async (image) => {
      const tools = ['git', 'make', 'gcc', 'cc', 'g++', 'c++', 'curl', 'wget', 'unzip', 'node'];
      expect(await inside(image, `for tool in ${tools.join(' ')}; do command -v $tool; done; command -v mix`)).toMatch(
        /^\/\S+\/mix\n$/,
      );
    },
  );

  it.each(['debian:trixie-slim', 'debian:bookworm-slim', 'debian:forky-slim', 'alpine:3.22'])(
    '%s has no Erlang and no Elixir',
    async (image) => {
      expect(await inside(image, 'for tool in erl elixir mix epmd; do command -v $tool; done; echo none')).toBe(
        'none\n',
      );
    },
  );
});

describe('script/demo', () => {
  it('builds the example, runs it where there is no Erlang, and ends with the path of the tarball alone', async () => {
    const { stdout } = await run(path.join(ROOT, 'script/demo'), { maxBuffer: 1 << 24 });
    const lines = stdout.trimEnd().split('\n');
    const tarball = lines.at(-1) ?? '';
    expect(tarball).toMatch(/^\/.*hello-0\.1\.0-x86_64-unknown-linux-gnu\.tar\.gz$/);
    expect((await stat(tarball)).size).toBeGreaterThan(1_000_000);
    expect(stdout).toContain('hello from hello 0.1.0');
    expect(lines.at(-2)).toBe('');
  });
});
