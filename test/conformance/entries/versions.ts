import path from 'node:path';
import type { Theme } from '../model.js';
import type { Scene } from '../rig/scene.js';
import { contains, equal } from '../rig/seen.js';
import { refused } from './support.js';

/** A release has a version: in its tarball's name, in its directories, in its script and in a node. */
async function hasVersion({ release, platform }: Scene, name: string, version: string): Promise<void> {
  const installed = await release(name);
  equal(installed.version, version, 'version that the build tells');
  equal(path.basename(installed.built.tarball), `${name}-${version}-${platform.target}.tar.gz`, 'tarball');
  equal((await installed.run(['version'])).stdout, `${name} ${version}\n`, `bin/${name} version`);
  equal(await installed.eval('IO.puts(System.get_env("RELEASE_VSN"))'), version, 'RELEASE_VSN');
  contains(await installed.sh('cat releases/start_erl.data'), ` ${version}`, 'releases/start_erl.data');
  const rel = await installed.sh('cat "releases/$1"/*.rel', version);
  contains(rel, `{release,{"${name}","${version}"}`, 'the .rel file');
}

/** How a release gets its version. */
export const VERSIONS: Theme = {
  title: 'Versions',
  entries: [
    {
      id: 'version-default',
      feature: 'the version by default',
      says: 'A release has the version of the project’s application.',
      fixture: 'options',
      needs: ['base'],
      check: (scene) => hasVersion(scene, 'base', '1.0.0'),
    },
    {
      id: 'version-text',
      feature: 'version as a string',
      says: 'A release can have its own version.',
      fixture: 'options',
      needs: ['version_text'],
      core: true,
      check: (scene) => hasVersion(scene, 'version_text', '3.4.5'),
    },
    {
      id: 'version-from-app',
      feature: 'version from an application',
      says: 'A release can have the version of one of its applications.',
      fixture: 'options',
      needs: ['version_from'],
      core: true,
      check: (scene) => hasVersion(scene, 'version_from', '7.8.9'),
    },
    {
      id: 'version-build',
      feature: 'a version with +',
      says: 'Build metadata in a version stays as it is, in directories and file names.',
      fixture: 'options',
      needs: ['version_build'],
      check: (scene) => hasVersion(scene, 'version_build', '1.0.0+build.7'),
    },
    {
      id: 'version-pre',
      feature: 'a pre-release version',
      says: 'A version may be that of a pre-release.',
      fixture: 'options',
      needs: ['version_pre'],
      check: (scene) => hasVersion(scene, 'version_pre', '2.0.0-rc.1'),
    },
    {
      id: 'version-empty',
      feature: 'an empty version',
      says: 'An empty version is an error.',
      fixture: 'options',
      check: async ({ build }) => {
        const patches = [{ file: 'mix.exs', from: 'base: []', to: 'base: [version: ""]' }];
        refused(await build({ patches, releases: ['base'] }), 'release-failed', /:version cannot be an empty string/);
      },
    },
    {
      id: 'version-from-nowhere',
      feature: 'version from an application that does not exist',
      says: 'The application that gives the version has to exist.',
      fixture: 'options',
      check: async ({ build }) => {
        const patches = [{ file: 'mix.exs', from: 'base: []', to: 'base: [version: {:from_app, :nowhere}]' }];
        refused(await build({ patches, releases: ['base'] }), 'release-failed', /Could not find version for :nowhere/);
      },
    },
  ],
};
