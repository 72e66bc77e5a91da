import { describe, expect, it } from '@jest/globals';
import { completionText } from '../../../src/cli/completion-command.js';
import { allCommands, parseArguments } from '../../../src/cli/program.js';
import { OPTIONS } from '../../../src/options/table.js';
import { errorOf } from '../support/errors.js';

const NAMES = allCommands().map((command) => command.name());

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
