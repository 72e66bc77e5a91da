import type { Theme } from '../model.js';
import type { BuildSpec } from '../rig/build.js';
import { contains, equal, lacks } from '../rig/seen.js';
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
      says: 'A version that is there already is replaced.',
      fixture: 'plain',
      check: async ({ install }) => {
        const plain = await install(withArguments(['--overwrite']));
        equal(await plain.eval('IO.puts(Plain.hello())'), 'hello from plain', 'eval');
      },
    },
    {
      id: 'argument-force',
      feature: '--force',
      says: 'Everything of the project is compiled again.',
      fixture: 'plain',
      check: async ({ install }) => {
        const { log } = await install(withArguments(['--force']));
        equal(log.split('Compiling 1 file (.ex)').length - 1, 2, 'compilations of one file');
      },
    },
    {
      id: 'argument-no-compile',
      feature: '--no-compile',
      says: 'The release is assembled from what is compiled.',
      fixture: 'plain',
      check: async ({ install }) => {
        const plain = await install(withArguments(['--no-compile']));
        equal(await plain.eval('IO.puts(Plain.hello())'), 'hello from plain', 'eval');
      },
    },
    {
      id: 'argument-no-elixir-version-check',
      feature: '--no-elixir-version-check',
      says: 'A project for another Elixir is built all the same.',
      fixture: 'plain',
      check: async ({ build, install }) => {
        const patches = [{ file: 'mix.exs', from: 'elixir: "~> 1.10"', to: 'elixir: "~> 99.0"' }];
        refused(await build({ patches }), 'deps-failed', /but it has declared in its mix\.exs file it supports only/);
        const plain = await install(withArguments(['--no-elixir-version-check'], { patches }));
        equal(await plain.eval('IO.puts(Plain.hello())'), 'hello from plain', 'eval');
      },
    },
    {
      id: 'argument-no-deps-check',
      feature: '--no-deps-check',
      says: 'Dependencies are not checked before the assembly.',
      fixture: 'monorepo',
      check: async ({ install }) => {
        const app = await install(withArguments(['--no-deps-check']));
        equal(await app.eval('IO.puts(App.hello())'), 'app with shared', 'eval');
      },
    },
    {
      id: 'argument-no-archives-check',
      feature: '--no-archives-check',
      says: 'Archives that the project asks for are not checked.',
      fixture: 'plain',
      check: async ({ install }) => {
        const patches = [
          { file: 'mix.exs', from: 'app: :plain,', to: 'app: :plain, archives: [{:absent, "~> 1.0"}],' },
        ];
        const plain = await install(withArguments(['--no-archives-check'], { patches }));
        equal(await plain.eval('IO.puts(Plain.hello())'), 'hello from plain', 'eval');
      },
    },
    {
      id: 'argument-unknown',
      feature: 'an unknown option',
      says: 'An option that mix release does not have is an error.',
      fixture: 'plain',
      check: async ({ build }) => {
        refused(await build(withArguments(['--frobnicate'])), 'release-failed', /--frobnicate/);
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
