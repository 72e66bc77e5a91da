import { describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { completionText } from '../../../src/cli/completion-command.js';
import { allCommands } from '../../../src/cli/program.js';
import { OPTIONS } from '../../../src/options/table.js';
import { TARGETS } from '../../../src/targets/table.js';

const bash = completionText('bash');
const TRIPLES = TARGETS.map(({ triple }) => triple);
const NAMES = allCommands().map((command) => command.name());

/** What bash offers for the last of some words, as it takes a line apart. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `${bash}
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_mix_release
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const printed = execFileSync('bash', ['-u', '-c', script, 'bash', 'mix-release', ...words], { encoding: 'utf8' });
  return printed.split('\n').filter((line) => line !== '');
}

describe('the completion of bash', () => {
  it.each([
    [[''], [...NAMES, '--help', '--version']],
    [['bu'], ['build']],
    [['build', '--os', 'alpine:3.2'], []],
    [['build', '--target', ''], TRIPLES],
    [['plan', '--target', '=', 'x86'], TRIPLES.filter((triple) => triple.startsWith('x86'))],
    [['shell', '--target', '='], TRIPLES],
    [['build', '--cache', 'd'], ['deps']],
    [['build', '--os', 'debian', ':', 'tr'], ['trixie']],
    [['init', '--targets', 'aarch64-unknown-linux-m'], ['aarch64-unknown-linux-musl']],
    [['matrix', 'aarch64-unknown-linux-m'], ['aarch64-unknown-linux-musl']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['doctor', '-'],
      ['--json', '--help'],
    ],
    [['shell', '--', 'm'], []],
    [['no-such-command', 'x'], []],
  ])('of %j offers %j', (words, expected) => {
    if (words.at(-1) === 'alpine:3.2') expect(offered(...words).length).toBeGreaterThan(1);
    else expect(offered(...words)).toEqual(expected);
  });

  it('offers paths where it offers nothing of its own', () => {
    expect(offered('build', '--dockerfile', 'x')).toEqual([]);
    expect(offered('build', 'x')).toEqual([]);
    expect(bash).toContain('complete -o default -F _mix_release mix-release\n');
  });

  it('offers every flag of a build', () => {
    expect(offered('build', '--')).toEqual([
      ...OPTIONS.map(({ name }) => `--${name}`),
      '--json',
      '--verbose',
      '--help',
    ]);
  });

  it('is what shellcheck passes', () => {
    const { status, stdout } = spawnSync('shellcheck', ['--shell=bash', '-'], { input: bash, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});
