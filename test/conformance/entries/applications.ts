import type { Theme } from '../model.js';
import type { Scene } from '../rig/scene.js';
import { contains, equal, truth } from '../rig/seen.js';
import { refused } from './support.js';

/** Starts a release, ends its application `mortal` for a reason, and tells whether the node lives on. */
async function survives({ release }: Scene, name: string, reason: ':normal' | ':broken'): Promise<boolean> {
  await using node = await (await release(name)).start();
  equal(await node.rpc('IO.inspect(Options.state(:mortal))'), ':started', 'state of mortal');
  await node.rpc(`Mortal.die(${reason})`);
  const ended = await node.ended(4).then(
    () => true,
    () => false,
  );
  if (ended) return false;
  equal(await node.rpc('IO.inspect(Options.state(:mortal))'), ':loaded', 'state of mortal after its end');
  return true;
}

const NODE_ENDS = 'the node lives on';
const NODE_LIVES = 'the node ended';

/** What the :applications option does. */
export const APPLICATIONS: Theme = {
  title: 'Applications of a release',
  entries: [
    {
      id: 'applications-default',
      feature: 'the applications by default',
      says: 'A release has the project’s application and all that it depends on, recursively, and starts them.',
      fixture: 'options',
      needs: ['base', 'recursive'],
      core: true,
      check: async ({ release }) => {
        const [base, recursive] = [await release('base'), await release('recursive')];
        await using node = await base.start();
        const state = 'IO.inspect(for app <- [:options, :logger, :elixir, :mortal], do: Options.state(app))';
        equal(await node.rpc(state), '[:started, :started, :started, :absent]', 'options, logger, elixir, mortal');
        await using other = await recursive.start();
        const states = 'IO.inspect(for app <- [:parent, :mortal], do: Options.state(app))';
        equal(await other.rpc(states), '[:started, :started]', 'parent and mortal, on which it depends');
      },
    },
    {
      id: 'mode-permanent',
      feature: ':permanent',
      says: 'The node shuts down when a permanent application ends, for whatever reason.',
      fixture: 'options',
      needs: ['dies_permanent'],
      core: true,
      check: async (scene) => {
        truth(!(await survives(scene, 'dies_permanent', ':normal')), `${NODE_ENDS} after a normal end`);
        truth(!(await survives(scene, 'dies_permanent', ':broken')), `${NODE_ENDS} after an abnormal end`);
      },
    },
    {
      id: 'mode-transient',
      feature: ':transient',
      says: 'The node shuts down when a transient application ends abnormally, and only then.',
      fixture: 'options',
      needs: ['dies_transient'],
      core: true,
      check: async (scene) => {
        truth(await survives(scene, 'dies_transient', ':normal'), `${NODE_LIVES} after a normal end`);
        truth(!(await survives(scene, 'dies_transient', ':broken')), `${NODE_ENDS} after an abnormal end`);
      },
    },
    {
      id: 'mode-temporary',
      feature: ':temporary',
      says: 'The node stays when a temporary application ends.',
      fixture: 'options',
      needs: ['dies_temporary'],
      core: true,
      check: async (scene) => {
        truth(await survives(scene, 'dies_temporary', ':broken'), `${NODE_LIVES} after an abnormal end`);
      },
    },
    {
      id: 'mode-load',
      feature: ':load',
      says: 'An application in this mode is loaded and not started.',
      fixture: 'options',
      needs: ['only_loaded'],
      check: async ({ release }) => {
        await using node = await (await release('only_loaded')).start();
        equal(await node.rpc('IO.inspect(Options.state(:mortal))'), ':loaded', 'state of mortal');
        equal(await node.rpc('IO.puts(Application.spec(:mortal, :vsn))'), '7.8.9', 'version of mortal');
      },
    },
    {
      id: 'mode-none',
      feature: ':none',
      says: 'An application in this mode is part of the release, and neither loaded nor started.',
      fixture: 'options',
      needs: ['only_there'],
      check: async ({ release }) => {
        const there = await release('only_there');
        await using node = await there.start();
        equal(await node.rpc('IO.inspect(Options.state(:mortal))'), ':there', 'state of mortal');
        equal(await there.sh('ls lib/mortal-7.8.9/ebin | grep -c beam'), '1', 'beam files of mortal');
      },
    },
    {
      id: 'applications-order',
      feature: 'the order of applications',
      says: 'Applications start in the order in which they are listed, after kernel, stdlib, sasl and elixir.',
      fixture: 'options',
      needs: ['early', 'late'],
      core: true,
      check: async ({ release }) => {
        const ask = `IO.puts(Options.started() |> Enum.filter(& &1 in [:mortal, :runtime_tools, :options]) |> Enum.join(" "))`;
        await using early = await (await release('early')).start();
        equal(await early.rpc(ask), 'mortal runtime_tools options', 'order in early');
        await using late = await (await release('late')).start();
        equal(await late.rpc(ask), 'options runtime_tools mortal', 'order in late');
        const first =
          'IO.puts(Options.started() |> Enum.filter(& &1 in [:kernel, :stdlib, :sasl, :elixir, :options]) |> List.last())';
        equal(await late.rpc(first), 'options', 'last of options and the four that come first');
      },
    },
    {
      id: 'applications-unknown',
      feature: 'an application that does not exist',
      says: 'A release cannot list an application that is not there.',
      fixture: 'options',
      check: async ({ build }) => {
        const patches = [{ file: 'mix.exs', from: 'base: []', to: 'base: [applications: [nowhere: :permanent]]' }];
        const outcome = await build({ patches, releases: ['base'] });
        refused(outcome, 'release-failed', /Could not find application :nowhere|Could not load application|nowhere/);
      },
    },
    {
      id: 'mode-unknown',
      feature: 'an unknown mode',
      says: 'A mode other than the five is an error.',
      fixture: 'options',
      check: async ({ build }) => {
        const patches = [{ file: 'mix.exs', from: 'base: []', to: 'base: [applications: [mortal: :sometimes]]' }];
        refused(
          await build({ patches, releases: ['base'] }),
          'release-failed',
          /[Uu]nknown mode :sometimes for :mortal/,
        );
      },
    },
    {
      id: 'mode-cascade',
      feature: 'the mode of dependencies',
      says: 'The mode of an application is that of its dependencies, too, unless they are listed.',
      fixture: 'options',
      needs: ['cascading'],
      since: '1.14',
      differs: 'Before 1.14 dependencies are permanent.',
      check: async ({ release }) => {
        await using node = await (await release('cascading')).start();
        const states = 'IO.inspect(for app <- [:parent, :mortal], do: Options.state(app))';
        equal(await node.rpc(states), '[:loaded, :loaded]', 'parent and mortal');
      },
    },
    {
      id: 'mode-validation',
      feature: 'modes that cannot boot',
      says: 'A started application may not depend on one that is only loaded.',
      fixture: 'options',
      check: async ({ build }) => {
        const patches = [
          { file: 'mix.exs', from: 'base: []', to: 'base: [applications: [parent: :permanent, mortal: :load]]' },
        ];
        refused(
          await build({ patches, releases: ['base'] }),
          'release-failed',
          /depends on\s+:mortal which is set to :load/,
        );
      },
    },
    {
      id: 'mode-validation-skipped',
      feature: 'skip_mode_validation_for',
      says: 'The check of the modes can be left out for named applications.',
      fixture: 'options',
      needs: ['unsafe'],
      since: '1.13',
      check: async ({ release }) => {
        const unsafe = await release('unsafe');
        const rel = await unsafe.sh('cat releases/1.0.0/unsafe.rel');
        contains(rel, /\{mortal,"7\.8\.9",load\}/, 'unsafe.rel');
        contains(rel, /\{parent,"0\.1\.0",permanent\}/, 'unsafe.rel');
      },
    },
  ],
};
