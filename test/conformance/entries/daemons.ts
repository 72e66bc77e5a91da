import type { Theme } from '../model.js';
import { until } from '../rig/host.js';
import type { Installed } from '../rig/installed.js';
import { contains, equal, truth } from '../rig/seen.js';

type Env = Readonly<Record<string, string>>;

/** Starts a release as a daemon, runs work with it, and stops it. */
async function asDaemon(release: Installed, command: string, env: Env, work: () => Promise<void>): Promise<void> {
  await release.alone(async () => {
    const { status, output } = await release.run([command], env);
    equal(status, 0, `exit status of ${command} (${output.trim()})`);
    try {
      await until(async () => (await pidOf(release, env)) !== undefined, 'answer of the daemon', 40);
      await work();
    } finally {
      await release.run(['stop'], env);
      await until(async () => (await pidOf(release, env)) === undefined, 'end of the daemon', 40);
    }
  }, env);
}

async function pidOf(release: Installed, env: Env): Promise<string | undefined> {
  const { status, stdout } = await release.run(['pid'], env);
  return status === 0 ? stdout.trim() : undefined;
}

/** Releases in the background. */
export const DAEMONS: Theme = {
  title: 'Daemons',
  entries: [
    {
      id: 'daemon',
      feature: 'daemon',
      says: 'The system starts in the background; its output goes to log below the temporary directory.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        const service = await release('service');
        const env = { RELEASE_TMP: '/tmp/daemon' };
        await asDaemon(service, 'daemon', env, async () => {
          const { stdout } = await service.run(['rpc', 'Service.rpc_hello()'], env);
          equal(stdout, 'hello from a started service\n', 'rpc');
          contains(await service.sh('cat /tmp/daemon/log/erlang.log.1'), 'service booted', 'log/erlang.log.1');
          equal(await service.sh('ls /tmp/daemon/pipe | wc -l | tr -d " "'), '2', 'files in pipe');
        });
      },
    },
    {
      id: 'daemon-again',
      feature: 'a daemon that was stopped',
      says: 'A daemon can be started again after it was stopped.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        const service = await release('service');
        const env = { RELEASE_TMP: '/tmp/daemon-again' };
        for (const round of ['first', 'second']) {
          await asDaemon(service, 'daemon', env, async () => {
            const { stdout } = await service.run(['rpc', 'Service.rpc_hello()'], env);
            equal(stdout, 'hello from a started service\n', `rpc in the ${round} round`);
          });
        }
      },
    },
    {
      id: 'daemon-iex',
      feature: 'daemon_iex and to_erl',
      says: 'A daemon can have IEx attached, which to_erl reaches by the pipes.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        const service = await release('service');
        const env = { RELEASE_TMP: '/tmp/daemon-iex' };
        await asDaemon(service, 'daemon_iex', env, async () => {
          const attach = ['sh', '-c', 'exec "$0"/erts-*/bin/to_erl /tmp/daemon-iex/pipe/', service.root];
          const printed = await service.host.type(attach, [
            { after: /Attaching to/, line: '' },
            { after: /iex\(service@clean\)\d+>/, line: 'IO.puts("in " <> inspect(node()))' },
            { after: /in :"?service@clean/ },
          ]);
          contains(printed, /^in :"?service@clean/m, 'terminal');
        });
      },
    },
    {
      id: 'heart',
      feature: 'heart',
      says: 'With heart, a daemon that is killed starts again.',
      fixture: 'service',
      needs: ['hearted'],
      core: true,
      check: async ({ release }) => {
        const hearted = await release('hearted');
        const env = { RELEASE_TMP: '/tmp/hearted' };
        await asDaemon(hearted, 'daemon', env, async () => {
          const before = await pidOf(hearted, env);
          await hearted.sh('kill -KILL "$1"', before ?? '');
          let after: string | undefined;
          await until(async () => (after = await pidOf(hearted, env)) !== undefined, 'restart by heart', 60);
          truth(after !== before, 'the same process answers');
        });
      },
    },
  ],
};
