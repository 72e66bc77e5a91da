import { describe, expect, it } from '@jest/globals';
import type { RawOptions } from '../../../../src/options/table.js';
import { readImageRequest } from '../../../../src/options/sections/image.js';
import { findTarget } from '../../../../src/targets/find.js';
import { errorOf } from '../../support/errors.js';
import { NO_IMAGE_WISHES } from '../../support/request.js';

const gnu = findTarget('x86_64-unknown-linux-gnu');
const musl = findTarget('x86_64-unknown-linux-musl');
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('readImageRequest', () => {
  it.each([gnu, musl])('guesses nothing for $triple', (target) => {
    expect(readImageRequest({}, target)).toEqual(NO_IMAGE_WISHES);
  });

  it.each<[RawOptions, object]>([
    [{ 'elixir-version': ' 1.18 ' }, { versions: { elixir: '1.18', otp: undefined, file: undefined } }],
    [{ 'otp-version': 'OTP-27' }, { versions: { elixir: undefined, otp: 'OTP-27', file: undefined } }],
    [{ 'version-file': 'x/mise.toml' }, { versions: { elixir: undefined, otp: undefined, file: 'x/mise.toml' } }],
    [{ image: ' elixir:1.18\n' }, { named: 'elixir:1.18' }],
    [
      { image: `registry.example:5000/team/elixir@${DIGEST}` },
      { named: `registry.example:5000/team/elixir@${DIGEST}` },
    ],
    [{ registry: 'mirror.example' }, { registry: 'mirror.example' }],
    [{ registry: 'localhost:5000/proxy/' }, { registry: 'localhost:5000/proxy' }],
    [{ registry: 'mirror.example/a/b//' }, { registry: 'mirror.example/a/b' }],
    [{ pull: 'missing' }, { pull: 'missing' }],
    [{ pull: 'Always' }, { pull: 'always' }],
    [{ pull: ' never ' }, { pull: 'never' }],
    [{ 'official-images': 'true' }, { officialImages: true }],
    [{ 'official-images': false }, { officialImages: false }],
    [{ 'own-base': 'true' }, { ownBase: true }],
    [{ glibc: ' 2.31 ' }, { glibc: '2.31' }],
    [{ glibc: '2.17' }, { glibc: '2.17' }],
  ])('reads %j', (raw, said) => {
    expect(readImageRequest(raw, gnu)).toEqual({ ...NO_IMAGE_WISHES, ...said });
  });

  it.each([
    ['debian:bookworm', gnu, 'debian', 'bookworm'],
    ['debian:12', gnu, 'debian', 'bookworm'],
    ['debian:sid', gnu, 'debian', 'sid'],
    ['ubuntu:noble', gnu, 'ubuntu', 'noble'],
    ['ubuntu:24.04', gnu, 'ubuntu', 'noble'],
    ['alpine:3.22', musl, 'alpine', '3.22'],
    ['alpine:3.99', musl, 'alpine', '3.99'],
  ])('reads os %s as tags of images spell it', (text, target, os, release) => {
    expect(readImageRequest({ os: text }, target).os).toEqual({ os, release });
  });

  it.each<RawOptions>([
    { image: 'elixir:1.18', 'elixir-version': '1.18', 'otp-version': '27', 'version-file': 'mise.toml' },
    { image: 'elixir:1.18', os: 'debian:trixie' },
    { image: 'elixir:1.18', glibc: '2.36' },
    { os: 'debian:bookworm', glibc: '2.36' },
    { os: 'debian:bullseye', glibc: '2.36' },
    { os: 'debian:sid', glibc: '2.17' },
  ])('leaves it to the probe whether %j go together', (raw) => {
    expect(() => readImageRequest(raw, gnu)).not.toThrow();
  });
});

describe('readImageRequest refuses', () => {
  it.each<[RawOptions, string, string]>([
    [{ os: 'debian' }, "os is 'debian'", 'debian:bookworm'],
    [{ os: 'debian:' }, "os is 'debian:'", 'debian:bookworm'],
    [{ os: 'Debian:bookworm' }, "os is 'Debian:bookworm'", 'debian:bookworm'],
    [{ os: 'debian:bookworm-slim' }, "os is 'debian:bookworm-slim'", 'debian:bookworm'],
    [{ os: 'fedora:42' }, 'built on debian or ubuntu', 'debian:bookworm'],
    [{ os: 'alpine:3.22' }, 'built on debian or ubuntu', 'alpine:3.22'],
    [{ glibc: '2' }, "glibc is '2'", 'ldd --version'],
    [{ glibc: '2.' }, "glibc is '2.'", 'ldd --version'],
    [{ glibc: '3.1' }, "glibc is '3.1'", 'ldd --version'],
    [{ glibc: '2.31.1' }, "glibc is '2.31.1'", 'ldd --version'],
    [{ glibc: '>=2.31' }, "glibc is '>=2.31'", 'ldd --version'],
    [{ glibc: 'GLIBC_2.31' }, "glibc is 'GLIBC_2.31'", 'ldd --version'],
    [{ os: 'debian:trixie', glibc: '2.36' }, 'debian:trixie, which has glibc 2.41', 'glibc alone'],
    [{ os: 'ubuntu:24.04', glibc: '2.38' }, 'ubuntu:noble, which has glibc 2.39', 'glibc alone'],
    [{ os: 'debian:bookworm', glibc: '2.4' }, 'asks for 2.4 at most', 'glibc alone'],
    [{ image: 'hexpm/elixir latest' }, "'hexpm/elixir latest' does not name an image", 'hexpm/elixir:1.18.3'],
    [{ image: '--privileged' }, "'--privileged' does not name an image", 'hexpm/elixir:1.18.3'],
    [{ image: 'elixir$(id)' }, "'elixir$(id)' does not name an image", 'hexpm/elixir:1.18.3'],
    [{ image: 'elixir@sha256:abc' }, "'sha256:abc' is not sha256:", 'hexpm/elixir:1.18.3'],
    [{ image: ['elixir:1', 'elixir:2'] }, 'image was given 2 values', 'one value'],
    [{ registry: 'mirror' }, 'a registry is a host', '[host'],
    [{ registry: 'https://mirror.example' }, "its host 'https:' is not valid", '[host'],
    [{ registry: 'mirror.example/Proxy' }, "its path 'Proxy/hexpm/elixir'", '[host'],
    [{ pull: 'yes' }, "pull is 'yes'", 'missing'],
    [{ pull: 'if-not-present' }, "pull is 'if-not-present'", 'missing'],
    [{ 'official-images': '1' }, "official-images is '1'", 'true or false'],
  ])('%j', async (raw, says, next) => {
    const error = await errorOf(() => readImageRequest(raw, gnu));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
    expect(error.message).toContain(says);
    expect(error.next).toContain(next);
  });

  it.each<[RawOptions, string]>([
    [{ glibc: '2.31' }, 'has no glibc'],
    [{ os: 'debian:bookworm' }, 'built on alpine'],
    [{ os: 'alpine:edge', glibc: '2.31' }, 'has no glibc'],
  ])('%j for musl', async (raw, says) => {
    const error = await errorOf(() => readImageRequest(raw, musl));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
    expect(error.message).toContain(says);
    expect(error.message).toContain(musl.triple);
  });
});
