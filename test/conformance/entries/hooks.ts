import type { Theme } from '../model.js';
import { equal } from '../rig/seen.js';
import { refused } from './support.js';

const SCRIPT = 'script/prepare.sh';
const hook = ['--before-build', SCRIPT];

/** What a project has run before Mix builds its release. */
export const HOOKS: Theme = {
  title: 'Before the build',
  entries: [
    {
      id: 'hook-assets',
      feature: 'assets.deploy before the release',
      says: 'A script can run a project’s own task or alias, whose files in priv are then part of the release.',
      fixture: 'native',
      core: true,
      check: async ({ install }) => {
        const aliases = 'aliases: ["assets.deploy": [fn _ -> File.write!("priv/own.css", "made by an alias\\n") end]],';
        const patches = [
          { file: 'mix.exs', from: 'aliases: [release: ["assets.deploy", "release"]],', to: aliases },
          { file: SCRIPT, to: 'mix assets.deploy\n' },
        ];
        const native = await install({ patches, args: hook });
        equal(await native.eval('IO.inspect(Native.priv("own.css"))'), '{:regular, "made by an alias"}', 'own.css');
      },
    },
    {
      id: 'hook-variables',
      feature: 'variables for the build',
      says: 'Variables that the script exports are set when the release is configured and built.',
      fixture: 'configured',
      check: async ({ install }) => {
        const patches = [{ file: SCRIPT, to: 'export BUILD_VALUE="$BUILD_VALUE by $MIX_ENV"\n' }];
        const configured = await install({ patches, args: hook, releases: ['by_path'] });
        equal(await configured.eval('IO.inspect(Configured.get(:built))'), '"frozen by prod"', 'value');
      },
    },
    {
      id: 'hook-repositories',
      feature: 'package repositories that a script sets up',
      says: 'A script can make package repositories known before dependencies are fetched.',
      fixture: 'packaged',
      check: async ({ install, remote }) => {
        const { url, repositories } = await remote();
        const patches = [
          { file: 'mix.exs', from: 'deps: []', to: 'deps: [{:ripple, "~> 1.0"}]' },
          { file: 'public_key', to: repositories.publicKey },
          { file: SCRIPT, to: `mix hex.repo set hexpm --url ${url}/hexpm --public-key public_key\n` },
        ];
        const packaged = await install({ patches, args: hook });
        equal(await packaged.eval('IO.puts(Ripple.hello())'), 'hello from ripple', 'eval');
      },
    },
    {
      id: 'hook-failure',
      feature: 'a script that fails',
      says: 'Nothing is built when the script fails.',
      fixture: 'plain',
      check: async ({ build }) => {
        const outcome = await build({ patches: [{ file: SCRIPT, to: 'echo "no assets"\nfalse\n' }], args: hook });
        refused(outcome, 'before-build-failed', /no assets/);
      },
    },
  ],
};
