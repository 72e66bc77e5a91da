import { describe, expect, it } from '@jest/globals';
import { deflateSync, gzipSync } from 'node:zlib';
import { application, audited, nif, release } from './support/releases.js';
import type { Tree } from '../support/files.js';

function chunk(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc((4 - (content.length % 4)) % 4)]);
}

/** A compiled module with these atoms and literals; of OTP 28 on, literals are not compressed. */
function beam(atoms: readonly string[], literals = '', compressed = true): Buffer {
  const text = Buffer.from(literals, 'latin1');
  const size = Buffer.alloc(4);
  size.writeUInt32BE(compressed ? text.length : 0);
  const names = atoms.map((atom) => Buffer.concat([Buffer.from([atom.length]), Buffer.from(atom)]));
  const body = Buffer.concat([
    Buffer.from('BEAM'),
    chunk('AtU8', Buffer.concat([Buffer.alloc(4), ...names])),
    chunk('Code', Buffer.alloc(5)),
    chunk('LitT', Buffer.concat([size, compressed ? deflateSync(text) : text])),
  ]);
  const head = Buffer.from('FOR1\0\0\0\0');
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

const data = async (files: Tree) => (await audited({ ...release(), ...files })).requirements.data;

const ASKS = ['Elixir.A', 'public_key', 'cacerts_get'];
const A = 'lib/web-1.0/ebin/Elixir.A.beam';
const CERTIFICATES = 'ca-certificates';

describe('the CA certificates of the system', () => {
  it.each<[string, Tree, string]>([
    ['a module that asks for them', { [A]: beam(ASKS) }, A],
    ['a compressed one', { [A]: gzipSync(beam(ASKS)) }, A],
    ['one with their path', { [A]: beam(['Elixir.A'], 'm\0/etc/ssl/certs/ca-certificates.crt') }, A],
    ['one of a newer OTP', { [A]: beam(['Elixir.A'], 'm\0/etc/ssl/cert.pem', false) }, A],
    ['runtime.exs', { 'releases/0.1.0/runtime.exs': 'x = :public_key.cacerts_get()\n' }, 'releases/0.1.0/runtime.exs'],
    ['sys.config', { 'releases/0.1.0/sys.config': '[{a,"/etc/ssl/certs/ca.crt"}].' }, 'releases/0.1.0/sys.config'],
  ])('are a requirement of %s', async (_, files, file) => {
    expect(await data(files)).toEqual([{ kind: CERTIFICATES, readBy: [file] }]);
  });

  it('are in a package that has one name on all systems', async () => {
    const { requirements } = await audited({ ...release(), [A]: beam(ASKS) });
    for (const family of ['debian', 'ubuntu', 'rhel'] as const) expect(requirements[family]).toContain(CERTIFICATES);
    expect([requirements.alpine, requirements.derived]).toEqual([[], {}]);
  });

  it.each<[string, Tree]>([
    ['a module that asks for nothing', { [A]: beam(['Elixir.A', 'public_key']) }],
    ['an application of OTP', { 'lib/inets-9.0/ebin/httpc.beam': beam(ASKS) }],
    ['a tool that runs while others are compiled', { 'lib/rustler_precompiled-0.8.0/ebin/R.beam': beam(ASKS) }],
    [
      'one that has them of CAStore, which is there',
      {
        [A]: beam([...ASKS, 'Elixir.CAStore']),
        'lib/castore-1.0.0/ebin/Elixir.CAStore.beam': beam(['Elixir.CAStore']),
      },
    ],
    ['a comment', { 'releases/0.1.0/runtime.exs': '# cacerts: :public_key.cacerts_get()\n' }],
    ['a file that is damaged', { [A]: beam(ASKS).subarray(0, 14) }],
    ['a file that is none', { [A]: 'public_key cacerts_get' }],
  ])('are none of %s', async (_, files) => {
    expect(await data(files)).toEqual([]);
  });

  it('are a requirement of one that would have them of CAStore, which is not there', async () => {
    expect(await data({ [A]: beam([...ASKS, 'Elixir.CAStore']) })).toEqual([{ kind: CERTIFICATES, readBy: [A] }]);
  });
});

describe('the time zone data of the system', () => {
  it('are a requirement of what has their path', async () => {
    const files = { [A]: beam(['Elixir.A'], 'm\0/usr/share/zoneinfo'), ...application('kernel', '10.2.7') };
    const { requirements } = await audited({ ...release(), ...files });
    expect(requirements.data).toEqual([{ kind: 'time-zones', readBy: [A] }]);
    expect(requirements.debian).toContain('tzdata');
  });

  it('are none of a NIF without it', async () => {
    expect(await data({ 'lib/web-1/priv/x.so': nif() })).toEqual([]);
  });
});
