import { describe, expect, it } from '@jest/globals';
import { installedToolchains, namedToolchains, toolchainText } from '../../src/versions/toolchains.js';

const directory = (files: Readonly<Record<string, string>>, path = '') => ({
  path,
  files: new Map(Object.entries(files)),
});
const named = (files: Readonly<Record<string, string>>) =>
  namedToolchains([directory(files)]).map(({ tool, text, origin }) => `${tool} ${text} ${origin}`);

describe('namedToolchains', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'asdf',
      { '.tool-versions': 'elixir 1.18.3\nnodejs 22.11.0 20.1.0 # two\nrust 1.85.1\r\n' },
      ['node 22.11.0 .tool-versions:2', 'rust 1.85.1 .tool-versions:3'],
    ],
    [
      'mise',
      { 'mise.toml': '[tools]\nnode = "22"\nrust = { version = "1.85", profile = "minimal" }\n' },
      ['node 22 mise.toml', 'rust 1.85 mise.toml'],
    ],
    ['mise with an array', { '.mise.toml': 'tools."core:node" = ["lts", "20"]\n' }, ['node lts .mise.toml']],
    [
      'the nearer file of two',
      { '.tool-versions': 'nodejs 22.1.0\n', 'mise.toml': '[tools]\nnode = "20"\n' },
      ['node 22.1.0 .tool-versions:1'],
    ],
    ['a number, which is no version', { 'mise.toml': '[tools]\nnode = 22\n' }, []],
    ['a line without a version', { '.tool-versions': 'nodejs\nruby 3.3.0\n' }, []],
    ['a file that is not TOML', { 'mise.toml': '[tools' }, []],
    ['tools that are no table', { 'mise.toml': 'tools = "node"' }, []],
  ])('reads %s', (_, files, expected) => {
    expect(named(files)).toEqual(expected);
  });

  it('takes each from the nearest directory that names it', () => {
    const directories = [
      directory({ '.tool-versions': 'rust 1.85.1\n' }, 'apps/web'),
      directory({ '.tool-versions': 'rust 1.70.0\nnodejs 22.1.0\n' }),
    ];
    expect(namedToolchains(directories).map(({ text, origin }) => `${text} ${origin}`)).toEqual([
      '1.85.1 apps/web/.tool-versions:1',
      '22.1.0 .tool-versions:2',
    ]);
  });
});

describe('toolchainText', () => {
  const node = (text: string) => ({ tool: 'node' as const, text, origin: '.tool-versions:2' });
  it.each([
    ['22.11.0', '22.11.0', 'is in the builder: 22.11.0'],
    ['22', '22.11.0', 'is in the builder: 22.11.0'],
    ['v22.11', '22.11.0', 'is in the builder: 22.11.0'],
    ['2', '22.11.0', 'is not what the builder has: 22.11.0'],
    ['22.1', '22.11.0', 'is not what the builder has: 22.11.0'],
    ['lts', '22.11.0', 'cannot be compared: the builder has 22.11.0'],
  ])('of %s beside %s: %s', (text, there, expected) => {
    expect(toolchainText(node(text), { node: there })).toContain(`Node.js ${text} (from .tool-versions:2) ${expected}`);
  });

  it('names both ways to have one that is not there', () => {
    expect(toolchainText(node('22'), { rust: '1.85.1' })).toMatch(/packages \(nodejs npm\).* dockerfile/);
    expect(toolchainText({ ...node('1.85'), tool: 'rust' }, {})).toContain('packages (cargo)');
  });
});

describe('installedToolchains', () => {
  it('reads what the programs print', () => {
    const lines = ['node v20.19.2', 'rustc 1.85.1 (4eb161250 2025-03-15) (built from a source tarball)'];
    expect(installedToolchains(lines)).toEqual({ node: '20.19.2', rust: '1.85.1' });
    expect(installedToolchains(['node ', 'sh: rustc'])).toEqual({});
  });
});
