import type { Theme } from '../model.js';
import { contains, equal, truth } from '../rig/seen.js';

/** Native code, protocols, priv, and tasks around the release. */
export const NATIVE: Theme = {
  title: 'Native code, protocols and hooks',
  entries: [
    {
      id: 'nif-of-project',
      feature: 'a NIF in the project',
      says: 'Native functions are compiled for the target, and run there.',
      fixture: 'native',
      needs: ['native'],
      core: true,
      check: async ({ release }) => {
        equal(await (await release('native')).eval('IO.inspect(Native.Nif.add(40, 2))'), '42', 'Native.Nif.add');
      },
    },
    {
      id: 'nif-of-dependency',
      feature: 'a NIF in a dependency',
      says: 'Native functions of dependencies are compiled for the target, too.',
      fixture: 'native',
      needs: ['native'],
      core: true,
      check: async ({ release }) => {
        equal(await (await release('native')).eval('IO.inspect(Cdep.answer())'), '42', 'Cdep.answer');
      },
    },
    {
      id: 'nif-in-node',
      feature: 'a NIF in embedded mode',
      says: 'A node that loads all its code at the start loads native functions with it.',
      fixture: 'native',
      needs: ['native'],
      check: async ({ release }) => {
        await using node = await (await release('native')).start();
        equal(await node.rpc('IO.inspect({Native.Nif.add(1, 2), Cdep.answer()})'), '{3, 42}', 'rpc');
      },
    },
    {
      id: 'port-program',
      feature: 'a program in priv',
      says: 'A program that the project compiled into priv runs on the target.',
      fixture: 'native',
      needs: ['native'],
      core: true,
      check: async ({ release }) => {
        equal(await (await release('native')).eval('IO.puts(Native.shout("aloud"))'), 'ALOUD', 'answer of the port');
      },
    },
    {
      id: 'priv',
      feature: 'files in priv',
      says: 'Files in priv are part of the release.',
      fixture: 'native',
      needs: ['native'],
      core: true,
      check: async ({ release }) => {
        const ask = 'IO.inspect(Native.priv("inside.txt"))';
        equal(await (await release('native')).eval(ask), '{:regular, "inside priv"}', 'inside.txt');
      },
    },
    {
      id: 'priv-links',
      feature: 'symbolic links in priv',
      says: 'The target of a link in priv is copied instead of the link, from outside of priv too.',
      fixture: 'native',
      needs: ['native'],
      since: '1.14',
      differs: 'Before 1.14 links stay links.',
      check: async ({ release }) => {
        const native = await release('native');
        equal(await native.eval('IO.inspect(Native.priv("link.txt"))'), '{:regular, "inside priv"}', 'link.txt');
        equal(await native.eval('IO.inspect(Native.priv("outside.txt"))'), '{:regular, "outside priv"}', 'outside.txt');
      },
    },
    {
      id: 'include',
      feature: 'header files',
      says: 'Files in include are part of the release.',
      fixture: 'native',
      needs: ['native'],
      since: '1.16',
      check: async ({ release }) => {
        const header = await (await release('native')).sh('cat lib/native-0.1.0/include/native.hrl');
        contains(header, 'from a header', 'native.hrl');
      },
    },
    {
      id: 'consolidation',
      feature: 'protocol consolidation',
      says: 'Protocols are consolidated, those of Elixir and those of the project.',
      fixture: 'native',
      needs: ['native'],
      core: true,
      check: async ({ release }) => {
        const native = await release('native');
        const ask = 'IO.inspect(for it <- [Enumerable, Native.Shape], do: Protocol.consolidated?(it))';
        equal(await native.eval(ask), '[true, true]', 'Enumerable and Native.Shape in eval');
        await using node = await native.start();
        equal(await node.rpc(ask), '[true, true]', 'Enumerable and Native.Shape in start');
        equal(await node.rpc('IO.inspect(Native.Shape.area(%{width: 2, height: 3}))'), '6', 'area');
      },
    },
    {
      id: 'consolidation-off',
      feature: 'consolidate_protocols: false',
      says: 'Consolidation can be switched off.',
      fixture: 'native',
      check: async ({ install }) => {
        const from = 'consolidate_protocols: true';
        const native = await install({ patches: [{ file: 'mix.exs', from, to: 'consolidate_protocols: false' }] });
        equal(await native.eval('IO.inspect(Protocol.consolidated?(Native.Shape))'), 'false', 'Native.Shape');
        equal(await native.eval('IO.inspect(Native.Shape.area(%{width: 2, height: 3}))'), '6', 'area');
      },
    },
    {
      id: 'alias-of-release',
      feature: 'an alias of release',
      says: 'A task that an alias runs before the release can write into priv, as a deployment of assets does.',
      fixture: 'native',
      needs: ['native'],
      check: async ({ release }) => {
        const ask = 'IO.inspect(Native.priv("static/app.css"))';
        equal(await (await release('native')).eval(ask), '{:regular, "made by assets.deploy"}', 'static/app.css');
      },
    },
    {
      id: 'path-dependency',
      feature: 'a dependency by path',
      says: 'Dependencies by path are part of the release, from elsewhere in the checkout, too.',
      fixture: 'monorepo',
      needs: ['app'],
      core: true,
      check: async ({ release }) => {
        equal(await (await release('app')).eval('IO.puts(App.hello())'), 'app with shared', 'eval');
      },
    },
    {
      id: 'dependency-of-another-environment',
      feature: 'a dependency for development alone',
      says: 'Dependencies of other environments stay out.',
      fixture: 'monorepo',
      needs: ['app'],
      check: async ({ release }) => {
        const app = await release('app');
        equal(await app.eval('IO.inspect(Code.ensure_loaded?(Devtool))'), 'false', 'whether Devtool is there');
        truth((await app.sh('ls lib')).includes('shared-0.5.0'), 'no lib/shared-0.5.0');
      },
    },
  ],
};
