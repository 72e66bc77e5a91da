import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { findOwnBaseParts, type OwnBaseParts } from '../../../src/registry/hexpm-builds.js';
import { REAL_TIMING } from '../../../src/registry/http.js';
import { startLoopback, type Loopback, type Reply } from '../../rig/listing/loopback.js';
import { imageQueryOf, versionOrder } from '../../rig/listing/queries.js';
import { errorOf } from '../support/errors.js';

const sum = (digit: string): string => digit.repeat(64);
const line = (name: string, digit: string): string => `${name} 0123abc 2025-01-01T00:00:00Z ${sum(digit)}`;

let files: Record<string, string | number>;
let server: Loopback;
beforeAll(async () => {
  server = await startLoopback(({ url }): Reply => {
    const found = files[url.pathname] ?? 404;
    return typeof found === 'number' ? { status: found } : { status: 200, body: found };
  });
});
afterAll(async () => server[Symbol.asyncDispose]());
beforeEach(() => {
  files = {
    '/builds/otp/amd64/ubuntu-24.04/builds.txt': [
      ...[line('OTP-27.0.1', '1'), line('OTP-27.3.4.1', '2'), line('OTP-27.3', '3'), line('OTP-28.0-rc1', '4')],
      ...[line('maint-27', '5'), line('master', '6'), 'OTP-27.9 0123abc 2025-01-01T00:00:00Z', ''],
    ].join('\n'),
    '/builds/elixir/builds.txt': [
      ...[line('v1.17.2', 'a'), line('v1.17.2-otp-25', 'b'), line('v1.17.2-otp-26', 'c'), line('v1.17.2-otp-27', 'd')],
      ...[line('v1.17.3-otp-26', 'e'), line('main', 'f'), line('v1.18.0-rc.0-otp-27', '0')],
    ].join('\n'),
    '/otp/OTP-27.0.1/SHA256.txt': `${sum('7')}  otp_src_27.0.1.tar.gz\n${sum('8')}  otp_win64_27.0.1.exe\n`,
  };
});

const system = { 'ubuntu:noble': '24.04', 'debian:bookworm': '12' } as const;

async function find(words: string): Promise<OwnBaseParts> {
  const imageQuery = imageQueryOf(words);
  const [first] = imageQuery.systems;
  if (!first) throw new Error('no system');
  const version = system[`${first.os}:${first.release}` as keyof typeof system];
  return findOwnBaseParts({ ...imageQuery, system: first }, version, versionOrder, {
    ...{ signal: new AbortController().signal, timing: { ...REAL_TIMING, firstDelay: 1 } },
    ...{ builds: `http://${server.host}`, sources: `http://${server.host}/otp` },
  });
}

describe('findOwnBaseParts', () => {
  it.each([
    ['1.17.2 27.0.1 ubuntu:noble amd64', '27.0.1', '1', 'v1.17.2-otp-27', 'd'],
    ['1.17.2 27.x ubuntu:noble amd64', '27.3.4.1', '2', 'v1.17.2-otp-27', 'd'],
    ['1.17.x 27.3 ubuntu:noble amd64', '27.3', '3', 'v1.17.3-otp-26', 'e'],
    ['1.17.2 28.0-rc1 ubuntu:noble amd64', '28.0-rc1', '4', 'v1.17.2-otp-27', 'd'],
  ])('takes what is built for the system: %s', async (words, otp, otpSum, archive, elixirSum) => {
    const parts = await find(words);
    const builds = `http://${server.host}/builds`;
    expect(parts.otp).toEqual({
      ...{ version: otp, sha256: sum(otpSum), compiles: false },
      url: `${builds}/otp/amd64/ubuntu-24.04/OTP-${otp}.tar.gz`,
    });
    expect(parts.elixir).toMatchObject({ url: `${builds}/elixir/${archive}.zip`, sha256: sum(elixirSum) });
  });

  it.each([404, 403])('takes the sources where nothing is built for the system, which is status %i', async (status) => {
    files['/builds/otp/amd64/debian-12/builds.txt'] = status;
    expect(await find('1.17.2 27.0.1 debian:bookworm amd64')).toMatchObject({
      system: { os: 'debian', release: 'bookworm' },
      otp: {
        ...{ version: '27.0.1', sha256: sum('7'), compiles: true },
        url: `http://${server.host}/otp/OTP-27.0.1/otp_src_27.0.1.tar.gz`,
      },
      elixir: { version: '1.17.2', sha256: sum('d') },
    });
  });

  it.each([
    ['1.17.2 27.0.9 debian:bookworm amd64', 'no Erlang/OTP 27.0.9', 'has no checksum of its sources'],
    ['1.17.2 27 debian:bookworm amd64', 'no Erlang/OTP 27', 'Name it exactly, such as 27.0.1.'],
    ['1.99.0 27.0.1 ubuntu:noble amd64', 'no Elixir 1.99.0', 'Name one that is released.'],
    ['1.17.3 25.0 ubuntu:noble amd64', 'no Erlang/OTP 25.0', 'checksum'],
  ])('has nothing for %s', async (words, message, next) => {
    const error = await errorOf(() => find(words));
    expect(error).toMatchObject({ code: 'no-such-image', exitStatus: 4 });
    expect(error.message).toContain(message);
    expect(error.next).toContain(next);
  });

  it('says that an Elixir is for newer versions of OTP alone', async () => {
    files['/otp/OTP-25.0/SHA256.txt'] = `${sum('9')} *otp_src_25.0.tar.gz`;
    const error = await errorOf(() => find('1.17.3 25.0 ubuntu:noble amd64'));
    expect(error.message).toContain('no Elixir 1.17.3 for Erlang/OTP 25.0');
  });

  it('is an outage where a server fails', async () => {
    files['/builds/elixir/builds.txt'] = 500;
    expect(await errorOf(() => find('1.17.2 27.0.1 ubuntu:noble amd64'))).toMatchObject({ code: 'registry-outage' });
  });
});
