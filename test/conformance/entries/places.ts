import type { Theme } from '../model.js';
import { until } from '../rig/host.js';
import { contains, equal, truth } from '../rig/seen.js';

const NODE = 'IO.puts(node())';
const ROOT = 'IO.puts(System.get_env("RELEASE_ROOT"))';

/** Distribution, and where a release may lie. */
export const PLACES: Theme = {
  title: 'Distribution and places',
  entries: [
    {
      id: 'distribution-sname',
      feature: 'short names',
      says: 'By default a node has a short name.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        await using node = await (await release('service')).start();
        equal(await node.rpc('IO.inspect({node(), :net_kernel.longnames()})'), '{:service@clean, false}', 'name');
      },
    },
    {
      id: 'distribution-name',
      feature: 'RELEASE_DISTRIBUTION=name',
      says: 'A node can have a long name.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        const env = { RELEASE_DISTRIBUTION: 'name', RELEASE_NODE: 'long@127.0.0.1' };
        await using node = await (await release('service')).start(env);
        equal(await node.rpc('IO.inspect({node(), :net_kernel.longnames()})'), '{:"long@127.0.0.1", true}', 'name');
        equal(await node.stop(), 0, 'exit status after stop');
      },
    },
    {
      id: 'distribution-none',
      feature: 'RELEASE_DISTRIBUTION=none',
      says: 'A node can go without distribution.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release }) => {
        const service = await release('service');
        const trace = '/tmp/trace-none';
        await using node = await service.launch({ RELEASE_DISTRIBUTION: 'none', RELEASE_NODE: 'none', TRACE: trace });
        await until(async () => (await service.sh(`cat ${trace} 2>/dev/null || true`)) !== '', 'boot', 30);
        contains(await service.sh(`cat ${trace}`), /^booted nonode@nohost \d+$/m, 'node');
        await node.signal('TERM');
        equal(await node.ended(), 0, 'exit status after SIGTERM');
      },
    },
    {
      id: 'distribution-wrong',
      feature: 'another RELEASE_DISTRIBUTION',
      says: 'A value other than name, sname and none is called an error.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release }) => {
        const { output } = await (await release('service')).run(['rpc', NODE], { RELEASE_DISTRIBUTION: 'long' });
        contains(output, /ERROR: Expected .*sname, name, or none.*got: long/, 'output of rpc');
      },
    },
    {
      id: 'two-nodes',
      feature: 'nodes of two releases',
      says: 'Nodes of two tarballs connect when they have one cookie, and do not when they have two.',
      fixture: 'service',
      needs: ['service', 'peer'],
      core: true,
      check: async ({ release }) => {
        const [service, peer] = [await release('service'), await release('peer')];
        const shared = { RELEASE_COOKIE: 'shared' };
        await using one = await service.start({ ...shared, RELEASE_NODE: 'one' });
        await using two = await peer.start({ ...shared, RELEASE_NODE: 'two' });
        await using three = await peer.start({ RELEASE_NODE: 'three' });
        equal(await one.rpc('IO.inspect(Node.connect(:two@clean))'), 'true', 'one connects to two');
        equal(await two.rpc('IO.inspect(:one@clean in Node.list())'), 'true', 'two sees one');
        const called = 'IO.inspect(:rpc.call(:two@clean, System, :get_env, ["RELEASE_NAME"]))';
        equal(await one.rpc(called), '"peer"', 'a call from one to two');
        equal(await one.rpc('IO.inspect(Node.connect(:three@clean))'), 'false', 'one connects to three');
        equal(await three.rpc('IO.inspect(Node.list())'), '[]', 'nodes that three sees');
      },
    },
    {
      id: 'release-tmp',
      feature: 'RELEASE_TMP',
      says: 'Temporary files go to tmp in the release, or where RELEASE_TMP says.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release, host }) => {
        const service = await release('service');
        equal(
          await service.eval('IO.puts(System.get_env("RELEASE_TMP"))', { RELEASE_TMP: '' }),
          `${service.root}/tmp`,
          'tmp',
        );
        const there = await host();
        await there.run(['cp', '-a', service.root, '/tmp/writable']);
        await service.alone(async () => {
          const daemon = ['/tmp/writable/bin/service'];
          const { status, output } = await there.run([...daemon, 'daemon']);
          equal(status, 0, `exit status of daemon (${output.trim()})`);
          const pid = async (): Promise<number> => (await there.run([...daemon, 'pid'])).status;
          await until(async () => (await pid()) === 0, 'answer of the daemon', 40);
          equal((await there.run(['ls', '/tmp/writable/tmp'])).stdout, 'log\npipe\n', 'files in tmp');
          await there.run([...daemon, 'stop']);
          await until(async () => (await pid()) !== 0, 'end of the daemon', 40);
        });
      },
    },
    {
      id: 'moved-root',
      feature: 'a release that was moved',
      says: 'The root is computed at each start, wherever the release is.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release, host }) => {
        const there = await host();
        await there.run(['cp', '-a', (await release('service')).root, '/tmp/moved'], { user: 'root' });
        const { stdout } = await there.run(['/tmp/moved/bin/service', 'eval', `${ROOT}; IO.puts(:code.root_dir())`]);
        equal(stdout, '/tmp/moved\n/tmp/moved\n', 'RELEASE_ROOT and root of the code');
      },
    },
    {
      id: 'root-with-spaces',
      feature: 'a root with spaces',
      says: 'The directory of a release may have spaces in its path.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release, host }) => {
        const there = await host();
        const root = '/tmp/two words/and three more';
        await there.run([
          'sh',
          '-c',
          'mkdir -p "${2%/*}" && cp -a "$1" "$2"',
          'sh',
          (await release('service')).root,
          root,
        ]);
        const { status, output } = await there.run([`${root}/bin/service`, 'eval', ROOT]);
        equal({ status, output }, { status: 0, output: `${root}\n` }, 'eval');
      },
    },
    {
      id: 'linked-script',
      feature: 'a symbolic link to the script',
      says: 'The release is found from a link to its script.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release, host }) => {
        const [there, service] = [await host(), await release('service')];
        await there.run(['ln', '-sfn', service.bin, '/tmp/absolute-link']);
        const { stdout } = await there.run(['/tmp/absolute-link', 'eval', ROOT]);
        equal(stdout, `${service.root}\n`, 'RELEASE_ROOT');
      },
    },
    {
      id: 'linked-script-relative',
      feature: 'a relative link to the script',
      says: 'The link may be relative, and be called from anywhere.',
      fixture: 'service',
      needs: ['service'],
      since: '1.18',
      check: async ({ release, host }) => {
        const [there, service] = [await host(), await release('service')];
        await there.run(['ln', '-sfn', `..${service.bin}`, '/tmp/relative-link']);
        const { stdout } = await there.run(['sh', '-c', 'cd / && exec /tmp/relative-link eval "$1"', 'sh', ROOT]);
        equal(stdout, `${service.root}\n`, 'RELEASE_ROOT');
      },
    },
    {
      id: 'linked-root',
      feature: 'a symbolic link to the root',
      says: 'The release may be reached through a link to its directory.',
      fixture: 'service',
      needs: ['service'],
      check: async ({ release, host }) => {
        const [there, service] = [await host(), await release('service')];
        await there.run(['ln', '-sfn', service.root, '/tmp/current']);
        const { stdout } = await there.run(['/tmp/current/bin/service', 'eval', ROOT]);
        equal(stdout, `${service.root}\n`, 'RELEASE_ROOT');
      },
    },
    {
      id: 'read-only-root',
      feature: 'a root that cannot be written',
      says: 'A release that does not write its configuration starts where nothing can be written.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: async ({ release, readOnly }) => {
        await using there = await readOnly(await release('service'));
        const { status } = await there.host.run(['touch', `${there.root}/file`], { user: 'root' });
        truth(status !== 0, 'the root can be written');
        await using node = await there.start({ RELEASE_TMP: '' });
        equal(await node.rpc('Service.rpc_hello()'), 'hello from a started service', 'rpc');
      },
    },
  ],
};
