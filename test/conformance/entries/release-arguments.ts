import type { Theme } from '../model.js';
import { isAtLeast } from '../platforms.js';
import { applyPatch, type BuildSpec } from '../rig/build.js';
import { contains, equal, lacks, truth } from '../rig/seen.js';
import { refused } from './support.js';

type Spec = Omit<BuildSpec, 'fixture'>;

/** A build whose `mix release` is given arguments. */
const withArguments = (args: readonly string[], more: Spec = {}): Spec => ({
  ...more,
  args: args.map((argument) => `--release-args=${argument}`),
});

/** Arguments that are handed to `mix release`. */
export const RELEASE_ARGUMENTS: Theme = {
  title: 'Options of the task',
  entries: [
    {
      id: 'argument-version',
      feature: '--version',
      says: 'The version of the release can be given on the command line, above what mix.exs says.',
      fixture: 'plain',
      core: true,
      check: async ({ install }) => {
        const plain = await install(withArguments(['--version', '9.8.7+on.call']));
        equal(plain.version, '9.8.7+on.call', 'version that the build tells');
        equal((await plain.run(['version'])).stdout, 'plain 9.8.7+on.call\n', 'version');
      },
    },
    {
      id: 'argument-path',
      feature: '--path',
      says: 'The release can be assembled somewhere else.',
      fixture: 'plain',
      check: async ({ install }) => {
        const plain = await install(withArguments(['--path', 'out/by_argument']));
        contains(plain.log, 'Release created at out/by_argument', 'log');
        equal(await plain.eval('IO.puts(Plain.hello())'), 'hello from plain', 'eval');
      },
    },
    {
      id: 'argument-quiet',
      feature: '--quiet',
      says: 'Progress is not written to standard output.',
      fixture: 'plain',
      check: async ({ install }) => {
        lacks((await install(withArguments(['--quiet']))).log, '* assembling', 'log');
      },
    },
    {
      id: 'argument-overwrite',
      feature: '--overwrite',
      says: 'A version that is there already is replaced, with the option and without it; the opposite is refused.',
      fixture: 'plain',
      core: true,
      check: async ({ build, install }) => {
        const first = await build();
        const changed = { file: 'lib/plain.ex', from: 'hello from plain', to: 'hello once more' };
        await applyPatch(first.checkout, changed);
        const plain = await install(withArguments(['--overwrite'], { again: first }));
        equal(await plain.eval('IO.puts(Plain.hello())'), 'hello once more', 'eval');
        refused(await build(withArguments(['--no-overwrite'])), 'bad-option', /--no-overwrite/);
      },
    },
    {
      id: 'argument-force',
      feature: '--force',
      says: 'Everything of the project is compiled again, although nothing has changed.',
      differs:
        'Elixir 1.10 goes by the dates of files, which are new in every build: all is compiled again without it, too.',
      fixture: 'plain',
      check: async ({ build, platform }) => {
        const first = await build();
        contains(first.log, 'Compiling 1 file (.ex)', 'log of the first build');
        const second = await build({ again: first });
        if (isAtLeast(platform.elixir, '1.14')) lacks(second.log, 'Compiling', 'log of the second build');
        const { log } = await build(withArguments(['--force'], { again: first }));
        contains(log, 'Compiling 1 file (.ex)', 'log with --force');
      },
    },
    {
      id: 'argument-no-compile',
      feature: '--no-compile',
      says: 'Existing compiled code is assembled as it is; without any, nothing is assembled.',
      fixture: 'plain',
      check: async ({ build, install }) => {
        const change = "sed -i 's/hello from plain/never compiled/' lib/plain.ex";
        const patches = [{ file: 'script/own.sh', to: `mix deps.get\nmix compile\n${change}\n` }];
        const args = ['--before-build', 'script/own.sh', '--release-args', '--no-compile'];
        const plain = await install({ patches, args });
        equal(await plain.eval('IO.puts(Plain.hello())'), 'hello from plain', 'eval');
        const compiled = await install({ patches, args: args.slice(0, 2) });
        equal(await compiled.eval('IO.puts(Plain.hello())'), 'never compiled', 'eval where it is compiled');
        refused(await build(withArguments(['--no-compile'])), 'release-failed', /plain/);
      },
    },
    {
      id: 'argument-no-elixir-version-check',
      feature: '--no-elixir-version-check',
      says: 'A project for another Elixir is built anyway.',
      fixture: 'plain',
      check: async ({ build, install }) => {
        const patches = [{ file: 'mix.exs', from: 'elixir: "~> 1.10"', to: 'elixir: "~> 99.0"' }];
        const outcome = await build({ patches });
        truth(outcome.status === 5, `status ${String(outcome.status)} without the option`);
        contains(outcome.log, /but it has declared in its mix\.exs file it supports only/, 'log');
        const plain = await install(withArguments(['--no-elixir-version-check'], { patches }));
        equal(await plain.eval('IO.puts(Plain.hello())'), 'hello from plain', 'eval');
      },
    },
    {
      id: 'argument-no-deps-check',
      feature: '--no-deps-check',
      says: 'Dependencies are not checked before the assembly: one of another version is compiled as it is.',
      fixture: 'monorepo',
      check: async ({ build, install }) => {
        const patches = [{ file: 'app/mix.exs', from: '{:shared, ', to: '{:shared, "~> 9.0", ' }];
        refused(await build({ patches }), 'compile-failed', /shared/);
        const app = await install(withArguments(['--no-deps-check'], { patches }));
        equal(await app.eval('IO.puts(App.hello())'), 'app with shared', 'eval');
      },
    },
    {
      id: 'argument-no-archives-check',
      feature: '--no-archives-check',
      says: 'Archives that the project asks for are not checked.',
      fixture: 'plain',
      check: async ({ build, install }) => {
        const patches = [
          { file: 'mix.exs', from: 'app: :plain,', to: 'app: :plain, archives: [{:absent, "~> 1.0"}],' },
        ];
        const outcome = await build({ patches });
        truth(outcome.status === 5, `status ${String(outcome.status)} without the option`);
        contains(outcome.log, /[Aa]rchive "?absent|absent/, 'log');
        const plain = await install(withArguments(['--no-archives-check'], { patches }));
        equal(await plain.eval('IO.puts(Plain.hello())'), 'hello from plain', 'eval');
      },
    },
    {
      id: 'argument-unknown',
      feature: 'an unknown option',
      says: 'An option that mix release does not have is refused before anything starts.',
      fixture: 'plain',
      check: async ({ build }) => {
        refused(await build(withArguments(['--frobnicate'])), 'bad-option', /--frobnicate/);
      },
    },
    {
      id: 'argument-name',
      feature: 'a name among the arguments',
      says: 'Names of releases are asked for by their own option.',
      fixture: 'several',
      check: async ({ build }) => {
        refused(await build(withArguments(['several_one'])), 'bad-option', /release/);
      },
    },
  ],
};
