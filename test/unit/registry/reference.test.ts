import { describe, expect, test } from '@jest/globals';
import {
  formatReference,
  isLoopback,
  parseReference,
  registryHost,
  repositoryOf,
  withRegistry,
} from '../../../src/registry/reference.js';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('the parts of a reference', () => {
  test.each([
    ['elixir', { host: 'docker.io', path: 'library/elixir' }],
    ['elixir:1.18', { host: 'docker.io', path: 'library/elixir', tag: '1.18' }],
    ['docker.io/elixir', { host: 'docker.io', path: 'library/elixir' }],
    ['index.docker.io/hexpm/elixir:a', { host: 'docker.io', path: 'hexpm/elixir', tag: 'a' }],
    ['hexpm/elixir', { host: 'docker.io', path: 'hexpm/elixir' }],
    ['localhost/elixir', { host: 'localhost', path: 'elixir' }],
    ['localhost:5000/a/b/c:t', { host: 'localhost:5000', path: 'a/b/c', tag: 't' }],
    ['[::1]:5000/a', { host: '[::1]:5000', path: 'a' }],
    ['registry.example/a__b/c-d.e:T_1', { host: 'registry.example', path: 'a__b/c-d.e', tag: 'T_1' }],
    ['HOST/a', { host: 'HOST', path: 'a' }],
    [`hexpm/elixir@${DIGEST}`, { host: 'docker.io', path: 'hexpm/elixir', digest: DIGEST }],
    [`a.example:1/b:c@${DIGEST}`, { host: 'a.example:1', path: 'b', tag: 'c', digest: DIGEST }],
  ])('%s', (text, parts) => {
    expect(parseReference(text)).toEqual(parts);
  });

  test.each([
    '',
    ':tag',
    'Elixir',
    'hexpm/Elixir',
    'a//b',
    '/a',
    'a/',
    'a:',
    'a:-b',
    'a b',
    `a:${'t'.repeat(129)}`,
    'a@sha256:123',
    `a@${DIGEST}@${DIGEST}`,
    `a@${DIGEST.toUpperCase()}`,
    'https://registry.example/a',
    'registry.example:port/a',
    '-x.example/a',
    'a___b',
    'x'.repeat(256),
    '$(reboot)',
  ])("'%s' is none", (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'bad-option' }));
  });
});

test.each([
  ['docker.io/library/elixir:1.18', 'elixir:1.18'],
  ['docker.io/hexpm/elixir', 'hexpm/elixir'],
  [`a.example/library/elixir:t@${DIGEST}`, `a.example/library/elixir:t@${DIGEST}`],
  ['docker.io/library/a/b', 'library/a/b'],
])('%s is written %s', (text, short) => {
  expect(formatReference(parseReference(text))).toBe(short);
  expect(parseReference(short)).toEqual(parseReference(text));
});

test('a path that would read as a host keeps its host', () => {
  expect(formatReference({ host: 'docker.io', path: 'foo.bar/baz' })).toBe('docker.io/foo.bar/baz');
});

test.each([
  [`hexpm/elixir:t@${DIGEST}`, 'hexpm/elixir'],
  ['elixir:1.18', 'elixir'],
  ['localhost:5000/a/b', 'localhost:5000/a/b'],
  [`a.example:1/library/b@${DIGEST}`, 'a.example:1/library/b'],
])('the repository of %s is %s', (text, repository) => {
  expect(repositoryOf(parseReference(text))).toBe(repository);
});

describe('another registry', () => {
  test.each([
    ['hexpm/elixir:t', 'mirror.example:5000/proxy', 'mirror.example:5000/proxy/hexpm/elixir:t'],
    ['hexpm/elixir:t', 'mirror.example/', 'mirror.example/hexpm/elixir:t'],
    ['elixir:t', 'localhost:5000', 'localhost:5000/library/elixir:t'],
    ['a.example/b:t', 'docker.io/x', 'x/b:t'],
    [`hexpm/elixir@${DIGEST}`, 'mirror.example', `mirror.example/hexpm/elixir@${DIGEST}`],
  ])('%s from %s is %s', (text, registry, moved) => {
    expect(formatReference(withRegistry(parseReference(text), registry))).toBe(moved);
  });

  test.each(['', 'mirror', 'https://mirror.example', 'mirror.example/Upper', 'mirror.example//a'])(
    "'%s' is none",
    (registry) => {
      expect(() => withRegistry(parseReference('hexpm/elixir:t'), registry)).toThrow(
        expect.objectContaining({ code: 'bad-option' }),
      );
    },
  );
});

test('only the name of the public registry differs from where it answers', () => {
  expect(registryHost(parseReference('hexpm/elixir'))).toBe('registry-1.docker.io');
  expect(registryHost(parseReference('a.example:5000/b'))).toBe('a.example:5000');
});

test.each([
  ['localhost:5000', true],
  ['127.0.0.1', true],
  ['127.9.9.9:80', true],
  ['[::1]:5000', true],
  ['localhost.example', false],
  ['127.0.0.1.example', false],
  ['registry.example', false],
])('%s is this machine: %s', (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback);
});
