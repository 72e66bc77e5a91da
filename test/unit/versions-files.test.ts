import { describe, expect, it } from '@jest/globals';
import { type VersionDirectory, findVersions, readVersionFile } from '../../src/versions/files.js';
import type { VersionText } from '../../src/versions/requirement.js';
import { errorOf } from './support/errors.js';

/** `1.18.3 from .tool-versions:1`, or a dash. */
function show(written: VersionText | undefined): string {
  return written ? `${written.text} from ${written.origin}` : '-';
}

function read(name: string, text: string): readonly [string, string] {
  const { elixir, otp } = readVersionFile(name, text);
  return [show(elixir), show(otp)];
}

function directory(path: string, files: Readonly<Record<string, string>>): VersionDirectory {
  return { path, files: new Map(Object.entries(files)) };
}

describe('readVersionFile with .tool-versions', () => {
  it.each([
    ['both', 'elixir 1.18.3\nerlang 27.3.4\n', '1.18.3 from .tool-versions:1', '27.3.4 from .tool-versions:2'],
    ['CRLF', 'erlang 27.3.4.1\r\nelixir 1.18.3\r\n', '1.18.3 from .tool-versions:2', '27.3.4.1 from .tool-versions:1'],
    ['lone CR', 'erlang 27\relixir 1.18', '1.18 from .tool-versions:2', '27 from .tool-versions:1'],
    ['tabs', 'elixir\t1.18.3\t1.17.3\n', '1.18.3 from .tool-versions:1', '-'],
    ['runs of spaces', '  elixir    1.18.3  ', '1.18.3 from .tool-versions:1', '-'],
    ['several versions', 'erlang 27.3 26.2 system', '-', '27.3 from .tool-versions:1'],
    ['comments', '# us\n\nelixir 1.18.3 # pinned\n#erlang 27\n', '1.18.3 from .tool-versions:3', '-'],
    ['a comment without a space', 'elixir 1.18.3#pinned', '1.18.3 from .tool-versions:1', '-'],
    ['a suffix', 'elixir 1.18.3-otp-27', '1.18.3-otp-27 from .tool-versions:1', '-'],
    ['a tool twice', 'elixir 1.18.3\nelixir 1.17.3', '1.18.3 from .tool-versions:1', '-'],
    ['core: names', 'core:elixir 1.18\ncore:erlang 27', '1.18 from .tool-versions:1', '27 from .tool-versions:2'],
    ['other tools', 'nodejs 24.1.0\nelixir-ls 0.21\nerlang_ls 1\nrebar\n', '-', '-'],
    ['a byte order mark', '\uFEFFelixir 1.18.3', '1.18.3 from .tool-versions:1', '-'],
    ['what is refused later', 'erlang ref:master', '-', 'ref:master from .tool-versions:1'],
    ['nothing', '', '-', '-'],
  ])('reads %s', (_, text, elixir, otp) => {
    expect(read('.tool-versions', text)).toEqual([elixir, otp]);
  });

  it.each([
    ['elixir', 'elixir'],
    ['erlang   # later', 'erlang'],
    ['elixir=1.18.3', 'elixir=1.18.3'],
    ['erlang: 27', 'erlang: 27'],
    ['elixir@1.18.3', 'elixir@1.18.3'],
  ])('refuses %j', async (line, shown) => {
    const error = await errorOf(() => readVersionFile('app/.tool-versions', `nodejs 24\r\n${line}\r\n`));
    expect(error.code).toBe('bad-version-file');
    expect(error.message).toBe(`app/.tool-versions:2 has no version: '${shown}'`);
    expect(error.next).toBe(
      "A line of .tool-versions is a tool, a space and a version: 'elixir 1.18.3' or 'erlang 27.3.4'.",
    );
  });

  it('reads a file of another name in the same way', () => {
    expect(read('ci/versions', 'elixir 1.18.3')).toEqual(['1.18.3 from ci/versions:1', '-']);
  });
});

describe('readVersionFile with mise.toml', () => {
  it.each([
    ['texts', '[tools]\nelixir = "1.18.3"\nerlang = \'27.3\'\n', '1.18.3 from mise.toml:2', '27.3 from mise.toml:3'],
    ['CRLF', '[tools]\r\nelixir = "1.18.3"\r\n', '1.18.3 from mise.toml:2', '-'],
    ['a byte order mark', '\uFEFF[tools]\nelixir = "1.18"\n', '1.18 from mise.toml:2', '-'],
    ['tables', '[tools]\nerlang = { version = "27", compile = true }', '-', '27 from mise.toml:2'],
    ['arrays', '[tools]\nelixir = ["1.18.3", "1.17.3"]', '1.18.3 from mise.toml:2', '-'],
    ['arrays of tables', '[tools]\nelixir = [{ version = "1.18" }, "1.17"]', '1.18 from mise.toml:2', '-'],
    ['a section for a tool', '[tools.elixir]\nversion = "1.18"', '1.18 from mise.toml:1', '-'],
    ['dotted keys', 'tools.elixir = "1.18"\n', '1.18 from mise.toml:1', '-'],
    ['dotted keys in the section', '[tools]\nelixir.version = "1.18"\n', '1.18 from mise.toml:2', '-'],
    ['an inline table', 'tools = { elixir = "1.18" }', '1.18 from mise.toml:1', '-'],
    [
      'core: names',
      '[tools]\n"core:elixir" = "1.18"\n"core:erlang" = "27"',
      '1.18 from mise.toml:2',
      '27 from mise.toml:3',
    ],
    ['both names', '[tools]\n"core:elixir" = "1.17"\nelixir = "1.18"', '1.18 from mise.toml:3', '-'],
    ['other sections', '[env]\nelixir = "x"\n[ tools ]\nnode = "24"\nelixir = "1.18"', '1.18 from mise.toml:5', '-'],
    ['comments', '# [tools]\n[tools] # ours\n# elixir = "1.17"\nelixir = "1.18"', '1.18 from mise.toml:4', '-'],
    ['no tools', '[env]\nMIX_ENV = "prod"', '-', '-'],
    ['no text', '', '-', '-'],
  ])('reads %s', (_, text, elixir, otp) => {
    expect(read('mise.toml', text)).toEqual([elixir, otp]);
  });

  const QUOTES = 'Write the version in quotes: elixir = "1.18.3" or erlang = "27.3.4".';

  it.each([
    ['[tools]\nelixir = 1.20', 'mise.toml:2: elixir is the number 1.2', QUOTES],
    ['[tools]\nerlang = 27', 'mise.toml:2: erlang is the number 27', QUOTES],
    ['[tools]\nerlang = true', 'mise.toml:2: erlang is true', QUOTES],
    ['[tools]\nerlang = 2027-01-01', 'mise.toml:2: erlang is a date', QUOTES],
    ['[tools]\nelixir = []', 'mise.toml:2: elixir is without a version', QUOTES],
    ['[tools]\nelixir = [["1.18"]]', 'mise.toml:2: elixir is an array', QUOTES],
    ['[tools]\nelixir = { path = "/opt/elixir" }', 'mise.toml:2: elixir is without a version', QUOTES],
    [
      'tools = "elixir"',
      "mise.toml: tools is the string 'elixir'",
      'Make it a table: a line [tools], and below it elixir = "1.18.3" or erlang = "27.3.4".',
    ],
    [
      '[[tools]]\nelixir = "1.18"',
      'mise.toml: tools is an array',
      'Make it a table: a line [tools], and below it elixir = "1.18.3" or erlang = "27.3.4".',
    ],
  ])('refuses %j', async (text, what, next) => {
    const error = await errorOf(() => readVersionFile('mise.toml', text));
    expect(error.code).toBe('bad-version-file');
    expect(error.message).toBe(what);
    expect(error.next).toBe(next);
  });

  it('says on which line a file is no TOML', async () => {
    const error = await errorOf(() => readVersionFile('.mise.toml', '[tools]\nelixir 1.18.3\n'));
    expect(error.code).toBe('bad-version-file');
    expect(error.message).toMatch(/^\.mise\.toml:2 is not TOML: .+$/);
    expect(error.next).toBe('Fix the syntax; [tools] takes elixir = "1.18.3" or erlang = "27.3.4".');
  });
});

describe('readVersionFile with one version', () => {
  it.each([
    ['.elixir-version', '1.18.3\n', '1.18.3 from .elixir-version:1', '-'],
    ['.elixir-version', '# ours\r\n\r\n v1.18.3-otp-27 # x\r\n', 'v1.18.3-otp-27 from .elixir-version:3', '-'],
    ['.erlang-version', '27.3.4', '-', '27.3.4 from .erlang-version:1'],
    ['web/.erlang-version', 'OTP 27\n26\n', '-', 'OTP 27 from web/.erlang-version:1'],
  ])('reads %s %j', (name, text, elixir, otp) => {
    expect(read(name, text)).toEqual([elixir, otp]);
  });

  it.each([
    ['.elixir-version', '', '.elixir-version has no version: it is empty', '1.18.3'],
    ['.erlang-version', '\n# 27\n', '.erlang-version has no version: it has only comments', '27.3.4'],
  ])('refuses %s %j', async (name, text, what, example) => {
    const error = await errorOf(() => readVersionFile(name, text));
    expect(error.code).toBe('bad-version-file');
    expect(error.message).toBe(what);
    expect(error.next).toBe(`Write one version into it, such as ${example}, or delete it.`);
  });
});

describe('findVersions', () => {
  it('takes each tool from the nearest directory that gives it', () => {
    const { elixir, otp } = findVersions([
      directory('apps/web', { '.elixir-version': '1.18.3' }),
      directory('apps', {}),
      directory('', { '.tool-versions': 'elixir 1.17.3\nerlang 26.2' }),
    ]);
    expect([show(elixir), show(otp)]).toEqual(['1.18.3 from apps/web/.elixir-version:1', '26.2 from .tool-versions:2']);
  });

  const ALL = {
    '.erlang-version': '22',
    '.elixir-version': '1.12',
    '.mise.toml': '[tools]\nelixir = "1.13"\nerlang = "23"',
    'mise.toml': '[tools]\nelixir = "1.14"\nerlang = "24"',
    '.tool-versions': 'elixir 1.15\nerlang 25',
  };

  it.each([
    [[], '1.15 from .tool-versions:1', '25 from .tool-versions:2'],
    [['.tool-versions'], '1.14 from mise.toml:2', '24 from mise.toml:3'],
    [['.tool-versions', 'mise.toml'], '1.13 from .mise.toml:2', '23 from .mise.toml:3'],
    [['.tool-versions', 'mise.toml', '.mise.toml'], '1.12 from .elixir-version:1', '22 from .erlang-version:1'],
    [Object.keys(ALL), '-', '-'],
  ])('prefers, without %j, %s', (missing, wantedElixir, wantedOtp) => {
    const files = Object.fromEntries(Object.entries(ALL).filter(([name]) => !missing.includes(name)));
    const { elixir, otp } = findVersions([directory('', files)]);
    expect([show(elixir), show(otp)]).toEqual([wantedElixir, wantedOtp]);
  });

  it('fills in the other tool from the next file of the directory', () => {
    const { elixir, otp } = findVersions([directory('', { '.tool-versions': 'elixir 1.18', '.erlang-version': '27' })]);
    expect([show(elixir), show(otp)]).toEqual(['1.18 from .tool-versions:1', '27 from .erlang-version:1']);
  });

  it('does not read a file that nobody needs', () => {
    const files = { '.tool-versions': 'elixir 1.18\nerlang 27', 'mise.toml': '[tools', '.elixir-version': '' };
    expect(show(findVersions([directory('', files), directory('..', files)]).otp)).toBe('27 from .tool-versions:2');
  });

  it('names the file that is wrong', async () => {
    const error = await errorOf(() => findVersions([directory('apps/web', { '.tool-versions': 'elixir' })]));
    expect(error.message).toBe("apps/web/.tool-versions:1 has no version: 'elixir'");
  });

  it('finds nothing where there is nothing', () => {
    expect(findVersions([])).toEqual({ elixir: undefined, otp: undefined });
  });
});
