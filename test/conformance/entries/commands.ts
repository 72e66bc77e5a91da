import type { Theme } from '../model.js';
import { until } from '../rig/host.js';
import { contains, equal, lacks } from '../rig/seen.js';

const PROMPT = /iex(\(\S+\))?\d*>|iex\(\S*\)\d+>/;

/** The commands of bin/NAME. */
export const COMMANDS: Theme = {
  title: 'Commands',
  entries: [
    {
      id: 'start',
      feature: 'start',
      says: 'The system starts, connected to standard output, and stays.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        await using node = await (await release('service')).start();
        contains(await node.log(), /^service booted$/m, 'standard output');
        equal(await node.rpc('IO.puts(node() |> to_string() |> String.split("@") |> hd())'), 'service', 'node');
        equal(await node.rpc('Service.rpc_hello()'), 'hello from a started service', 'rpc');
      },
    },
    {
      id: 'start-iex',
      feature: 'start_iex',
      says: 'The system starts with IEx attached.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        const service = await release('service');
        await service.alone(async () => {
          const printed = await service.host.type(
            [service.bin, 'start_iex'],
            [
              { after: PROMPT, line: 'Service.rpc_hello()' },
              { after: /hello from a started service[^]*iex\(/, line: 'System.stop()' },
              { after: /:ok|stopped/ },
            ],
            { env: { RELEASE_TMP: '/tmp/start-iex' } },
          );
          contains(printed, 'hello from a started service', 'terminal');
          await until(async () => (await service.run(['pid'])).status !== 0, 'end of the node', 20);
        });
      },
    },
    {
      id: 'remote',
      feature: 'remote',
      says: 'IEx connects to the node that is running, and leaves it running.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        const service = await release('service');
        await using node = await service.start();
        const printed = await service.host.type(
          [service.bin, 'remote'],
          [
            { after: /iex\(service@clean\)\d+>/, line: 'IO.puts("at " <> to_string(node()))' },
            { after: /^at service@clean/m },
          ],
        );
        contains(printed, 'at service@clean', 'terminal');
        equal(await node.rpc('Service.rpc_hello()'), 'hello from a started service', 'rpc afterwards');
      },
    },
    {
      id: 'restart',
      feature: 'restart',
      says: 'The system restarts inside the same process of the operating system.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        const service = await release('service');
        const trace = '/tmp/trace-restart';
        await using node = await service.start({ TRACE: trace });
        const pid = await node.rpc('IO.puts(System.pid())');
        const { status, output } = await service.run(['restart']);
        equal(status, 0, `exit status of restart (${output.trim()})`);
        const booted = `grep -c "^booted service@clean ${pid}$" ${trace}`;
        await until(async () => (await service.sh(booted)) === '2', 'second boot of the same process', 20);
      },
    },
    {
      id: 'stop',
      feature: 'stop',
      says: 'The system stops, and its process ends with 0.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        await using node = await (await release('service')).start();
        equal(await node.stop(), 0, 'exit status of the node');
      },
    },
    {
      id: 'pid',
      feature: 'pid',
      says: 'The process of the operating system is printed.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        const service = await release('service');
        await using node = await service.start();
        const { stdout } = await service.run(['pid']);
        equal(stdout.trim(), await node.rpc('IO.puts(System.pid())'), 'output of pid');
        contains(stdout, /^\d+\n$/, 'output of pid');
        contains(await service.sh('tr "\\0" " " </proc/"$1"/cmdline', stdout.trim()), service.root, 'its command line');
      },
    },
    {
      id: 'version-command',
      feature: 'version',
      says: 'The name and the version that would boot are printed.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        const { status, stdout } = await (await release('service')).run(['version']);
        equal({ status, stdout }, { status: 0, stdout: 'service 0.1.0\n' }, 'version');
      },
    },
    {
      id: 'no-command',
      feature: 'no command',
      says: 'Without a command, all of them are listed.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        const { output } = await (await release('service')).run([]);
        contains(output, 'Usage: service COMMAND [ARGS]', 'output');
        const commands = ['start', 'start_iex', 'daemon', 'daemon_iex', 'eval', 'rpc', 'remote', 'restart', 'stop'];
        for (const command of [...commands, 'pid', 'version']) {
          contains(output, new RegExp(`^ +${command} `, 'm'), 'output');
        }
        lacks(output, 'ERROR', 'output');
      },
    },
    {
      id: 'unknown-command',
      feature: 'an unknown command',
      says: 'A command that does not exist is an error.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        const { status, output } = await (await release('service')).run(['begin']);
        equal(status, 1, 'exit status');
        contains(output, 'ERROR: Unknown command begin', 'output');
      },
    },
  ],
};
