import { existsSync, readdirSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { connectEngine } from '../../../src/engine/connect.js';
import { fakeEngine } from '../../support/fake-engine/engine.js';
import { serve } from '../../support/fake-engine/server.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';

describe('an engine over SSH', () => {
  const HOST = { DOCKER_HOST: 'ssh://me@far' };

  /** An environment with a program in the place of `ssh`. */
  async function withSsh(script: string): Promise<Readonly<Record<string, string>>> {
    const directory = await directoryWith({});
    await writeFile(path.join(directory, 'ssh'), `#!${process.execPath}\n${script}`);
    await chmod(path.join(directory, 'ssh'), 0o755);
    return { ...HOST, PATH: directory };
  }

  const tunnels = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('mix-release-ssh-'));

  it('is reached by the ssh of this machine, and leaves nothing behind when it is disposed of', async () => {
    await using server = await serve(fakeEngine({ architecture: 'arm64' }));
    const socket = server.host.slice('unix://'.length);
    const env = await withSsh(`
const engine = require('node:net').connect(${JSON.stringify(socket)});
process.stdin.pipe(engine).pipe(process.stdout);
`);
    const others = new Set(tunnels());
    {
      await using engine = await connectEngine(env, '/nowhere');
      expect(engine.architecture).toBe('arm64');
      expect(await engine.images.inspect('x:1')).toBeUndefined();
      const own = tunnels().filter((name) => !others.has(name));
      expect(own).toHaveLength(1);
      expect(existsSync(path.join(tmpdir(), own[0] ?? '', 'engine.sock'))).toBe(true);
    }
    expect(tunnels().filter((name) => !others.has(name))).toEqual([]);
  });

  it('that cannot be reached is an error with the last that ssh printed', async () => {
    const env = await withSsh("process.stderr.write('Permission denied (publickey).\\n'); process.exitCode = 255;");
    const error = await errorOf(() => connectEngine(env, '/nowhere'));
    expect(error).toMatchObject({ code: 'engine-unreachable' });
    expect(error.message).toContain('Permission denied (publickey).');
  });

  it('is an error where there is no ssh', async () => {
    const error = await errorOf(() => connectEngine({ ...HOST, PATH: '/nowhere' }, '/nowhere'));
    expect(error).toMatchObject({ code: 'engine-unreachable' });
    expect(error.message).toContain('ENOENT');
  });
});
