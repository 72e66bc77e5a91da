import type { Theme } from '../model.js';
import { contains, equal, truth } from '../rig/seen.js';

const variable = (name: string): string => `IO.puts(System.get_env("RELEASE_${name}"))`;
const NODE = 'IO.puts(node())';

/** Variables of the environment that the scripts set or heed. */
export const VARIABLES: Theme = {
  title: 'Environment variables',
  entries: [
    {
      id: 'release-root',
      feature: 'RELEASE_ROOT',
      says: 'It is the root of the release, always computed.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        const service = await release('service');
        equal(await service.eval(variable('ROOT')), service.root, 'RELEASE_ROOT');
        equal(await service.eval(variable('ROOT'), { RELEASE_ROOT: '/elsewhere' }), service.root, 'when it was set');
      },
    },
    {
      id: 'release-command',
      feature: 'RELEASE_COMMAND',
      says: 'It is the command, always computed.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        const service = await release('service');
        equal(await service.eval(variable('COMMAND'), { RELEASE_COMMAND: 'start' }), 'eval', 'RELEASE_COMMAND');
      },
    },
    {
      id: 'release-name',
      feature: 'RELEASE_NAME',
      says: 'It is the name of the release, and can be set to another one, which the node then has.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        const service = await release('service');
        equal(await service.eval(variable('NAME')), 'service', 'RELEASE_NAME');
        const env = { RELEASE_NAME: 'renamed' };
        equal((await service.run(['version'], env)).stdout, 'renamed 0.1.0\n', 'version');
        await using node = await service.start(env);
        equal(await node.rpc(NODE), 'renamed@clean', 'node');
      },
    },
    {
      id: 'release-vsn',
      feature: 'RELEASE_VSN',
      says: 'Of several versions in one root the latest runs, unless this names another one.',
      fixture: 'service',
      check: async ({ build, host, install }) => {
        const older = await install({ releases: ['peer'] });
        const { releases } = await build({ releases: ['peer'], args: ['--env', 'SERVICE_VERSION=0.2.0'] });
        const newer = releases[0];
        truth(newer !== undefined, 'no second version was built');
        await (await host()).unpack(newer?.tarball ?? '', older.root);
        const ask = 'Application.load(:service); IO.puts(Application.spec(:service, :vsn))';
        equal(await older.eval(ask), '0.2.0', 'version by default');
        equal(await older.eval(ask, { RELEASE_VSN: '0.1.0' }), '0.1.0', 'version that RELEASE_VSN names');
        equal((await older.run(['version'], { RELEASE_VSN: '0.1.0' })).stdout, 'peer 0.1.0\n', 'version');
        const absent = await older.run(['eval', ask], { RELEASE_VSN: '0.3.0' });
        truth(absent.status !== 0, 'a version that is not there runs');
      },
    },
    {
      id: 'release-prog',
      feature: 'RELEASE_PROG',
      says: 'It is the script that was called.',
      fixture: 'service',
      needs: ['service'],
      since: '1.12',
      check: async ({ release, host }) => {
        const service = await release('service');
        equal(await service.eval(variable('PROG')), 'service', 'RELEASE_PROG');
        const there = await host();
        await there.run(['ln', '-sfn', service.bin, '/tmp/called-otherwise']);
        const { stdout } = await there.run(['/tmp/called-otherwise', 'eval', variable('PROG')]);
        equal(stdout, 'called-otherwise\n', 'RELEASE_PROG by a link');
      },
    },
    {
      id: 'release-cookie',
      feature: 'RELEASE_COOKIE',
      says: 'It is set from releases/COOKIE and can be given; only nodes with the same cookie connect.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        const service = await release('service');
        equal(await service.eval(variable('COOKIE')), await service.sh('cat releases/COOKIE'), 'RELEASE_COOKIE');
        const env = { RELEASE_COOKIE: 'of-this-node', RELEASE_NODE: 'cookied' };
        await using node = await service.start(env);
        equal(await node.rpc('IO.puts(Node.get_cookie())'), 'of-this-node', 'cookie of the node');
        const { status } = await service.run(['rpc', NODE], { ...env, RELEASE_COOKIE: 'of-another' });
        truth(status !== 0, 'rpc with another cookie ended with 0');
      },
    },
    {
      id: 'release-node',
      feature: 'RELEASE_NODE',
      says: 'It is the name of the node and can be set.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        await using node = await (await release('service')).start({ RELEASE_NODE: 'my-own_name2' });
        equal(await node.rpc(NODE), 'my-own_name2@clean', 'node');
      },
    },
    {
      id: 'release-sys-config',
      feature: 'RELEASE_SYS_CONFIG',
      says: 'Another sys.config can be named, without its ending.',
      fixture: 'service',
      needs: ['service'],
      since: '1.11',
      check: async ({ release, host }) => {
        const service = await release('service');
        const script = 'echo "%% RUNTIME_CONFIG=false\n[{service, [{from, elsewhere}]}]." >/tmp/other.config';
        await (await host()).run(['sh', '-c', script]);
        const ask = 'Application.load(:service); IO.inspect(Application.get_env(:service, :from))';
        equal(await service.eval(ask), 'nil', 'value by default');
        equal(
          await service.eval(ask, { RELEASE_SYS_CONFIG: '/tmp/other' }),
          ':elsewhere',
          'value of /tmp/other.config',
        );
      },
    },
    {
      id: 'release-vm-args',
      feature: 'RELEASE_VM_ARGS',
      says: 'Another vm.args can be named.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release, host }) => {
        const service = await release('service');
        await (await host()).run(['sh', '-c', 'echo "-env VM_ARGS other" >/tmp/other.vm.args']);
        const ask = 'IO.puts(System.get_env("VM_ARGS"))';
        equal(await service.eval(ask, { RELEASE_VM_ARGS: '/tmp/other.vm.args' }), 'other', 'VM_ARGS');
      },
    },
    {
      id: 'release-remote-vm-args',
      feature: 'RELEASE_REMOTE_VM_ARGS',
      says: 'Another remote.vm.args can be named.',
      fixture: 'service',
      needs: ['service'],
      since: '1.12',
      check: async ({ release, host }) => {
        const service = await release('service');
        const file = '/tmp/other.remote.vm.args';
        await (await host()).run(['sh', '-c', `echo "-env REMOTE_VM_ARGS other" >${file}`]);
        await using node = await service.start();
        equal(await node.rpc('IO.puts(:here)'), 'here', 'rpc');
        const ask = '[caller] = Node.list(:hidden); IO.puts(:rpc.call(caller, System, :get_env, ["REMOTE_VM_ARGS"]))';
        equal((await service.run(['rpc', ask], { RELEASE_REMOTE_VM_ARGS: file })).stdout, 'other\n', 'output of rpc');
      },
    },
    {
      id: 'release-mode',
      feature: 'RELEASE_MODE',
      says: 'Code is loaded at the start unless the mode is interactive.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        const service = await release('service');
        const ask = 'IO.puts(:code.get_mode())';
        await using embedded = await service.start();
        equal(await embedded.rpc(ask), 'embedded', 'mode by default');
        await using interactive = await service.start({ RELEASE_NODE: 'interactive', RELEASE_MODE: 'interactive' });
        equal(await interactive.rpc(ask), 'interactive', 'mode when it is set');
      },
    },
    {
      id: 'release-mode-in-env-sh',
      feature: 'RELEASE_MODE in env.sh',
      says: 'env.sh can choose the mode.',
      fixture: 'service',
      needs: ['eager'],
      since: '1.14',
      check: async ({ release }) => {
        await using node = await (await release('eager')).start();
        equal(await node.rpc('IO.puts(:code.get_mode())'), 'interactive', 'mode');
      },
    },
    {
      id: 'release-boot-script',
      feature: 'RELEASE_BOOT_SCRIPT',
      says: 'start boots by another script when one is named.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        const service = await release('service');
        await using node = await service.start({ RELEASE_BOOT_SCRIPT: 'start_clean', RELEASE_NODE: 'cleanly' });
        equal(await node.rpc('IO.inspect(Process.whereis(Service.Supervisor))'), 'nil', 'supervisor of the service');
      },
    },
    {
      id: 'release-boot-script-clean',
      feature: 'RELEASE_BOOT_SCRIPT_CLEAN',
      says: 'eval, rpc and remote boot by another script when one is named.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        const service = await release('service');
        const ask = 'IO.inspect(is_pid(Process.whereis(Service.Supervisor)))';
        equal(await service.eval(ask), 'false', 'supervisor by default');
        const env = { RELEASE_BOOT_SCRIPT_CLEAN: 'start' };
        contains(await service.eval(ask, env), /^true$/m, 'supervisor with the script of start');
      },
    },
  ],
};
