import path from 'node:path';
import { git } from '../../support/checkout.js';
import type { Theme } from '../model.js';
import { contains, equal, lacks } from '../rig/seen.js';
import { refused } from './support.js';

/** Which release is built, and what it is called. */
export const CHOOSING: Theme = {
  title: 'Choosing a release',
  entries: [
    {
      id: 'choose-none-defined',
      feature: 'no releases defined',
      says: 'A project that defines no release gives one named after the application, with default values.',
      fixture: 'plain',
      needs: ['plain'],
      core: true,
      check: async ({ build, release }) => {
        const { releases } = await build();
        const names = releases.map(({ name, version }) => `${name} ${version}`);
        equal(names, ['plain 1.2.3'], 'releases without a name');
        const plain = await release('plain');
        equal(await plain.eval('IO.puts(Plain.hello())'), 'hello from plain', 'eval');
      },
    },
    {
      id: 'choose-by-name',
      feature: 'one release by name',
      says: 'With a name, that release alone is assembled.',
      fixture: 'several',
      core: true,
      check: async ({ build }) => {
        const { releases, log } = await build({ releases: ['several_two'] });
        const names = releases.map(({ name, version }) => `${name} ${version}`);
        equal(names, ['several_two 2.0.0'], 'releases');
        lacks(log, 'assembling several_one', 'log');
      },
    },
    {
      id: 'choose-without-a-name',
      feature: 'several releases and no name',
      says: 'Without a name, several releases and no default are an error.',
      fixture: 'several',
      core: true,
      check: async ({ build }) => refused(await build(), 'ambiguous-release', /several_one, several_two, several_git/),
    },
    {
      id: 'choose-default-release',
      feature: 'default_release',
      says: 'Without a name, the release that default_release names is assembled.',
      fixture: 'several',
      core: true,
      check: async ({ build }) => {
        const patches = [
          { file: 'mix.exs', from: 'app: :several,', to: 'app: :several, default_release: :several_two,' },
        ];
        const { releases } = await build({ patches });
        equal(
          releases.map(({ name }) => name),
          ['several_two'],
          'releases',
        );
      },
    },
    {
      id: 'choose-only-one-defined',
      feature: 'one release defined',
      says: 'Without a name, the only defined release is assembled, whatever its name.',
      fixture: 'plain',
      check: async ({ build }) => {
        const patches = [{ file: 'mix.exs', from: 'app: :plain,', to: 'app: :plain, releases: [single: []],' }];
        const { releases } = await build({ patches });
        equal(
          releases.map(({ name, version }) => `${name} ${version}`),
          ['single 1.2.3'],
          'releases',
        );
      },
    },
    {
      id: 'choose-unknown',
      feature: 'an unknown name',
      says: 'A name that no release has is an error, which lists those that there are.',
      fixture: 'several',
      core: true,
      check: async ({ build }) => {
        const outcome = await build({ releases: ['several_three'] });
        refused(outcome, 'unknown-release', /no release 'several_three'[^]*several_one, several_two, several_git/);
      },
    },
    {
      id: 'choose-invalid-name',
      feature: 'an invalid name',
      says: 'A release is named by a lowercase letter, followed by lowercase letters, digits and underscores.',
      fixture: 'plain',
      check: async ({ build }) => {
        const patches = [{ file: 'mix.exs', from: 'app: :plain,', to: 'app: :plain, releases: ["My-Release": []],' }];
        refused(await build({ patches }), 'release-failed', /Invalid release name/);
        refused(await build({ patches, releases: ['My-Release'] }), 'bad-option', /My-Release/);
      },
    },
    {
      id: 'choose-function',
      feature: 'a definition as a function',
      says: 'A definition may be a function, so that a version can be computed from git.',
      fixture: 'several',
      core: true,
      check: async ({ build, install }) => {
        const outcome = await build({ releases: ['several_git'] });
        const ref = await git(outcome.checkout, 'rev-parse', '--short', 'HEAD');
        equal(
          outcome.releases.map(({ version }) => version),
          [`3.0.0+${ref}`],
          'version',
        );
        const installed = await install({ releases: ['several_git'] });
        contains(
          (await installed.run(['version'])).stdout,
          /^several_git 3\.0\.0\+[0-9a-f]{7,}\n$/,
          'bin/several_git version',
        );
      },
    },
    {
      id: 'choose-several-at-once',
      feature: 'several releases in one build',
      says: 'Releases with different applications and settings come from one project; each gives its own tarball.',
      fixture: 'several',
      needs: ['several_one', 'several_two'],
      core: true,
      check: async ({ release, platform }) => {
        const [one, two] = [await release('several_one'), await release('several_two')];
        const tarballs = [one, two].map(({ built }) => path.basename(built.tarball));
        equal(
          tarballs,
          [`several_one-1.0.0-${platform.target}.tar.gz`, `several_two-2.0.0-${platform.target}.tar.gz`],
          'tarballs',
        );
        const has = 'IO.inspect(is_list(:code.lib_dir(:runtime_tools)))';
        equal(await two.eval(has), 'true', 'runtime_tools in several_two');
        equal(await one.eval(has), 'false', 'runtime_tools in several_one');
      },
    },
  ],
};
