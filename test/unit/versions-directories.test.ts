import { describe, expect, it } from '@jest/globals';
import { readVersionDirectories, readVersionFileAt } from '../../src/versions/directories.js';
import { findVersions } from '../../src/versions/files.js';
import type { VersionText } from '../../src/versions/requirement.js';
import { errorOf } from './support/errors.js';
import { directoryWith } from './support/files.js';

/** `1.18.3 from .tool-versions:1`, or a dash. */
function show(written: VersionText | undefined): string {
  return written ? `${written.text} from ${written.origin}` : '-';
}

describe('readVersionDirectories', () => {
  it('goes from the project up to the checkout and no further', async () => {
    const above = await directoryWith({
      '.tool-versions': 'elixir 1.11',
      'checkout/.tool-versions': 'erlang 27\n',
      'checkout/apps/README.md': '',
      'checkout/apps/web/mise.toml': '[tools]\r\nelixir = "1.18"\r\n',
      'checkout/apps/web/.elixir-version/file': 'a directory of that name',
    });
    const directories = await readVersionDirectories(`${above}/checkout/apps/web`, `${above}/checkout`);
    expect(directories.map((each) => [each.path, Object.fromEntries(each.files)])).toEqual([
      ['apps/web', { 'mise.toml': '[tools]\r\nelixir = "1.18"\r\n' }],
      ['apps', {}],
      ['', { '.tool-versions': 'erlang 27\n' }],
    ]);
    const { elixir, otp } = findVersions(directories);
    expect([show(elixir), show(otp)]).toEqual(['1.18 from apps/web/mise.toml:2', '27 from .tool-versions:1']);
  });

  it('reads the checkout itself once', async () => {
    const checkout = await directoryWith({ '.tool-versions': 'erlang 27' });
    expect((await readVersionDirectories(checkout, checkout)).map((each) => each.path)).toEqual(['']);
  });

  it('reads only the project where it is outside the checkout', async () => {
    const above = await directoryWith({
      'project/.tool-versions': 'erlang 27',
      'checkout/.tool-versions': 'erlang 26',
    });
    const directories = await readVersionDirectories(`${above}/project`, `${above}/checkout`);
    expect(show(findVersions(directories).otp)).toBe('27 from ../project/.tool-versions:1');
  });

  it('does not take a file that cannot be read for a missing one', async () => {
    const checkout = await directoryWith({ '.tool-versions': { linkTo: '.tool-versions' } });
    const error = await errorOf(() => readVersionDirectories(checkout, checkout));
    expect(error.code).toBe('bad-version-file');
    expect(error.message).toMatch(/\/\.tool-versions cannot be read: .*ELOOP/);
    expect(error.next).toBe('Give this user read access to it, or delete it.');
  });
});

describe('readVersionFileAt', () => {
  it.each([
    ['ci/versions.toml', '[tools]\nelixir = "1.18"', '1.18 from ci/versions.toml:2'],
    ['ci/versions', 'elixir 1.18', '1.18 from ci/versions:1'],
    ['./.elixir-version', '1.18', '1.18 from ./.elixir-version:1'],
  ])('reads %s by its name', async (name, text, elixir) => {
    const base = await directoryWith({ [name]: text });
    expect(show((await readVersionFileAt(name, base)).elixir)).toBe(elixir);
  });

  it('takes an absolute path', async () => {
    const base = await directoryWith({ '.erlang-version': '27' });
    expect(show((await readVersionFileAt(`${base}/.erlang-version`, '/')).otp)).toBe(
      `27 from ${base}/.erlang-version:1`,
    );
  });

  it('says that a file is missing', async () => {
    const base = await directoryWith({});
    const error = await errorOf(() => readVersionFileAt('.tool-version', base));
    expect(error.code).toBe('bad-version-file');
    expect(error.message).toBe(`there is no file '.tool-version' in ${base}`);
    expect(error.next).toBe(
      'Set version-file to the path of a .tool-versions, mise.toml, .elixir-version or .erlang-version.',
    );
  });

  it('says that a file gives neither version', async () => {
    const base = await directoryWith({ '.tool-versions': 'nodejs 24\n' });
    const error = await errorOf(() => readVersionFileAt('.tool-versions', base));
    expect(error.code).toBe('bad-version-file');
    expect(error.message).toBe('.tool-versions has a version of neither elixir nor erlang');
    expect(error.next).toBe(
      'Add a line such as \'elixir 1.18.3\' (in a .toml file, under [tools]: elixir = "1.18.3"), or name another file.',
    );
  });
});
