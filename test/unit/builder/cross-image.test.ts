import { describe, expect, it } from '@jest/globals';
import { crossImage, crossTag, type CrossRequest } from '../../../src/builder/cross/image.js';
import { CONTEXT, targetOf } from '../../support/cross.js';
import { fakeEngine, type FakeEngine } from '../../support/fake-engine/engine.js';

const PROBE = {
  ...{ machine: 'x86_64', os: 'debian 13', osCodename: 'trixie', libc: 'glibc', libcVersion: '2.41' },
  ...{ systemArchitecture: '', otp: '27.3.4.1', erts: '15.2.7', elixir: '1.18.3', hex: '', git: '', cc: '' },
};

function erlangOf(otp: string, erts: string): Record<string, string | { linkTo: string }> {
  return {
    '/etc/os-release': { linkTo: '../usr/lib/os-release' },
    '/usr/lib/os-release': 'NAME="Debian GNU/Linux"\nVERSION_ID="13"\nVERSION_CODENAME=trixie\nID=debian\n',
    '/usr/local/bin/erl': { linkTo: '/opt/otp/bin/erl' },
    '/opt/otp/bin/erl': { linkTo: '../lib/erlang/bin/erl' },
    '/opt/otp/lib/erlang/bin/erl': '#!/bin/sh\n',
    '/opt/otp/lib/erlang/releases/start_erl.data': `${erts} 27\n`,
    '/opt/otp/lib/erlang/releases/27/OTP_VERSION': `${otp}\n`,
    [`/opt/otp/lib/erlang/erts-${erts}/include/erl_nif.h`]: 'the header',
  };
}

function request(engine: FakeEngine, files: Record<string, string | { linkTo: string }>): CrossRequest {
  engine.addImage({ names: ['mix-release-builder:0123456789abcdef'] });
  const base = engine.addImage({ names: ['erlang:arm'], platform: 'linux/arm64', files });
  return {
    builder: {
      tag: 'mix-release-builder:0123456789abcdef',
      target: targetOf('x86_64-unknown-linux-gnu'),
      probe: PROBE,
    },
    target: targetOf('aarch64-unknown-linux-gnu'),
    targetBase: { reference: 'erlang:arm', id: base.id, digest: base.id },
    ...{ packages: ['zlib1g-dev'], run: 'run', proxies: {} },
  };
}

describe('the cross image', () => {
  it('is built from the builder with the target’s Erlang as files, and found again', async () => {
    let context: readonly string[] = [];
    let args = {};
    await using engine = fakeEngine({
      handlers: {
        build: (build, files) => {
          [context, args] = [[...files.keys()], build.args];
          return {};
        },
      },
    });
    const wanted = request(engine, erlangOf('27.3.4.1', '15.2.7'));
    const built = await crossImage(engine, wanted, CONTEXT);
    expect(built).toMatchObject({ origin: 'built', otp: '27.3.4.1', erts: '15.2.7', tag: crossTag(wanted) });
    expect(built.system).toEqual({ id: 'debian', version: '13', codename: 'trixie' });
    expect(context).toContain('erlang/erts-15.2.7/include/erl_nif.h');
    expect(context).toContain('tools/aarch64-unknown-linux-gnu/toolchain.cmake');
    expect(args).toMatchObject({ ROOT: 'erlang', ARCHITECTURE: 'arm64', COMPILER: 'gcc', PACKAGES: 'zlib1g-dev' });
    expect(await crossImage(engine, wanted, CONTEXT)).toEqual({ ...built, origin: 'present' });
    expect(engine.left().containers).toEqual([]);
    expect(crossTag({ ...wanted, packages: [] })).not.toBe(built.tag);
    expect(crossTag({ ...wanted, targetBase: { ...wanted.targetBase, digest: 'sha256:0' } })).not.toBe(built.tag);
  });

  it.each([
    ['27.3.4.2', '15.2.7'],
    ['27.3.4.1', '15.2.8'],
  ])('is refused for OTP %s with ERTS %s, naming both sides', async (otp, erts) => {
    await using engine = fakeEngine();
    const failed = crossImage(engine, request(engine, erlangOf(otp, erts)), CONTEXT);
    await expect(failed).rejects.toMatchObject({
      code: 'cannot-cross',
      exitStatus: 5,
      message: `the bytecode is compiled with OTP 27.3.4.1 (ERTS 15.2.7), and the image erlang:arm for aarch64-unknown-linux-gnu has OTP ${otp} (ERTS ${erts})`,
    });
    expect(engine.left().containers).toEqual([]);
  });

  it('is refused where the image has no Erlang, and for a link in a circle', async () => {
    await using engine = fakeEngine();
    const circle = {
      '/usr/bin/erl': { linkTo: '/usr/local/bin/erl' },
      '/usr/local/bin/erl': { linkTo: '/usr/bin/erl' },
    };
    for (const files of [{}, circle]) {
      await expect(crossImage(engine, request(engine, files), CONTEXT)).rejects.toMatchObject({ code: 'cannot-cross' });
    }
  });

  it('says which package is not to be had for the target', async () => {
    const output = 'cannot-cross: package libpq-dev cannot be installed for arm64 beside amd64\n';
    await using engine = fakeEngine({ handlers: { build: () => ({ output, error: 'a step failed' }) } });
    await expect(crossImage(engine, request(engine, erlangOf('27.3.4.1', '15.2.7')), CONTEXT)).rejects.toMatchObject({
      code: 'cannot-cross',
      message: expect.stringContaining('package libpq-dev cannot be installed for arm64 beside amd64'),
    });
  });
});
