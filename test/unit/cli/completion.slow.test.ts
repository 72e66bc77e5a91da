import { describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { completionText } from '../../../src/cli/completion-command.js';
import { allCommands, parseArguments } from '../../../src/cli/program.js';
import { OPTIONS } from '../../../src/options/table.js';
import { TARGETS } from '../../../src/targets/table.js';
import { errorOf } from '../support/errors.js';

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

describe.each(['zsh', 'fish'] as const)('the completion of %s', (shell) => {
  const script = completionText(shell);

  it.each(NAMES)('has the command %s', (name) => {
    expect(script).toMatch(new RegExp(shell === 'zsh' ? `^ +'${name}:[A-Z]` : ` -a ${name} -d '[A-Z]`, 'm'));
  });

  it.each(OPTIONS.map(({ name }) => name))('has the flag %s of each command that takes it, once', (name) => {
    const pattern = shell === 'zsh' ? `'\\*?--${name}\\[` : `from build' -l ${name} `;
    const lines = shell === 'zsh' ? script.split('\n').filter((line) => line.trim().startsWith('build)')) : [script];
    expect(lines.join('').match(new RegExp(pattern, 'g'))).toHaveLength(1);
  });

  it('has balanced quotes', () => {
    for (const line of script.split('\n').filter((each) => !each.startsWith('#'))) {
      const plain = shell === 'zsh' ? line.replaceAll(`'\\''`, '') : line.replaceAll(/\\['\\]/g, '');
      expect([line, (plain.match(/'/g) ?? []).length % 2]).toEqual([line, 0]);
    }
  });
});

describe('mix-release completion', () => {
  it.each(['bash', 'zsh', 'fish'])('takes %s', (shell) => {
    expect(parseArguments(['completion', shell])).toEqual({ command: 'completion', shell });
  });

  it.each([[[]], [['tcsh']], [['bash', 'zsh']]])('refuses %j', async (shells) => {
    const error = await errorOf(() => parseArguments(['completion', ...shells]));
    expect(error).toMatchObject({ code: 'bad-usage', exitStatus: 2 });
  });
});
