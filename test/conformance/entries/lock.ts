import type { Theme } from '../model.js';
import { contains, equal, lacks } from '../rig/seen.js';
import { depending, fromHex, locked } from './dependencies.js';
import { refused } from './support.js';

/** A lock that does not fit the project. */
export const LOCK: Theme = {
  title: 'The lock',
  entries: [
    {
      id: 'lockfile-outdated',
      feature: 'a lock that does not fit mix.exs',
      says: 'A build fails where deps.get would change mix.lock, and says for which dependency, unless that is allowed.',
      differs: 'Before 1.15 deps.get has no --check-locked; the builder compares the lock itself.',
      fixture: 'packaged',
      core: true,
      check: async ({ build, install, remote }) => {
        const elsewhere = await remote();
        const lock = locked([await elsewhere.repositories.lockLine('ripple', '1.0.0', ['mix'])]);
        const spec = fromHex(elsewhere, '{:ripple, "~> 1.1"}', lock);
        refused(await build(spec), 'lockfile-outdated', /ripple is in it at 1\.0\.0 and would be 1\.1\.0/);
        const packaged = await install({ ...spec, args: [...(spec.args ?? []), '--no-check-locked'] });
        equal(await packaged.eval('IO.puts(Packaged.version(:ripple))'), 'ripple 1.1.0', 'eval');
      },
    },
    {
      id: 'lock-incomplete',
      feature: 'a lock that lacks a dependency',
      says: 'A build fails where a dependency is not in mix.lock.',
      differs: 'Before 1.15 deps.get has no --check-locked; the builder compares the lock itself.',
      fixture: 'packaged',
      core: true,
      check: async ({ build, remote }) => {
        const elsewhere = await remote();
        const spec = fromHex(elsewhere, '{:ripple, "~> 1.0"}', locked([]));
        refused(await build(spec), 'lockfile-outdated', /ripple is not in it and would be 1\.1\.0/);
      },
    },
    {
      id: 'lock-of-git',
      feature: 'a lock of another commit',
      says: 'A build fails where mix.exs asks for another commit of a git repository than mix.lock has.',
      fixture: 'packaged',
      core: true,
      check: async ({ build, remote }) => {
        const { gitUrl, tagged } = await remote();
        const url = `${gitUrl}/brook.git`;
        const lock = locked([`  "brook": {:git, "${url}", "${tagged}", [tag: "v1.0.0"]},`]);
        const patches = [depending(`{:brook, git: "${url}", branch: "main"}`), lock];
        const at = tagged.slice(0, 12);
        refused(
          await build({ patches }),
          'lockfile-outdated',
          new RegExp(`brook is in it at ${at} and would be [0-9a-f]{12}`),
        );
      },
    },
    {
      id: 'lock-absent',
      feature: 'no lock',
      says: 'A project without mix.lock is built, and the log says what that means.',
      fixture: 'packaged',
      check: async ({ install, remote }) => {
        const { log } = await install(fromHex(await remote(), '{:ripple, "~> 1.0"}'));
        contains(log, 'the checkout has no mix.lock', 'log');
        lacks((await install()).log, 'the checkout has no mix.lock', 'log of a project without dependencies');
      },
    },
    {
      id: 'lock-checksum',
      feature: 'a lock with another checksum',
      says: 'A build fails where the checksum in mix.lock is not the one in the signed index.',
      fixture: 'packaged',
      check: async ({ build, remote }) => {
        const elsewhere = await remote();
        const line = await elsewhere.repositories.lockLine('ripple', '1.1.0', ['mix']);
        const lock = locked([line.replace(/[0-9a-f]{64}"},$/, `${'ab'.repeat(32)}"},`)]);
        const outcome = await build(fromHex(elsewhere, '{:ripple, "~> 1.0"}', lock));
        refused(outcome, 'lockfile-outdated', /ripple is in it at 1\.1\.0, and another checksum/);
      },
    },
  ],
};
