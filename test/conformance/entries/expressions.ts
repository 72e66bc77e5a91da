import type { Theme } from '../model.js';
import { isAtLeast } from '../platforms.js';
import { contains, equal, truth } from '../rig/seen.js';

/** Expressions that run in a virtual machine of their own, or in the node that is running. */
export const EXPRESSIONS: Theme = {
  title: 'One-off commands',
  entries: [
    {
      id: 'eval',
      feature: 'eval',
      says: 'An expression runs in its own BEAM instance: no application started, no distribution.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        const service = await release('service');
        const state = 'IO.inspect({node(), Process.whereis(Service.Supervisor), :code.get_mode()})';
        equal(await service.eval(state), '{:nonode@nohost, nil, :interactive}', 'node, supervisor and mode');
      },
    },
    {
      id: 'eval-loads',
      feature: 'what eval has loaded',
      says: 'Code that eval runs has to load or start the applications that it uses.',
      fixture: 'service',
      needs: ['service'],
      differs: 'From 1.16 on, all applications are loaded beforehand.',
      check: async ({ release, platform }) => {
        const service = await release('service');
        const loaded = isAtLeast(platform.elixir, '1.16') ? 'true' : 'false';
        const ask = 'IO.inspect(List.keymember?(:application.loaded_applications(), :service, 0))';
        equal(await service.eval(ask), loaded, 'whether service is loaded');
        const load = 'Application.load(:service); IO.puts(Application.spec(:service, :vsn))';
        equal(await service.eval(load), '0.1.0', 'version after Application.load');
      },
    },
    {
      id: 'eval-helper',
      feature: 'a module of release tasks, by eval',
      says: 'A function of the release can start the application and do one-off work.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        equal(
          await (await release('service')).eval('Service.eval_hello()'),
          'service booted\nhello from a started service',
          'eval',
        );
      },
    },
    {
      id: 'eval-arguments',
      feature: 'arguments of eval',
      says: 'Arguments after the expression are in System.argv.',
      fixture: 'service',
      needs: ['service'],
      since: '1.15',
      check: async ({ release }) => {
        const { stdout } = await (await release('service')).run(['eval', 'IO.inspect(System.argv())', 'a', 'b c']);
        equal(stdout, '["a", "b c"]\n', 'System.argv');
      },
    },
    {
      id: 'eval-failure',
      feature: 'an expression that fails',
      says: 'eval ends with a status other than 0 when its expression raises, and without an expression.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        const service = await release('service');
        const raised = await service.run(['eval', 'raise "on purpose"']);
        equal(raised.status, 1, 'exit status of an expression that raises');
        contains(raised.output, 'on purpose', 'output');
        const halted = await service.run(['eval', 'System.halt(7)']);
        equal(halted.status, 7, 'exit status of System.halt(7)');
        const empty = await service.run(['eval']);
        equal(empty.status, 1, 'exit status without an expression');
        contains(empty.output, 'ERROR: EVAL expects an expression as argument', 'output');
      },
    },
    {
      id: 'rpc',
      feature: 'rpc',
      says: 'An expression runs in the node that is running; its output is printed here.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        const service = await release('service');
        await using node = await service.start();
        const pid = await node.rpc('IO.puts(System.pid())');
        equal(await node.rpc('IO.puts(System.pid())'), pid, 'process of a second expression');
        const failing = await service.run(['rpc', 'raise "on purpose"']);
        truth(failing.status !== 0, 'rpc of an expression that raises ended with 0');
        contains(failing.output, 'on purpose', 'output');
        equal(await node.rpc('IO.puts(System.pid())'), pid, 'process after an expression that raised');
        const empty = await service.run(['rpc']);
        contains(empty.output, 'ERROR: RPC expects an expression as argument', 'output without an expression');
      },
    },
    {
      id: 'rpc-without-node',
      feature: 'rpc, pid and stop without a node',
      says: 'Remote commands need a system that is running.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        const service = await release('service');
        const env = { RELEASE_NODE: 'nobody_there' };
        for (const args of [['rpc', 'IO.puts(1)'], ['pid'], ['stop']]) {
          const { status, output } = await service.run(args, env);
          truth(status !== 0, `${args.join(' ')} ended with 0: ${output}`);
          contains(output, /noconnection|nodedown|nobody_there/, `output of ${args.join(' ')}`);
        }
      },
    },
  ],
};
