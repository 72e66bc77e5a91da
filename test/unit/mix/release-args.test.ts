import { describe, expect, it } from '@jest/globals';
import { NO_RELEASE_ARGS, readReleaseArgs } from '../../../src/mix/release-args.js';
import { errorOf } from '../support/errors.js';

describe('readReleaseArgs', () => {
  it('gives nothing for nothing', () => {
    expect(readReleaseArgs([])).toEqual(NO_RELEASE_ARGS);
  });

  it.each<[readonly string[], readonly string[]]>([
    [
      ['--version', '1.2.3+a b'],
      ['--version', '1.2.3+a b'],
    ],
    [['--version 1.2.3'], ['--version', '1.2.3']],
    [['--version=1.2.3'], ['--version', '1.2.3']],
    [['--path out/with space'], ['--path', 'out/with space']],
    [['--path = x'], ['--path', '= x']],
    [['--quiet --path out'], ['--quiet', '--path', 'out']],
    [
      ['--path one', '--path', 'two'],
      ['--path', 'two'],
    ],
    [['-f'], ['--force']],
    [['--overwrite'], []],
  ])('reads %j as %j', (lines, release) => {
    expect(readReleaseArgs(lines).release).toEqual(release);
  });

  it('gives the compilation what concerns it', () => {
    const lines = ['--force --no-deps-check', '--no-archives-check', '--no-elixir-version-check', '--quiet'];
    expect(readReleaseArgs(lines)).toMatchObject({
      compile: ['--force', '--no-archives-check', '--no-deps-check', '--no-elixir-version-check'],
      compiles: true,
    });
    expect(readReleaseArgs(['--no-compile'])).toMatchObject({ compile: [], compiles: false });
  });

  it.each<[readonly string[], string]>([
    [['web'], 'release'],
    [['--quiet', 'web'], "'web'"],
    [['--quite'], "Did you mean '--quiet'?"],
    [['--no-overwrite'], 'cleared'],
    [['--no-optional-deps'], 'before-build'],
    [['--version'], '--version VALUE'],
    [['--version='], '--version VALUE'],
    [['--path', 'out,'], 'comma'],
    [['--path +'], 'plus sign'],
    [['--quiet=true'], 'Use --quiet without a value'],
    [['--force', '--no-compile'], 'conflict'],
  ])('refuses %j', async (lines, says) => {
    const error = await errorOf(() => Promise.resolve().then(() => readReleaseArgs(lines)));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
    expect(`${error.message} ${error.next}`).toContain(says);
    expect(error.message).toContain('release-args');
  });
});
