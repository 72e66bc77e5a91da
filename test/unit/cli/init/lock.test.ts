import { describe, expect, it } from '@jest/globals';
import { readLock } from '../../../../src/cli/init/lock.js';

const hex = (repository: string, deps = '[]', outer = `, "${'b'.repeat(64)}"`): string =>
  `  "x": {:hex, :x, "1.0.0", "${'a'.repeat(64)}", [:mix, :rebar3], ${deps}, "${repository}"${outer}},`;

describe('readLock', () => {
  it.each([
    [hex('hexpm'), {}],
    [hex('hexpm:acme'), { organizations: ['acme'] }],
    [hex('hexpm:acme', '[{:y, "~> 1.0", [hex: :y, repo: "hexpm:other"]}]'), { organizations: ['acme'] }],
    [hex('hexpm:acme', '[]', ''), { organizations: ['acme'] }],
    [`${hex('hexpm:b')}\n${hex('hexpm:a')}\n${hex('hexpm:b')}`, { organizations: ['a', 'b'] }],
    [hex('internal'), { repositories: ['internal'] }],
    ['  "y": {:git, "git@github.com:team/y.git", "abc", []},', { sshHosts: ['github.com'] }],
    ['  "y": {:git, "ssh://git@host.example:22/y.git", "abc", [branch: "main"]},', { sshHosts: ['host.example'] }],
    ['  "y": {:git, "https://github.com/team/y.git", "abc", []},', {}],
    ['', {}],
    ['no lock at all', {}],
  ])('of %j', (text, sources) => {
    expect(readLock(text)).toEqual({ organizations: [], repositories: [], sshHosts: [], ...sources });
  });
});
