import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ROOT } from '../support/cli.js';
import { docker, noContainerWithin } from '../support/engine.js';

const run = promisify(execFile);

/** The images that the rig sees to, from its own list: name, group and kind of each. */
const IMAGES = readFileSync(path.join(ROOT, 'test/rig/images/list'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(/ +/))
  .map(([image = '', group = '', kind = '']) => ({ image, group, kind }));
const WITHOUT_ERLANG = IMAGES.filter(({ kind }) => kind === 'runtime');
const WITH_ERLANG = IMAGES.filter(({ kind }) => kind !== 'runtime');
const COMPILED = 'hexpm/elixir:1.18.3-erlang-27.3.4.1-debian-bookworm-20250929-slim';

afterAll(() => noContainerWithin(7));

/** What a command in a container of an image prints. */
async function inside(image: string, script: string): Promise<string> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: [],
    Cmd: ['sh', '-c', script],
    // What Erlang for arm64 needs under an emulator changes nothing without one.
    Env: image.includes('arm64') ? ['ERL_FLAGS=+JMsingle true'] : [],
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

/** The directory of Erlang, as a shell writes it. */
const ERLANG = `"$(erl -noshell -eval 'io:put_chars(code:root_dir()), halt().')"`;

describe('the base images', () => {
  it('are those of every group', () => {
    expect(new Set(IMAGES.map(({ group }) => group))).toEqual(
      new Set(['gnu/trixie', 'gnu/bookworm', 'gnu/bullseye', 'gnu/forky', 'musl', 'arm64/gnu', 'arm64/musl']),
    );
  });

  it.concurrent.each(IMAGES)('$image says whether it is a stand-in, and for what', async ({ image, kind }) => {
    const { Config } = await docker.getImage(image).inspect();
    const labels = Config.Labels as Readonly<Record<string, string>> | null;
    const told = Object.entries(labels ?? {}).filter(([, value]) => value === 'stand-in');
    if (labels?.['io.mix-release-action.stand-in.recipe'] === undefined) {
      expect(told).toEqual([]);
    } else {
      const [, elixir = '', otp = ''] = /:(.+)-erlang-(.+?)-/.exec(image) ?? [];
      expect(told).toEqual([['org.opencontainers.image.title', 'stand-in']]);
      expect(labels['org.opencontainers.image.description']).toContain(
        kind === 'runtime' ? 'no Erlang' : image.includes('arm64') ? 'Erlang' : `OTP ${otp}, Elixir ${elixir}`,
      );
    }
  });

  it.concurrent.each(IMAGES)('$image says in its configuration where commands are', async ({ image }) => {
    const { Config } = await docker.getImage(image).inspect();
    const [search = ''] = (Config.Env as readonly string[] | null)?.filter((each) => each.startsWith('PATH=')) ?? [];
    expect(search.slice('PATH='.length).split(':')).toEqual(expect.arrayContaining(['/usr/bin', '/bin']));
  });

  it.concurrent.each(WITH_ERLANG)('$image holds the versions and the system of its tag', async ({ image, group }) => {
    const [, elixir, otp, os, release] = /:(.+)-erlang-(.+?)-([a-z]+)-([a-z]+|[0-9.]+)/.exec(image) ?? [];
    const script = [
      `cat ${ERLANG}/releases/*/OTP_VERSION`,
      `elixir -e 'IO.puts(System.version())'`,
      '. /etc/os-release',
      'echo "$ID ${VERSION_CODENAME:-$VERSION_ID}"',
      'uname -m',
    ];
    const machine = group.startsWith('arm64/') ? 'aarch64' : 'x86_64';
    expect(await inside(image, script.join('\n'))).toBe(
      [otp, elixir, `${String(os)} ${String(release)}`, machine, ''].join('\n'),
    );
  });

  it.concurrent.each(WITH_ERLANG.filter(({ group }) => group.startsWith('gnu/')))(
    '$image has no tool that the builder has to bring, and does not say what Erlang is',
    async ({ image }) => {
      const tools = ['git', 'make', 'gcc', 'cc', 'g++', 'c++', 'ld', 'curl', 'wget', 'unzip', 'node'];
      const script = [
        `for tool in ${tools.join(' ')}; do command -v $tool; done`,
        'ls /usr/include /usr/local/include 2>/dev/null | grep erl_nif.h',
        `find ${ERLANG}/ -follow -name erl_nif.h | grep -c .`,
        'command -v mix',
      ];
      expect(await inside(image, script.join('\n'))).toMatch(/^[1-9]\n\/\S+\/mix\n$/);
    },
  );

  it.concurrent.each(WITHOUT_ERLANG)('$image has no Erlang and no Elixir', async ({ image }) => {
    expect(await inside(image, 'for tool in erl elixir mix epmd; do command -v $tool; done; echo none')).toBe('none\n');
  });

  it.concurrent(
    'the Erlang compiled on bookworm needs no newer glibc, and has the JIT and the OpenSSL of bookworm',
    async () => {
      const script = [
        `grep -raohE 'GLIBC_2[.][0-9]+' ${ERLANG} | sort -uV | tail -n 1`,
        `elixir -e 'IO.puts(:erlang.system_info(:emu_flavor)); IO.puts(elem(hd(:crypto.info_lib()), 2))'`,
      ];
      const [highest = '', ...rest] = (await inside(COMPILED, script.join('\n'))).split('\n');
      expect(highest).toMatch(/^GLIBC_2\.\d+$/);
      expect(Number(highest.slice('GLIBC_2.'.length))).toBeLessThanOrEqual(36);
      expect(rest).toEqual(['jit', expect.stringMatching(/^OpenSSL 3\.0\./), '']);
    },
  );
});

describe('script/demo', () => {
  it.concurrent(
    'builds the example, runs it where there is no Erlang, and ends with the path of the tarball alone',
    async () => {
      const { stdout } = await run(path.join(ROOT, 'script/demo'), { maxBuffer: 1 << 24 });
      const lines = stdout.trimEnd().split('\n');
      const tarball = lines.at(-1) ?? '';
      expect(tarball).toMatch(/^\/.*hello-0\.1\.0-x86_64-unknown-linux-gnu\.tar\.gz$/);
      expect((await stat(tarball)).size).toBeGreaterThan(1_000_000);
      expect(stdout).toContain('hello from hello 0.1.0');
      expect(lines.at(-2)).toBe('');
    },
  );
});
