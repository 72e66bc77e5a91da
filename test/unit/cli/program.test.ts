import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { GROUPS, isRepeatable, type Option } from '../../../src/options/option.js';
import { OPTIONS } from '../../../src/options/table.js';
import { parseArguments } from '../../../src/cli/program.js';
import { EXIT_STATUS } from '../../../src/errors.js';
import { errorOf } from '../support/errors.js';
import packageJson from '../../../package.json' with { type: 'json' };

let printed = '';

beforeEach(() => {
  printed = '';
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  }
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** What a command prints, its line breaks folded. */
function helpOf(...argv: readonly string[]): string {
  expect(parseArguments(argv)).toEqual({ command: 'none' });
  return printed.replaceAll(/\s+/g, ' ');
}

const build = { command: 'build', directory: '.', options: {}, json: false, verbose: false };
const plan = { command: 'plan', directory: '.', options: {}, json: false, probe: false };

const shell = { command: 'shell', directory: '.', options: {}, argv: undefined, verbose: false };
const init = {
  ...{ command: 'init', directory: '.', targets: [], tagRelease: undefined, force: false, print: false },
  action: 'OWNER/mix-release-action@v1',
};

describe('parseArguments', () => {
  it.each([
    [['build'], build],
    [['build', 'dir'], { ...build, directory: 'dir' }],
    [['build', '--json'], { ...build, json: true }],
    [['build', '--verbose'], { ...build, verbose: true }],
    [['build', '--json', 'dir', '--verbose'], { ...build, directory: 'dir', json: true, verbose: true }],
    [['build', '--target', 'a'], { ...build, options: { target: ['a'] } }],
    [['build', '--target=a', 'dir'], { ...build, directory: 'dir', options: { target: ['a'] } }],
    [['build', '--target', 'a', '--target', 'b'], { ...build, options: { target: ['a', 'b'] } }],
    [['build', '--release', 'a'], { ...build, options: { release: ['a'] } }],
    [['build', '--release', 'a', '--release=b,c'], { ...build, options: { release: ['a', 'b,c'] } }],
    [['build', '--env', 'A=b=c', '--env', 'D'], { ...build, options: { env: ['A=b=c', 'D'] } }],
    [['build', '--env', 'A=two words\nand lines'], { ...build, options: { env: ['A=two words\nand lines'] } }],
    [['build', '--artifact'], { ...build, options: { artifact: true } }],
    [['build', '--no-artifact'], { ...build, options: { artifact: false } }],
    [['build', '--artifact', '--no-artifact'], { ...build, options: { artifact: false } }],
    [['build', '--', '--odd'], { ...build, directory: '--odd' }],
    [['build', '--packages', 'a', '--packages', 'b c'], { ...build, options: { packages: ['a', 'b c'] } }],
    [
      ['build', '--ssh-agent', '--official-images'],
      { ...build, options: { 'ssh-agent': true, 'official-images': true } },
    ],
    [['build', '--os', 'a', '--os', '*-musl => b'], { ...build, options: { os: ['a', '*-musl => b'] } }],
    [['build', '--method', 'cross'], { ...build, options: { method: 'cross' } }],
    [['build', '--no-ssh-agent'], { ...build, options: { 'ssh-agent': false } }],
    [['plan'], plan],
    [['plan', 'dir'], { ...plan, directory: 'dir' }],
    [['plan', '--json'], { ...plan, json: true }],
    [['plan', '--probe'], { ...plan, probe: true }],
    [['plan', '--probe', 'dir', '--json'], { ...plan, directory: 'dir', json: true, probe: true }],
    [['plan', '--target', 'a', '--env', 'A=b'], { ...plan, options: { target: ['a'], env: ['A=b'] } }],
    [['audit', 'x.tar.gz'], { command: 'audit', path: 'x.tar.gz', options: {}, json: false }],
    [
      [
        'audit',
        '--json',
        'x',
        '--target',
        'a',
        '--glibc=2.31',
        '--allow-libraries',
        'b',
        '--audit-except',
        'c',
        '--audit-except',
        'd',
      ],
      {
        command: 'audit',
        path: 'x',
        options: { target: ['a'], glibc: ['2.31'], 'allow-libraries': ['b'], 'audit-except': ['c', 'd'] },
        json: true,
      },
    ],
    [['targets'], { command: 'targets', json: false }],
    [['targets', '--json'], { command: 'targets', json: true }],
    [['matrix'], { command: 'matrix', targets: [], grouped: false }],
    [['matrix', 'a', 'b,c', '--grouped'], { command: 'matrix', targets: ['a', 'b,c'], grouped: true }],
    [['shell'], shell],
    [
      ['shell', 'dir', '--target', 'a', '--verbose'],
      { ...shell, directory: 'dir', options: { target: ['a'] }, verbose: true },
    ],
    [['shell', '--', 'mix', 'help', '--names', '--'], { ...shell, argv: ['mix', 'help', '--names', '--'] }],
    [['shell', 'dir', '--os=a', '--', 'sh'], { ...shell, directory: 'dir', options: { os: ['a'] }, argv: ['sh'] }],
    [['init'], init],
    [['init', 'dir', '--force'], { ...init, directory: 'dir', force: true }],
    [['init', '--targets', 'a,b', '--targets=c'], { ...init, targets: ['a,b', 'c'] }],
    [['init', '--tag-release', '--print'], { ...init, tagRelease: true, print: true }],
    [['init', '--no-tag-release'], { ...init, tagRelease: false }],
    [['init', '--action', 'me/it@0a1b'], { ...init, action: 'me/it@0a1b' }],
    [['doctor'], { command: 'doctor', json: false }],
    [['doctor', '--json'], { command: 'doctor', json: true }],
    [['clean'], { command: 'clean' }],
  ])('reads %j', (argv, invocation) => {
    expect(parseArguments(argv)).toEqual(invocation);
    expect(printed).toBe('');
  });

  it.each(OPTIONS.map((option: Option) => [option.name, option] as const))(
    'has a flag of the name of option %s',
    (name, option) => {
      const value = option.kind === 'flag' ? [] : ['7'];
      const expected = option.kind === 'flag' ? true : isRepeatable(option) ? ['7'] : '7';
      expect(parseArguments(['build', `--${name}`, ...value])).toEqual({ ...build, options: { [name]: expected } });
      expect(parseArguments(['plan', `--${name}`, ...value])).toEqual({ ...plan, options: { [name]: expected } });
    },
  );

  it('keeps nothing from one call to the next', () => {
    parseArguments(['build', '--release', 'a', '--json']);
    expect(parseArguments(['build', '--release', 'b'])).toEqual({ ...build, options: { release: ['b'] } });
  });

  it.each([
    [['build', '--tagret', 'x'], "unknown option '--tagret' (Did you mean --target?)"],
    [['build', '--nothing-like-it'], "unknown option '--nothing-like-it'"],
    [['build', '-x'], "unknown option '-x'"],
    [['biuld'], "unknown command 'biuld' (Did you mean build?)"],
    [['build', '--target'], "option '--target <TRIPLE>' argument missing"],
    [['build', 'one', 'two'], 'too many arguments'],
    [['clean', 'one'], 'too many arguments'],
    [['targets', 'one'], 'too many arguments'],
    [['plan', 'one', 'two'], 'too many arguments'],
    [['plan', '--verbose'], "unknown option '--verbose'"],
    [['build', '--probe'], "unknown option '--probe'"],
    [['targets', '--target', 'x'], "unknown option '--target'"],
    [['audit'], "missing required argument 'PATH'"],
    [['audit', 'x', '--os', 'debian:trixie'], "unknown option '--os'"],
    [['plna'], "unknown command 'plna' (Did you mean plan?)"],
    [['build', '--json=x'], '--json'],
    [['shell', 'one', 'two'], 'too many arguments'],
    [[], 'no command was given'],
  ])('refuses %j', async (argv, says) => {
    const error = await errorOf(() => parseArguments(argv));
    expect(error).toMatchObject({ code: 'bad-usage', exitStatus: 2 });
    expect(error.message).toContain(says);
    expect(error.message).not.toMatch(/^error:|\n/);
    expect(error.next).toContain('--help');
  });

  it('refuses -- without a command', async () => {
    const error = await errorOf(() => parseArguments(['shell', 'dir', '--']));
    expect(error).toMatchObject({ code: 'bad-usage', message: 'no command stands behind --' });
  });

  it.each(['it', 'me/it', 'me/it@', "me/it@v1'\n", 'https://x/me/it@v1'])('refuses --action %j', async (text) => {
    const error = await errorOf(() => parseArguments(['init', '--action', text]));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
  });

  it.each(['--emulate', '--no-emulate'])('refuses %s, and names what has replaced it', async (flag) => {
    const error = await errorOf(() => parseArguments(['build', flag]));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2, message: 'there is no option emulate any more' });
    expect(error.next).toContain('--method emulate');
  });

  it.each([[['help', 'biuld']], [['--']]])('says in words what is wrong with %j', async (argv) => {
    const error = await errorOf(() => parseArguments(argv));
    expect(error.code).toBe('bad-usage');
    expect(error.message).not.toContain('outputHelp');
  });

  it('leaves the text of a refusal to whoever explains the error', async () => {
    await errorOf(() => parseArguments(['build', '--tagret']));
    expect(printed).toBe('');
  });
});

describe('--version', () => {
  it.each(['--version', '-V'])('is what package.json says, by %s', (flag) => {
    expect(helpOf(flag).trim()).toBe(packageJson.version);
  });
});

describe('--help', () => {
  it.each([[['--help']], [['-h']], [['help']]])('by %j names the commands', (argv) => {
    expect(helpOf(...argv)).toMatch(
      / build .* plan .* shell .* targets .* matrix .* init .* doctor .* completion .* clean /,
    );
  });

  it('has every exit status', () => {
    helpOf('--help');
    const listed = [...printed.matchAll(/^ {2}(\d+) {2,}\S/gm)].map(([, status]) => Number(status));
    const given = new Set<number>(Object.values(EXIT_STATUS));
    given.delete(EXIT_STATUS.internal);
    expect(listed).toEqual([0, ...[...given].sort((a, b) => a - b)]);
    expect(printed).toContain('1 is a bug');
  });

  describe.each([
    ['build', ['json', 'verbose']],
    ['plan', ['json', 'probe']],
    ['shell', ['verbose']],
  ])('of %s', (command, further) => {
    it.each(OPTIONS.filter(({ kind }) => kind !== 'flag').map((option: Option) => [option.name, option] as const))(
      'has --%s with what it takes, and its summary',
      (name, option) => {
        const words = 'choices' in option ? [...option.choices, ...(option.other ? [option.other.value] : [])] : [];
        const value = 'value' in option ? option.value : words.join('|');
        expect(helpOf(command, '--help')).toContain(`--${name} <${value}> ${option.summary}`);
      },
    );

    it('has the sections of the options, and its own last', () => {
      parseArguments([command, '--help']);
      const headings = [...printed.matchAll(/^(\S.*):$/gm)].map(([, heading]) => heading);
      expect(headings).toEqual(['Arguments', ...GROUPS, 'Options']);
    });

    it.each([
      ['cache', '(default: true)'],
      ['mix-env', '(default: prod)'],
      ['check-locked', '(default: true)'],
      ['smoke-timeout', 'Takes a whole number from 1 to 3600. By default 120, and 600 under emulation.'],
    ])('says of --%s: %s', (name, text) => {
      const [, entry] = new RegExp(`--${name} (.*?) --[a-z]`).exec(helpOf(command, '--help')) ?? [];
      expect(entry).toContain(text);
    });

    it('describes every flag in a sentence', () => {
      parseArguments([command, '--help']);
      const text = printed.replaceAll(/\n {5,}/g, ' ');
      const flags = [...text.matchAll(/^ {2}--([a-z-]+)(?: <\S+>)? +(\S.*)$/gm)];
      expect(flags.map(([, name]) => name)).toEqual([...OPTIONS.map(({ name }) => name), ...further]);
      for (const [, name, description] of flags) {
        expect(`${String(name)}: ${String(description)}`).toMatch(
          /: [A-Z].*\.( \((?:env: MIX_RELEASE_[A-Z_]+|default: \S+)\))?$/,
        );
      }
    });
  });
});
