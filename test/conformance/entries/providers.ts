import type { Theme } from '../model.js';
import { until } from '../rig/host.js';
import { contains, equal, truth } from '../rig/seen.js';

const get = (key: string): string => `IO.inspect(Configured.get(:${key}))`;
const TICKTIME = 'IO.inspect(:net_kernel.get_net_ticktime())';
const files = (directory: string): string => `ls ${directory} 2>/dev/null | grep -c "runtime.config$" || true`;

/** Config providers, and the restart after them. */
export const PROVIDERS: Theme = {
  title: 'Config providers',
  entries: [
    {
      id: 'provider',
      feature: 'config_providers',
      says: 'Providers of the project’s own load configuration at boot, after the runtime file and in their order.',
      fixture: 'configured',
      needs: ['provided'],
      core: true,
      check: async ({ release }) => {
        const provided = await release('provided');
        equal(await provided.eval(get('provided')), '"by boot.exs, first, second"', 'value in eval');
        await using node = await provided.start();
        equal(await node.rpc(get('provided')), '"by boot.exs, first, second"', 'value in start');
      },
    },
    {
      id: 'reboot',
      feature: 'reboot_system_after_config: true',
      says: 'The system restarts after its configuration, so that applications of the system are configured, too.',
      fixture: 'configured',
      needs: ['rebooted'],
      core: true,
      check: async ({ release }) => {
        const rebooted = await release('rebooted');
        const tmp = '/tmp/rebooted';
        await using node = await rebooted.start({ RELEASE_TMP: tmp, TICKTIME: 'other' });
        equal(await node.rpc(TICKTIME), '77', 'net_ticktime');
        equal(await rebooted.sh(files(tmp)), '1', 'configuration files in RELEASE_TMP');
      },
    },
    {
      id: 'reboot-not',
      feature: 'reboot_system_after_config: false',
      says: 'Without a restart nothing is written, and applications of the system keep what they started with.',
      fixture: 'configured',
      needs: ['unrebooted'],
      since: '1.11',
      differs: '1.10 can configure nothing at boot without a restart.',
      core: true,
      check: async ({ release }) => {
        const unrebooted = await release('unrebooted');
        const tmp = '/tmp/unrebooted';
        await using node = await unrebooted.start({ RELEASE_TMP: tmp, BOOT_VALUE: 'now' });
        equal(await node.rpc(TICKTIME), '60', 'net_ticktime');
        equal(await node.rpc(get('booted')), '"now"', 'value of the release’s own application');
        equal(await unrebooted.sh(files(tmp)), '0', 'configuration files in RELEASE_TMP');
        const { status, output } = await unrebooted.run(['eval', 'IO.puts(:booted)'], { TICKTIME: 'other' });
        truth(status !== 0, 'it boots with another configuration of kernel');
        // The explanation of earlier versions is lost when their machine goes down first.
        contains(output, /Cannot configure :kernel|aborting boot/, 'output');
      },
    },
    {
      id: 'reboot-read-only',
      feature: 'a restart where the root cannot be written',
      says: 'The computed configuration goes to RELEASE_TMP; without a place to write it the release does not start.',
      fixture: 'configured',
      needs: ['rebooted'],
      core: true,
      check: async ({ release, readOnly }) => {
        await using there = await readOnly(await release('rebooted'));
        const without = await there.run(['eval', get('booted')], { BOOT_VALUE: 'now', RELEASE_TMP: '' });
        truth(without.status !== 0, 'it runs without a place to write');
        contains(without.output, `could not write ${there.root}/tmp/`, 'output');
        equal(await there.eval(get('booted'), { BOOT_VALUE: 'now', RELEASE_TMP: '/tmp/own' }), '"now"', 'value');
        await using node = await there.start({ BOOT_VALUE: 'now', RELEASE_TMP: '/tmp/own' });
        equal(await node.rpc(get('booted')), '"now"', 'value of a node');
      },
    },
    {
      id: 'reboot-restart',
      feature: 'restart with configuration at boot',
      says: 'A restarted system still has its configuration.',
      fixture: 'configured',
      needs: ['rebooted'],
      check: async ({ release }) => {
        const rebooted = await release('rebooted');
        await using node = await rebooted.start({ BOOT_VALUE: 'now', RELEASE_NODE: 'restarted' });
        const pid = await node.rpc('IO.puts(System.pid())');
        await node.rpc('Application.put_env(:configured, :marker, :before)');
        equal((await rebooted.run(['restart'], { RELEASE_NODE: 'restarted' })).status, 0, 'exit status of restart');
        const fresh = (): Promise<boolean> =>
          node.rpc(get('marker')).then(
            (value) => value === 'nil',
            () => false,
          );
        await until(fresh, 'restart', 30);
        equal(await node.rpc(get('booted')), '"now"', 'value after the restart');
        equal(await node.rpc('IO.puts(System.pid())'), pid, 'process of the operating system');
      },
    },
    {
      id: 'prune',
      feature: 'prune_runtime_sys_config_after_boot',
      says: 'The file with the computed configuration goes after the boot.',
      fixture: 'configured',
      needs: ['pruned'],
      check: async ({ release }) => {
        const pruned = await release('pruned');
        const tmp = '/tmp/pruned';
        await using node = await pruned.start({ RELEASE_TMP: tmp, BOOT_VALUE: 'now' });
        equal(await node.rpc(get('booted')), '"now"', 'value');
        equal(await pruned.sh(`ls -d ${tmp}`), tmp, 'RELEASE_TMP');
        equal(await pruned.sh(files(tmp)), '0', 'configuration files in RELEASE_TMP');
      },
    },
    {
      id: 'distribution-during-config',
      feature: 'start_distribution_during_config',
      says: 'With a restart, distribution starts after the configuration unless it is asked for earlier.',
      fixture: 'configured',
      needs: ['rebooted', 'connected'],
      check: async ({ release }) => {
        await using late = await (await release('rebooted')).start({ RELEASE_NODE: 'late' });
        equal(await late.rpc(get('alive_during_config')), 'false', 'by default');
        await using early = await (await release('connected')).start();
        // It is reached before it restarts, too.
        const value = (): Promise<string> => early.rpc(get('alive_during_config')).catch(() => '');
        await until(async () => (await value()) === 'true', 'true for alive_during_config', 20);
      },
    },
  ],
};
