import type { Theme } from '../model.js';
import { refused } from './support.js';

/** A lock that does not fit the project. */
export const LOCK: Theme = {
  title: 'The lock',
  entries: [
    {
      id: 'lock-drifted',
      feature: 'a lock that does not fit mix.exs',
      says: 'A build fails where deps.get would change mix.lock, also with an Elixir that has no --check-locked.',
      fixture: 'packaged',
      check: async ({ build, remote }) => {
        const { url, repositories } = await remote();
        const line = await repositories.lockLine('ripple', '1.0.0', ['mix']);
        const patches = [
          { file: 'mix.exs', from: 'deps: []', to: 'deps: [{:ripple, "~> 1.1"}]' },
          { file: 'public_key', to: repositories.publicKey },
          { file: 'mix.lock', to: `%{\n${line}\n}\n` },
        ];
        refused(await build({ patches, args: ['--env', `PACKAGES_URL=${url}`] }), 'deps-failed', /mix\.lock/);
      },
    },
    {
      id: 'lock-checksum',
      feature: 'a lock with another checksum',
      says: 'A build fails where the checksum in mix.lock is not the one in the signed index.',
      fixture: 'packaged',
      check: async ({ build, remote }) => {
        const { url, repositories } = await remote();
        const line = await repositories.lockLine('ripple', '1.1.0', ['mix']);
        const patches = [
          { file: 'mix.exs', from: 'deps: []', to: 'deps: [{:ripple, "~> 1.0"}]' },
          { file: 'public_key', to: repositories.publicKey },
          { file: 'mix.lock', to: `%{\n${line.replace(/[0-9a-f]{64}"},$/, `${'ab'.repeat(32)}"},`)}\n}\n` },
        ];
        refused(await build({ patches, args: ['--env', `PACKAGES_URL=${url}`] }), 'deps-failed', /mix\.lock/);
      },
    },
  ],
};
