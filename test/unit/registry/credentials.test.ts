import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentialsFor, engineAuth, type Credentials } from '../../../src/registry/credentials.js';
import { parseReference } from '../../../src/registry/reference.js';

let folder: string;
let warnings: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-credentials-'));
  warnings = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function credentials(image: string, env: Readonly<Record<string, string>> = {}): Promise<Credentials | undefined> {
  return credentialsFor(parseReference(image), {
    env: { DOCKER_CONFIG: folder, PATH: `${folder}:${process.env.PATH ?? ''}`, FOLDER: folder, ...env },
    signal: new AbortController().signal,
    onWarning: (line) => warnings.push(line),
  });
}

const configure = (config: unknown): Promise<void> =>
  writeFile(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A program of the helpers' protocol. */
async function installHelper(name: string, script: string): Promise<void> {
  const path = join(folder, `docker-credential-${name}`);
  await writeFile(path, `#!/bin/sh\necho "$@" >"$FOLDER/arguments"\ncat >"$FOLDER/input"\n${script}\n`);
  await chmod(path, 0o755);
}

const ann = { kind: 'password', username: 'ann', password: 'a:b' } as const;

describe('the login in the file', () => {
  test.each([
    ['a.example:5000/x', 'a.example:5000'],
    ['a.example/x', 'https://a.example'],
    ['a.example/x', 'https://a.example/v1/'],
    ['a.example/x', 'http://a.example/v2/'],
    ['elixir', 'https://index.docker.io/v1/'],
    ['hexpm/elixir', 'docker.io'],
    ['docker.io/hexpm/elixir', 'registry-1.docker.io'],
  ])('%s under %s', async (image, key) => {
    await configure({ auths: { 'z.example': { auth: base64('z:z') }, [key]: { auth: base64('ann:a:b') } } });
    expect(await credentials(image)).toEqual(ann);
  });

  test('is that of its host only', async () => {
    await configure({ auths: { 'a.example': { auth: base64('ann:a:b') } } });
    expect(await credentials('a.example:5000/x')).toBeUndefined();
    expect(await credentials('elixir')).toBeUndefined();
  });

  test.each([
    [{ auth: base64('ann:a:b\0\0') }, ann],
    [{ username: 'ann', password: 'a:b' }, ann],
    [
      { auth: base64('ann:x'), identitytoken: 'abc' },
      { kind: 'identity-token', token: 'abc' },
    ],
    [{}, undefined],
    [{ auth: base64('nothing') }, undefined],
    [{ auth: '' }, undefined],
    ['text', undefined],
  ])('%j', async (entry, expected) => {
    await configure({ auths: { 'a.example': entry } });
    expect(await credentials('a.example/x')).toEqual(expected);
  });

  test('is read from the home folder where no other is named', async () => {
    await mkdir(join(folder, '.docker'));
    const config = JSON.stringify({ auths: { 'a.example': { auth: base64('ann:a:b') } } });
    await writeFile(join(folder, '.docker', 'config.json'), config);
    const { signal } = new AbortController();
    const onWarning = (line: string) => warnings.push(line);
    const reference = parseReference('a.example/x');
    expect(await credentialsFor(reference, { env: { HOME: folder }, signal, onWarning })).toEqual(ann);
    expect(await credentialsFor(reference, { env: { HOME: folder, DOCKER_CONFIG: '' }, signal, onWarning })).toEqual(
      ann,
    );
  });
});

test('no configuration is no login and no warning', async () => {
  expect(await credentials('a.example/x')).toBeUndefined();
  expect(warnings).toEqual([]);
});

test('a configuration that cannot be read is a warning', async () => {
  await configure('{"auths":');
  expect(await credentials('a.example/x')).toBeUndefined();
  expect(warnings).toEqual([expect.stringContaining(join(folder, 'config.json'))]);
});

describe('a credential helper', () => {
  const answer = `echo '{"ServerURL":"a.example","Username":"ann","Secret":"a:b"}'`;

  test.each([
    ['a.example/x', 'a.example'],
    ['hexpm/elixir', 'https://index.docker.io/v1/'],
  ])('of the store is asked for %s as %s', async (image, address) => {
    await installHelper('test', answer);
    await configure({ credsStore: 'test' });
    expect(await credentials(image)).toEqual(ann);
    expect(await readFile(join(folder, 'arguments'), 'utf8')).toBe('get\n');
    expect(await readFile(join(folder, 'input'), 'utf8')).toBe(address);
  });

  test('of a host goes before the store', async () => {
    await installHelper('host', answer);
    await configure({ credsStore: 'none', credHelpers: { 'a.example': 'host', 'b.example': 'none' } });
    expect(await credentials('a.example/x')).toEqual(ann);
    expect(warnings).toEqual([]);
  });

  test('may give an identity token', async () => {
    await installHelper('test', `echo '{"Username":"<token>","Secret":"abc"}'`);
    await configure({ credsStore: 'test' });
    expect(await credentials('a.example/x')).toEqual({ kind: 'identity-token', token: 'abc' });
  });

  test('without a login leaves it to the file', async () => {
    await installHelper('test', 'echo "credentials not found in native keychain"; exit 1');
    await configure({ credsStore: 'test', auths: { 'a.example': { auth: base64('ann:a:b') } } });
    expect(await credentials('a.example/x')).toEqual(ann);
    expect(warnings).toEqual([]);
  });

  test.each([
    ['is not installed', 'missing', 'ENOENT'],
    ['fails', 'failing', 'the keychain is locked'],
    ['answers what is no JSON', 'odd', 'odd'],
    ['is no name of a program', '../evil', "'../evil'"],
  ])('that %s is a warning', async (_name, helper, said) => {
    await installHelper('failing', 'echo "the keychain is locked" >&2; exit 1');
    await installHelper('odd', 'echo hello');
    await configure({ credsStore: helper });
    expect(await credentials('a.example/x')).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining(said)]);
  });
});

test('the engine gets the login in its own words', () => {
  expect(engineAuth(ann, parseReference('hexpm/elixir'))).toEqual({
    username: 'ann',
    password: 'a:b',
    serveraddress: 'https://index.docker.io/v1/',
  });
  expect(engineAuth({ kind: 'identity-token', token: 'abc' }, parseReference('a.example:5000/x'))).toEqual({
    identitytoken: 'abc',
    serveraddress: 'a.example:5000',
  });
});
