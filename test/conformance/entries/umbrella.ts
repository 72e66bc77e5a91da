import type { Theme } from '../model.js';
import { contains, equal } from '../rig/seen.js';
import { refused } from './support.js';

const STATES = 'IO.inspect(for app <- [:core, :web, :events], do: is_list(:code.lib_dir(app)))';

/** Releases of an umbrella's applications. */
export const UMBRELLA: Theme = {
  title: 'Umbrella projects',
  entries: [
    {
      id: 'umbrella-together',
      feature: 'applications that do not depend on each other in one release',
      says: 'From the root of an umbrella, two applications that do not depend on each other go into one release.',
      fixture: 'umbrella',
      needs: ['web_and_events'],
      core: true,
      check: async ({ release }) => {
        const both = await release('web_and_events');
        await using node = await both.start();
        equal(await node.rpc('IO.puts(Web.hello() <> ", " <> Events.hello())'), 'hello web, hello events', 'rpc');
        equal(await node.stop(), 0, 'exit status');
      },
    },
    {
      id: 'umbrella-subset',
      feature: 'a subset of the applications',
      says: 'A release holds its entry points and what they depend on, and nothing of the other children.',
      fixture: 'umbrella',
      needs: ['web_only', 'events_only'],
      core: true,
      check: async ({ release }) => {
        const [web, events] = [await release('web_only'), await release('events_only')];
        equal(await web.eval(STATES), '[true, true, false]', 'core, web and events in web_only');
        equal(await events.eval(STATES), '[true, false, true]', 'core, web and events in events_only');
        equal(await web.sh('ls lib | grep -c events || true'), '0', 'directories of events in web_only');
      },
    },
    {
      id: 'umbrella-version-from-app',
      feature: 'version of a child',
      says: 'The version of an umbrella’s release can be that of one of its applications.',
      fixture: 'umbrella',
      needs: ['web_only'],
      check: async ({ release }) => {
        const web = await release('web_only');
        equal((await web.run(['version'])).stdout, 'web_only 0.2.0\n', 'version');
      },
    },
    {
      id: 'umbrella-without-releases',
      feature: 'an umbrella that defines no releases',
      says: 'An umbrella has to list its releases.',
      fixture: 'umbrella',
      check: async ({ build }) => {
        const patches = [
          { file: 'mix.exs', from: 'releases: releases()', to: 'aliases: [unused: fn _ -> releases() end]' },
        ];
        refused(
          await build({ patches }),
          'release-failed',
          /Umbrella projects require releases to be explicitly defined/,
        );
      },
    },
    {
      id: 'umbrella-without-applications',
      feature: 'an umbrella’s release without applications',
      says: 'A release of an umbrella has to list the applications that it starts from.',
      fixture: 'umbrella',
      check: async ({ build }) => {
        const patches = [{ file: 'mix.exs', from: 'applications: [events: :permanent]', to: 'quiet: true' }];
        const outcome = await build({ patches, releases: ['events_only'] });
        refused(outcome, 'release-failed', /non-empty applications key/);
      },
    },
    {
      id: 'umbrella-child',
      feature: 'a release from a child',
      says: 'A release can be assembled from a child’s own directory instead of from the root.',
      fixture: 'umbrella',
      core: true,
      check: async ({ install }) => {
        const web = await install({ args: ['--working-directory', 'apps/web'] });
        equal(`${web.name} ${web.version}`, 'web 0.2.0', 'release');
        equal(await web.eval(STATES), '[true, true, false]', 'core, web and events');
        await using node = await web.start();
        contains(await node.rpc('IO.puts(Web.hello())'), 'hello web', 'rpc');
      },
    },
  ],
};
