import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { REAL_TIMING } from '../../src/registry/http.js';
import { findManifest } from '../../src/registry/oci.js';
import { parseReference } from '../../src/registry/reference.js';
import { openRepository } from '../../src/registry/repository.js';
import { ALPINE, ALPINE_ARM64, ARM64, TRIXIE } from '../support/cli.js';
import { docker, noContainerWithin } from '../support/engine.js';
import { pushIndex } from '../support/image-index.js';
import { startRegistry } from '../support/registry.js';

const run = promisify(execFile);
const RUNTIME = 'arm64v8/alpine:3.22';

afterAll(() => noContainerWithin(7));

/** What a command prints in a container of an image for arm64, under the emulator where that is needed. */
async function inside(image: string, ...command: readonly string[]): Promise<string> {
  const args = ['run', '--rm', '--platform', 'linux/arm64', '--env', 'ERL_FLAGS=+JMsingle true', image, ...command];
  return (await run('docker', args)).stdout;
}

describe('the stand-ins of Alpine for arm64', () => {
  it.each([RUNTIME, ALPINE_ARM64])('%s is of that platform', async (image) => {
    const { Os, Architecture } = await docker.getImage(image).inspect();
    expect(`${Os}/${Architecture}`).toBe('linux/arm64');
  });

  it('boots busybox, and has the loader and the directories that the one for amd64 has', async () => {
    const script = 'uname -m; stat -c "%a %n" /tmp /var/tmp /root; ls /bin /usr/bin /sbin /usr/sbin; ls /lib';
    const lines = async (image: string): Promise<string[]> =>
      (await run('docker', ['run', '--rm', image, 'sh', '-c', script])).stdout.split('\n');
    const here = await lines('alpine:3.22');
    const there = (await inside(RUNTIME, 'sh', '-c', script)).split('\n');
    expect(there[0]).toBe('aarch64');
    expect(there.map((line) => line.replace('aarch64', 'x86_64'))).toEqual(here);
  });

  it('runs Erlang for musl, with its crypto, and the JIT', async () => {
    const code =
      'io:format("~s ~s ~s~n", [erlang:system_info(system_architecture), erlang:system_info(emu_flavor), ' +
      'binary:encode_hex(crypto:hash(md5, <<>>))]), halt().';
    expect(await inside(ALPINE_ARM64, 'erl', '-noshell', '-eval', code)).toMatch(
      /^aarch64-\w+-linux-musl (?:jit|emu) D41D8CD98F00B204E9800998ECF8427E\n$/,
    );
  });

  it('compiles C that loads under musl, atomics included', async () => {
    const script = [
      'cd /tmp',
      'echo "static int n; int add(void) { return __atomic_add_fetch(&n, 2, __ATOMIC_SEQ_CST); }" > add.c',
      "cat > main.c <<'C'",
      '#include <dlfcn.h>',
      '#include <stdio.h>',
      'int main(void) {',
      '  void *library = dlopen("/tmp/add.so", RTLD_NOW);',
      '  if (!library) return puts(dlerror());',
      '  return printf("%d\\n", ((int (*)(void))dlsym(library, "add"))()) < 0;',
      '}',
      'C',
      'cc -shared -fPIC add.c -o add.so',
      'cc main.c -o main',
      './main',
      'ldd ./main | grep -q ld-musl-aarch64',
      'echo musl',
    ];
    expect(await inside(ALPINE_ARM64, 'sh', '-euc', script.join('\n'))).toBe('2\nmusl\n');
  });
});

describe('a tag of the registry for two platforms', () => {
  it.each([
    ['1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim', TRIXIE, ARM64],
    ['1.18.3-erlang-27.3.4.1-alpine-3.22.1', ALPINE, ALPINE_ARM64],
  ])('%s gives each platform its own image', async (tag, amd64, arm64) => {
    await using registry = await startRegistry();
    const digests = await pushIndex(registry, [amd64, arm64], `hexpm/elixir:${tag}`);
    const reference = parseReference(`${registry.host}/hexpm/elixir:${tag}`);
    const repository = openRepository(reference, { signal: new AbortController().signal, timing: REAL_TIMING });
    const found = await Promise.all(
      ['linux/amd64', 'linux/arm64/v8'].map((platform) => findManifest(repository, reference, platform)),
    );
    expect(new Set(found.map((each) => each?.digest)).size).toBe(1);
    expect(found.map((each) => each?.platformDigest)).toEqual(
      ['linux/amd64', 'linux/arm64'].map((p) => digests.get(p)),
    );
    expect(digests.get('linux/amd64')).not.toBe(digests.get('linux/arm64'));
    await expect(findManifest(repository, reference, 'linux/s390x')).rejects.toMatchObject({
      code: 'image-platform-mismatch',
    });
  });
});
