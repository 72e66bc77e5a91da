import { describe, expect, it, jest } from '@jest/globals';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { runScript } from './run-hook.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { machineContainer, SHELLS, type Shell } from '../../../test/unit/support/shell.js';

// A shell that waits for ever is a failure that is seen soon.
jest.setTimeout(20_000);

const GIVEN = { KEPT: 'as it is', SECRET: 'hunter2' };

/** What a value may have in it. */
const VALUES = {
  NOTHING: '',
  LINES: 'one\n\n two\n',
  LINE_END: '\n',
  QUOTES: `it's "quoted" \`id\``,
  OF_A_SHELL: '$HOME $(id) * \\n \\\\ ; | & # !',
  EQUALS: '=a=b=',
  UTF_8: 'grüße, 日本語',
  SPACES: '\t  x  \t',
  CONTROL: 'a\rb\u001b[1mc\u0001',
  LONG: 'x'.repeat(100_000),
};

/** Runs a script as it would run in a container; what it prints on its two outputs comes in any order. */
async function ran(shell: Shell, text: string) {
  const directory = await realpath(await directoryWith({ 'a b/prepare.sh': text, 'sourced.sh': 'export SOURCED=1\n' }));
  const printed: string[] = [];
  const env = await runScript({
    ...{
      hook: 'before-build' as const,
      container: machineContainer(shell, { OF_IMAGE: 'x' }),
      cwd: directory,
      env: GIVEN,
      bash: false,
    },
    ...{ script: path.join(directory, 'a b/prepare.sh'), name: 'prepare.sh' },
    ...{ onLine: (line) => printed.push(line), note: (note) => printed.push(note) },
  });
  return { env, printed, directory };
}

/** A word of the shell for any text. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

describe.each(SHELLS)('by %s, runScript', (...shell) => {
  it.each<[string, string, Readonly<Record<string, string>>, readonly string[]]>([
    ['nothing at all', '', {}, []],
    ['an export', 'export A=1\n', { A: '1' }, []],
    ['an export in a script without a last line end', 'export A=1', { A: '1' }, []],
    ['a variable that is not exported', 'A=1\n', {}, []],
    ['a change', 'export KEPT="$KEPT, and more"\n', { KEPT: 'as it is, and more' }, []],
    ['a change of the image', 'OF_IMAGE="$OF_IMAGE:y"\n', { OF_IMAGE: 'x:y' }, []],
    ['another directory', 'cd /\nexport A=1\n', { A: '1' }, []],
    ['another script', '. ./sourced.sh\n', { SOURCED: '1' }, []],
    ['exit 0 in the middle', 'export A=1\nexit 0\nexport B=2\necho never\n', { A: '1' }, []],
    ['return 0 in the middle', 'export A=1\nreturn 0\nexport B=2\n', { A: '1' }, []],
    ['a trap of its own', "trap 'echo bye' EXIT\nexport A=1\n", { A: '1' }, ['bye']],
    ['set -u', 'set -u\nexport A="${KEPT}"\n', { A: 'as it is' }, []],
    ['set -f, set -C and another IFS', 'set -fC\nIFS=/e\nexport A=1\n', { A: '1' }, []],
    ['arguments of its own', 'set -- x y z\nexport A="$#"\n', { A: '3' }, []],
    ['set +e', 'set +e\nfalse\nexport A=1\n', { A: '1' }, []],
    ['a failure that it takes in its stride', 'false || true\nif false; then :; fi\nexport A=1\n', { A: '1' }, []],
    ['a function', 'f() { export A="$1"; }\nf x\n', { A: 'x' }, []],
    ['another output', 'exec >/dev/null\necho lost\nexport A=1\n', { A: '1' }, []],
    ['something in the background', 'sleep 0 &\nexport A=1\nwait\n', { A: '1' }, []],
    ['a last line without its end', 'export A=1\nprintf done', { A: '1' }, ['done']],
    ['a file of variables', 'set -a\nA=1\n', { A: '1' }, []],
    ['its arguments, of which there are none', 'export A="$#"\n', { A: '0' }, []],
    ['output on both', 'echo out\necho err >&2\n', {}, ['err', 'out']],
  ])('takes over what a script does with %s', async (_, text, exports, lines) => {
    const { env, printed } = await ran(shell, text);
    expect(env).toEqual({ ...GIVEN, ...exports });
    expect([...printed].sort()).toEqual(lines);
  });

  it('keeps values of every kind', async () => {
    const { env, printed } = await ran(
      shell,
      Object.entries(VALUES)
        .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
        .join(''),
    );
    expect(env).toEqual({ ...GIVEN, ...VALUES });
    expect(printed).toEqual([]);
  });

  it('leaves out what was unset', async () => {
    expect((await ran(shell, 'unset SECRET\n')).env).toEqual({ KEPT: 'as it is' });
  });

  it('runs in the project', async () => {
    const { printed, directory } = await ran(shell, 'pwd\n');
    expect(printed).toEqual([directory]);
  });

  it('does not let the builder be led elsewhere', async () => {
    const { env, printed } = await ran(shell, 'export HOME=/tmp MIX_ENV=dev A=1\n');
    expect(env).toEqual({ ...GIVEN, A: '1' });
    expect([...printed].sort()).toEqual(['HOME', 'MIX_ENV'].map((name) => expect.stringContaining(`changes ${name},`)));
  });

  it.each<[string, string, number, readonly string[]]>([
    ['exit 3', 'echo before\nexit 3\necho after\n', 3, ['before']],
    ['return 4', 'return 4\n', 4, []],
    ['a command that fails', 'echo before\nfalse\necho after\n', 1, ['before']],
    ['a failure under a trap of its own', "trap 'echo bye' EXIT\n(exit 5)\n", 5, ['bye']],
  ])('ends as a script that ends by %s', async (_, text, status, output) => {
    const error = await errorOf(() => ran(shell, text));
    expect(error).toMatchObject({ code: 'before-build-failed', exitStatus: 5, output });
    expect(error.message).toBe(`before-build (prepare.sh) failed with exit status ${String(status)}`);
  });

  it.each([
    ['a variable that is not set, under set -u', 'set -u\necho "$NOT_SET"\n', 'NOT_SET'],
    ['a command that is not there', 'no-such-command-here\n', 'no-such-command-here'],
    ['what is no shell', 'if then\n', 'then'],
  ])('shows what the shell says of %s', async (_, text, says) => {
    const error = await errorOf(() => ran(shell, text));
    expect(error.code).toBe('before-build-failed');
    expect(error.output.join('\n')).toContain(says);
    expect(error.output.join('\n')).not.toMatch(/hunter2|aHVudGVyMg/);
  });
});
