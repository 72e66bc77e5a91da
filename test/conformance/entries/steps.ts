import type { Theme } from '../model.js';
import { isAtLeast } from '../platforms.js';
import type { Patch } from '../rig/build.js';
import { equal } from '../rig/seen.js';
import { refused } from './support.js';

const baseWith = (options: string): readonly Patch[] => [
  { file: 'mix.exs', from: 'base: []', to: `base: [${options}]` },
];

/** Overlays, and steps around the assembly. */
export const STEPS: Theme = {
  title: 'Overlays and steps',
  entries: [
    {
      id: 'overlays-default',
      feature: 'rel/overlays',
      says: 'Files in rel/overlays are copied to the root of the release as they are.',
      fixture: 'options',
      needs: ['base'],
      core: true,
      check: async ({ release }) => {
        equal(await (await release('base')).sh('cat OVERLAY.txt'), 'from rel/overlays', 'OVERLAY.txt');
      },
    },
    {
      id: 'overlays-mode',
      feature: 'modes of overlays',
      says: 'A program among the overlays can be run from the release.',
      fixture: 'options',
      needs: ['base'],
      core: true,
      check: async ({ release }) => {
        equal(await (await release('base')).sh('bin/tool a "b c"'), 'tool in bin with a b c', 'output of bin/tool');
      },
    },
    {
      id: 'overlays-link',
      feature: 'symbolic links among overlays',
      says: 'A symbolic link among the overlays leads to the same file in the release.',
      fixture: 'options',
      needs: ['base'],
      check: async ({ release }) => {
        equal(await (await release('base')).sh('cat current.txt'), 'from rel/overlays', 'current.txt');
      },
    },
    {
      id: 'overlays-list',
      feature: 'overlays with several directories',
      says: 'Further directories can be listed; rel/overlays comes first, and a later one wins.',
      fixture: 'options',
      needs: ['overlaid'],
      since: '1.11',
      differs: '1.10 takes one directory, instead of rel/overlays.',
      core: true,
      check: async ({ release }) => {
        const overlaid = await release('overlaid');
        equal(await overlaid.sh('cat OVERLAY.txt one.txt who.txt'), 'from rel/overlays\nonly in one\ntwo', 'overlays');
      },
    },
    {
      id: 'overlays-empty-directory',
      feature: 'empty directories among overlays',
      says: 'Overlays are copied with the directories that hold nothing.',
      fixture: 'options',
      needs: ['overlaid'],
      since: '1.11',
      check: async ({ release }) => {
        equal(await (await release('overlaid')).sh('ls -a empty | wc -l | tr -d " "'), '2', 'entries in empty');
      },
    },
    {
      id: 'overlays-one',
      feature: 'overlays with one directory',
      says: 'The option takes one directory, too.',
      fixture: 'options',
      differs: '1.10 takes it instead of rel/overlays.',
      check: async ({ install, platform }) => {
        const one = await install({ patches: baseWith('overlays: "extra/one"'), releases: ['base'] });
        equal(await one.sh('cat one.txt who.txt'), 'only in one\none', 'overlays');
        const both = isAtLeast(platform.elixir, '1.11');
        equal(await one.sh('ls OVERLAY.txt 2>/dev/null || true'), both ? 'OVERLAY.txt' : '', 'file of rel/overlays');
      },
    },
    {
      id: 'templates-path',
      feature: 'rel_templates_path',
      says: 'Templates and overlays are looked for in another directory than rel.',
      fixture: 'options',
      needs: ['templated'],
      since: '1.11',
      check: async ({ release }) => {
        const templated = await release('templated');
        const ask = 'IO.puts(System.get_env("TEMPLATE") <> ", " <> System.get_env("VM_TEMPLATE"))';
        equal(await templated.eval(ask), 'templates for templated, templated', 'env.sh and vm.args');
        equal(
          await templated.sh('cat from_templates.txt; ls OVERLAY.txt 2>/dev/null || true'),
          'from templates/overlays',
          'overlays',
        );
      },
    },
    {
      id: 'steps-around',
      feature: 'steps before and after :assemble',
      says: 'Functions before and after the assembly get the release and may change it.',
      fixture: 'options',
      needs: ['stepped'],
      core: true,
      check: async ({ release }) => {
        const stepped = await release('stepped');
        equal(await stepped.sh('cat releases/COOKIE'), 'cookie-of-a-step', 'what the first step set');
        const [first, second] = (await stepped.sh('cat steps.txt')).split('\n');
        equal([first, second], ['before, then [:assemble]', 'after, then []'], 'steps');
      },
    },
    {
      id: 'steps-injected',
      feature: 'a step that adds a step',
      says: 'A step can append another one to those that remain.',
      fixture: 'options',
      needs: ['stepped'],
      check: async ({ release }) => {
        equal(await (await release('stepped')).sh('tail -n 1 steps.txt'), 'injected', 'last step');
      },
    },
    {
      id: 'steps-tar',
      feature: 'the :tar step',
      says: 'Mix’s own tarball has what belongs to the release, and what a step put in bin; it is run here, too.',
      fixture: 'options',
      needs: ['tarred'],
      core: true,
      check: async ({ release }) => {
        const tarred = await release('tarred');
        equal(await tarred.eval('IO.puts(Options.hello())'), 'hello from options', 'eval from our tarball');
        const theirs = await tarred.sh('RELEASE_TMP=/tmp/by_mix by_mix/bin/tarred eval "IO.puts(:code.root_dir())"');
        equal(theirs, `${tarred.root}/by_mix`, 'root of the code from the tarball of Mix');
        equal(await tarred.sh('ls in_root.txt bin/in_bin.txt | tr "\\n" " "'), 'bin/in_bin.txt in_root.txt ', 'ours');
        const there = 'cd by_mix && ls in_root.txt bin/in_bin.txt OVERLAY.txt 2>/dev/null | tr "\\n" " "';
        equal(await tarred.sh(there), 'OVERLAY.txt bin/in_bin.txt ', 'theirs');
      },
    },
    {
      id: 'steps-tar-in-path',
      feature: 'the :tar step with path',
      says: 'With a path, Mix leaves its tarball in the release itself; ours does not hold it.',
      fixture: 'options',
      needs: ['tarred_elsewhere'],
      check: async ({ release }) => {
        const tarred = await release('tarred_elsewhere');
        equal(await tarred.sh('find . -name "*.tar.gz" | wc -l | tr -d " "'), '0', 'tarballs in ours');
        equal(await tarred.eval('IO.puts(Options.hello())'), 'hello from options', 'eval');
      },
    },
    {
      id: 'steps-order',
      feature: ':tar before :assemble',
      says: 'The :tar step has to come after :assemble.',
      fixture: 'options',
      check: async ({ build }) => {
        const outcome = await build({ patches: baseWith('steps: [:tar, :assemble]'), releases: ['base'] });
        refused(outcome, 'release-failed', /:tar step must come after :assemble/);
      },
    },
    {
      id: 'steps-without-assemble',
      feature: 'steps without :assemble',
      says: 'The steps have to hold :assemble, once.',
      fixture: 'options',
      check: async ({ build }) => {
        const outcome = await build({ patches: baseWith('steps: []'), releases: ['base'] });
        refused(outcome, 'release-failed', /must contain the atom :assemble once/);
      },
    },
    {
      id: 'steps-result',
      feature: 'a step that returns something else',
      says: 'A step has to return the release.',
      fixture: 'options',
      check: async ({ build }) => {
        const outcome = await build({ patches: baseWith('steps: [:assemble, fn _ -> :ok end]'), releases: ['base'] });
        refused(outcome, 'release-failed', /to return a Mix\.Release, got: :ok/);
      },
    },
  ],
};
