import type { Theme } from '../model.js';
import { until } from '../rig/host.js';
import { contains, equal, lacks, truth } from '../rig/seen.js';

/** Has a node ask the virtual machine that runs rpc in it. */
const CALLER = '[caller] = Node.list(:hidden); IO.inspect(:rpc.call(caller, System, :get_env, ["REMOTE_VM_ARGS"]))';

const env = (name: string): string => `IO.puts(System.get_env("${name}"))`;

/** Templates below rel/, and flags of the virtual machine. */
export const TEMPLATES: Theme = {
  title: 'Templates and flags',
  entries: [
    {
      id: 'env-sh',
      feature: 'env.sh.eex',
      says: 'The template is evaluated with @release. Every command runs the file, with RELEASE_ROOT, NAME, VSN and COMMAND set.',
      fixture: 'service',
      needs: ['service', 'peer'],
      core: true,
      check: async ({ release }) => {
        const [service, peer] = [await release('service'), await release('peer')];
        equal(await service.eval(env('ENV_SH')), 'service 0.1.0 service 0.1.0 eval', 'ENV_SH in eval');
        equal(await peer.eval(env('ENV_SH')), 'peer 0.1.0 peer 0.1.0 eval', 'ENV_SH of another release');
        equal(await service.eval(env('ENV_SH_ROOT')), service.root, 'ENV_SH_ROOT');
        await using node = await service.start();
        equal(await node.rpc(env('ENV_SH')), 'service 0.1.0 service 0.1.0 start', 'ENV_SH in start');
      },
    },
    {
      id: 'env-sh-arguments',
      feature: 'arguments in env.sh',
      says: 'The file sees the arguments of the command.',
      fixture: 'service',
      needs: ['peer'],
      check: async ({ release }) => {
        await using node = await (await release('peer')).start({}, ['--color', 'blue']);
        equal(await node.rpc(env('ENV_SH_ARGS')), 'start --color blue', 'ENV_SH_ARGS');
      },
    },
    {
      id: 'env-bat',
      feature: 'env.bat.eex',
      says: 'The template for Windows is evaluated with @release, too.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        const text = await (await release('service')).sh('cat releases/0.1.0/env.bat');
        contains(text, 'set ENV_BAT=service 0.1.0', 'env.bat');
        lacks(text, '<%', 'env.bat');
      },
    },
    {
      id: 'vm-args',
      feature: 'vm.args.eex',
      says: 'The template is evaluated with @release; its flags hold for start, daemon and eval.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        const service = await release('service');
        const ask = 'IO.inspect({System.get_env("VM_ARGS"), :erlang.system_info(:schedulers)})';
        equal(await service.eval(ask), '{"service-0.1.0", 1}', 'VM_ARGS and schedulers in eval');
        await using node = await service.start();
        equal(await node.rpc(ask), '{"service-0.1.0", 1}', 'VM_ARGS and schedulers in start');
      },
    },
    {
      id: 'remote-vm-args',
      feature: 'remote.vm.args.eex',
      says: 'The template is evaluated with @release; its flags hold for rpc and remote, and not for the system itself.',
      fixture: 'service',
      needs: ['service'],
      since: '1.12',
      check: async ({ release }) => {
        await using node = await (await release('service')).start();
        equal(await node.rpc(CALLER), '"service-0.1.0"', 'REMOTE_VM_ARGS of the caller');
        equal(await node.rpc('IO.inspect(System.get_env("REMOTE_VM_ARGS"))'), 'nil', 'REMOTE_VM_ARGS of the system');
      },
    },
    {
      id: 'beam-port',
      feature: 'a port for the distribution',
      says: 'env.sh can bind the distribution of start and daemon to a port known at run time; rpc, which is not bound, reaches it.',
      fixture: 'service',
      needs: ['ported'],
      core: true,
      check: async ({ release }) => {
        const ported = await release('ported');
        await using node = await ported.start({ BEAM_PORT: '16789' });
        equal(
          await node.rpc('IO.puts(:application.get_env(:kernel, :inet_dist_listen_min) |> elem(1))'),
          '16789',
          'kernel',
        );
        contains(await ported.sh('erts-*/bin/epmd -names'), 'name ported at port 16789', 'epmd -names');
        equal(await node.stop(), 0, 'exit status after stop');
      },
    },
    {
      id: 'without-epmd',
      feature: 'distribution without epmd',
      says: 'By flags in both files, nodes use one fixed port instead of epmd.',
      fixture: 'service',
      needs: ['epmdless'],
      since: '1.17',
      check: async ({ release, readOnly }) => {
        const epmdless = await release('epmdless');
        // In a host of its own: where an epmd runs already, nodes are in it.
        await using there = await readOnly(epmdless);
        await using node = await there.launch({ RELEASE_TMP: '/tmp' });
        const answers = (): Promise<boolean> => node.rpc('IO.puts(1)').then(Boolean, () => false);
        await until(answers, 'answer of the node', 30);
        equal(await node.rpc('Service.rpc_hello()'), 'hello from a started service', 'rpc');
        contains(await there.sh('erts-*/bin/epmd -names 2>&1 || true'), 'Cannot connect to local epmd', 'epmd -names');
      },
    },
    {
      id: 'flags-at-run-time',
      feature: 'flags from the environment',
      says: 'ELIXIR_ERL_OPTIONS and ERL_FLAGS add flags when a release starts.',
      fixture: 'service',
      needs: ['peer'],
      check: async ({ release }) => {
        const peer = await release('peer');
        const ask = 'IO.inspect({:init.get_argument(:from_elixir), :init.get_argument(:from_erlang)})';
        const flags = { ELIXIR_ERL_OPTIONS: '-from_elixir one', ERL_FLAGS: '-from_erlang two' };
        contains(
          await peer.eval(ask, flags),
          /\{\{:ok, \[\[.*one.*\]\]\}, \{:ok, \[\[.*two.*\]\]\}\}/,
          'flags in eval',
        );
        truth((await peer.eval(ask)).includes(':error'), 'flags without the variables');
      },
    },
  ],
};
