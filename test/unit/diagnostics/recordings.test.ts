import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { diagnosticsOf } from '../../../src/mix/diagnose.js';
import { outputReader } from '../../../src/diagnostics/output.js';

// What Mix printed in the stage compile of test/fixtures/diagnosed, by version of Elixir and by what was broken in it; and,
// in lines `#FACT NAME JSON`, what our task said there.
const RECORDED = path.join(import.meta.dirname, 'recorded');
const VERSIONS = ['1.10', '1.14', '1.18', '1.20'];
const FIXTURE = path.resolve(import.meta.dirname, '../../fixtures/diagnosed');
const PATHS = [
  ...readdirSync(FIXTURE, { recursive: true, encoding: 'utf8' }),
  'apps/beta/lib/broken.ex',
  'apps/alpha/src/alpha_bad.erl',
];

/** The diagnostics of a recording as `severity file:line message`, without Mix's own where it is to be read alone. */
function found(name: string, mixToo = true): readonly string[] {
  const reader = outputReader();
  const facts = new Map<string, string>();
  for (const line of readFileSync(path.join(RECORDED, `${name}.txt`), 'utf8').split('\n')) {
    const { fact, json } = /^#FACT (?<fact>\w+) (?<json>.*)$/.exec(line)?.groups ?? {};
    if (fact === undefined) reader.line(line);
    else if (mixToo || fact === 'applications') facts.set(fact, JSON.parse(json ?? '""') as string);
  }
  return diagnosticsOf(facts, reader, { cwd: '/build/src', paths: PATHS }, (text) => text).map(
    ({ severity, file, line, message }) => `${severity} ${file}:${String(line)} ${message.split('\n')[0] ?? ''}`,
  );
}

const starting = (...texts: readonly string[]): readonly unknown[] =>
  texts.map((text) => expect.stringContaining(text) as unknown);

describe.each(VERSIONS)('Elixir %s', (version) => {
  it('gives warnings of Elixir, Erlang and C on the files of the repository, and none of a dependency', () => {
    expect(found(`${version}-ok`)).toEqual(
      starting(
        'warning apps/alpha/c_src/native.c:2 unused variable',
        'warning apps/alpha/lib/shared.ex:4 variable "unused" is unused',
        'warning apps/alpha/lib/shared.ex:5 Alpha.Nowhere.here/0 ',
        `warning apps/alpha/src/alpha_erl.erl:5 variable 'Unused' is unused`,
        'warning apps/beta/lib/shared.ex:5 variable "other" is unused',
      ),
    );
  });

  it('gives an error of Elixir first', () => {
    const [first, second] = found(`${version}-elixir`);
    expect(first).toMatch(/^error apps\/beta\/lib\/broken\.ex:3 .*(question|missing)/);
    expect(second).not.toContain('errors have been logged');
  });

  it('gives an error of Erlang first', () => {
    expect(found(`${version}-erlang`)[0]).toBe('error apps/alpha/src/alpha_bad.erl:5 function missing/1 undefined');
  });

  it('gives an error of C first, where Mix ends before it reports', () => {
    expect(found(`${version}-c`)[0]).toMatch(/^error apps\/alpha\/c_src\/native\.c:3 .answer. undeclared/);
  });

  it.each(['elixir', 'erlang'])('reads an error of %s from what is printed, too', (language) => {
    const [first] = found(`${version}-${language}`, false);
    expect(first).toBe(found(`${version}-${language}`)[0]);
  });
});
