import { setTimeout as sleep } from 'node:timers/promises';
import { docker } from '../../support/engine.js';
import { keptState } from '../../../src/stages/builder/volumes.js';
import { findTarget } from '../../../src/targets/find.js';
import type { Theme } from '../model.js';
import type { Platform } from '../platforms.js';
import type { Remote } from '../hex/remote.js';
import type { BuildSpec, Outcome, Patch } from '../rig/build.js';
import { contains, equal, lacks, truth } from '../rig/seen.js';
import { depending, fromHex } from './dependencies.js';
import { refused } from './support.js';

/** Answers git's questions for a user and a password. */
const ASKPASS: Patch = {
  file: 'askpass',
  to: `#!/bin/sh
case $1 in
  Username*) echo "$GIT_USER" ;;
  *) echo "$GIT_TOKEN" ;;
esac
`,
  executable: true,
};

/** Looks for the word that is in every secret of the rig, while the project is compiled. */
const SPY: Patch = {
  file: 'lib/spy.ex',
  to: `defmodule Spy do
  variables = for {name, value} <- System.get_env(), String.contains?(value, "plan" <> "ted"), do: name
  search = "grep -rlF plan''ted /build /dev/shm /tmp /opt /proc/[0-9]*/environ 2>/dev/null; true"
  {files, _} = System.cmd("sh", ["-c", search])
  @seen {variables, files}
  def seen, do: @seen
end
`,
};

/** A build of which is kept, while it runs, what the engine says of its container. */
async function watched(checkout: () => Promise<Outcome>): Promise<{ outcome: Outcome; inspected: readonly string[] }> {
  const inspected = new Map<string, string>();
  let over = false;
  const watch = async (): Promise<void> => {
    while (!over) {
      const running = await docker.listContainers({ filters: { label: ['mix-release.kind=build'] } });
      for (const { Id } of running) {
        const found = await docker
          .getContainer(Id)
          .inspect()
          .catch(() => undefined);
        // The last look is the one that counts: it has everything that was added.
        if (found) inspected.set(Id, JSON.stringify(found));
      }
      await sleep(150);
    }
  };
  const watching = watch();
  const outcome = await checkout().finally(() => (over = true));
  await watching;
  return { outcome, inspected: [...inspected.values()] };
}

/** Name of the volume that a build's state was on. */
function stateVolume({ target }: Platform, { checkout, releases }: Outcome, tag: string): string {
  const request = { checkout, project: checkout, target: findTarget(target) } as Parameters<typeof keptState>[0];
  const base = { digest: releases[0]?.imageDigest };
  return keptState(request, { tag, base } as Parameters<typeof keptState>[1]).name;
}

/** Names of files with the word below directories of an image, in which a volume is mounted. */
async function filesWith(word: string, image: string, volume: string): Promise<string> {
  const script = `grep -rlF "$0" /build /opt /root /home /tmp /etc /kept 2>/dev/null; true`;
  const container = await docker.createContainer({
    Image: image,
    User: 'root',
    Entrypoint: ['sh', '-c', script, word],
    Cmd: [],
    HostConfig: { NetworkMode: 'none', Mounts: [{ Type: 'volume', Source: volume, Target: '/kept' }] },
  });
  try {
    await container.start();
    await container.wait();
    const log = await container.logs({ stdout: true, stderr: true });
    return log.toString('latin1');
  } finally {
    await container.remove({ force: true });
  }
}

/** A build that takes a package of an organization, where a script says where the packages of hex.pm are. */
function ofOrganization({ url, repositories }: Remote): Omit<BuildSpec, 'fixture'> {
  const script = `mix hex.repo set hexpm --url ${url}/hexpm --public-key public_key\n`;
  return {
    args: ['--before-build', 'script/hex.sh', '--env', `HEX_API_URL=${url}/api`],
    patches: [
      depending('{:strand, "~> 1.0", organization: "acme"}'),
      { file: 'public_key', to: repositories.publicKey },
      { file: 'script/hex.sh', to: script },
      SPY,
    ],
  };
}

/** Private dependencies, and that nothing but deps.get has what opens them. */
export const SECRETS: Theme = {
  title: 'Private dependencies',
  entries: [
    {
      id: 'deps-env',
      feature: 'variables for deps.get alone',
      says: 'Credentials that git takes from variables fetch a private dependency; the compilation does not see them.',
      fixture: 'packaged',
      core: true,
      check: async ({ build, install, remote }) => {
        const { url, credentials } = await remote();
        const patches = [depending(`{:brook, git: "${url}/private/brook.git", tag: "v1.0.0"}`), ASKPASS, SPY];
        refused(
          await build({ patches }),
          'deps-failed',
          /could not read Username|Authentication failed|terminal prompts/,
        );
        const [user = '', token = ''] = credentials.split(':');
        const variables = ['GIT_ASKPASS=/build/src/askpass', `GIT_USER=${user}`, 'GIT_TOKEN'];
        const args = variables.flatMap((variable) => ['--deps-env', variable]);
        const packaged = await install({ patches, args, env: { GIT_TOKEN: token } });
        equal(await packaged.eval('IO.puts(Brook.hello())'), 'hello from brook', 'eval');
        equal(await packaged.eval('IO.inspect(Spy.seen())'), '{[], ""}', 'what the compilation saw');
        lacks(packaged.log, token, 'log');
      },
    },
    {
      id: 'git-credentials',
      feature: 'a private git dependency by a token',
      says: 'A token fetches a private dependency by https; the compilation does not see it.',
      fixture: 'packaged',
      core: true,
      check: async ({ build, install, remote }) => {
        const { url, credentials } = await remote();
        const patches = [depending(`{:brook, git: "${url}/private/brook.git", tag: "v1.0.0"}`), SPY];
        const { host } = new URL(url);
        const packaged = await install({
          patches,
          env: { MIX_RELEASE_GIT_CREDENTIALS: `http://${credentials}@${host}` },
        });
        equal(await packaged.eval('IO.puts(Brook.hello())'), 'hello from brook', 'eval');
        equal(await packaged.eval('IO.inspect(Spy.seen())'), '{[], ""}', 'what the compilation saw');
        lacks(packaged.log, credentials.split(':')[1] ?? credentials, 'log');
        const wrong = { MIX_RELEASE_GIT_CREDENTIALS: `http://reader:wrong@${host}` };
        const outcome = await build({ patches, env: wrong });
        refused(outcome, 'deps-failed', /Authentication failed|could not read Username|terminal prompts/);
      },
    },
    {
      id: 'hex-organization',
      feature: 'a package of a private organization',
      says: 'The key of an organization opens its packages, by the task of Hex for it; the compilation does not see it.',
      fixture: 'packaged',
      core: true,
      check: async ({ build, install, remote }) => {
        const elsewhere = await remote();
        const spec = ofOrganization(elsewhere);
        refused(await build(spec), 'deps-failed', /401|403|hex\.organization|hexpm:acme/);
        const env = { MIX_RELEASE_HEX_ORGANIZATIONS: `acme=${elsewhere.acmeKey}` };
        const packaged = await install({ ...spec, env });
        equal(await packaged.eval('IO.puts(Strand.hello())'), 'hello from strand', 'eval');
        equal(await packaged.eval('IO.inspect(Spy.seen())'), '{[], ""}', 'what the compilation saw');
        lacks(packaged.log, elsewhere.acmeKey, 'log');
        const wrong = await build({ ...spec, env: { MIX_RELEASE_HEX_ORGANIZATIONS: 'acme=wrong-key' } });
        refused(wrong, 'deps-failed', /Failed to authenticate|401/);
        lacks(wrong.log, 'wrong-key', 'log');
      },
    },
    {
      id: 'hex-repository',
      feature: 'a repository that wants a key',
      says: 'A further repository with its key is set up for deps.get; the compilation does not see the key.',
      fixture: 'packaged',
      check: async ({ install, remote }) => {
        const elsewhere = await remote();
        const patches = [
          depending('{:strand, "~> 1.0", repo: "acme"}'),
          { file: 'keys/acme.pem', to: elsewhere.repositories.publicKey },
          SPY,
        ];
        const line = `acme ${elsewhere.url}/acme --public-key keys/acme.pem --auth-key ${elsewhere.acmeKey}`;
        const packaged = await install({ patches, env: { MIX_RELEASE_HEX_REPOSITORIES: line } });
        equal(await packaged.eval('IO.puts(Strand.hello())'), 'hello from strand', 'eval');
        equal(await packaged.eval('IO.inspect(Spy.seen())'), '{[], ""}', 'what the compilation saw');
        lacks(packaged.log, elsewhere.acmeKey, 'log');
      },
    },
    {
      id: 'ssh-agent',
      feature: 'a private git dependency by an SSH agent',
      says: 'A key in the agent of this machine fetches a private dependency from a host that is known, and from no other.',
      fixture: 'packaged',
      check: async ({ build, install, remote }) => {
        const { url, agent, knownHost, privateKey } = await (await remote()).ssh();
        const patches = [depending(`{:brook, git: "${url}", tag: "v1.0.0"}`), SPY];
        const env = { SSH_AUTH_SOCK: agent };
        const unknown = await build({ patches, env, args: ['--ssh-agent', '--ssh-known-hosts', '# none'] });
        refused(unknown, 'deps-failed', /Host key verification failed/);
        const packaged = await install({ patches, env, args: ['--ssh-agent', '--ssh-known-hosts', knownHost] });
        equal(await packaged.eval('IO.puts(Brook.hello())'), 'hello from brook', 'eval');
        equal(await packaged.eval('IO.inspect(Spy.seen())'), '{[], ""}', 'what the compilation saw');
        lacks(packaged.log, privateKey, 'log');
        const without = await build({ patches, args: ['--ssh-agent'] });
        refused(without, 'bad-option', /SSH_AUTH_SOCK/);
      },
    },
    {
      id: 'secrets-nowhere',
      feature: 'secrets that stay nowhere',
      says: 'Keys and tokens are in no image, no configuration of a container, no volume, no log and no tarball.',
      fixture: 'packaged',
      core: true,
      check: async ({ build, remote, host, platform }) => {
        const elsewhere = await remote();
        const { url, credentials, acmeKey } = elsewhere;
        const deps = `{:strand, "~> 1.0", repo: "acme"}, {:brook, git: "${url}/private/brook.git", tag: "v1.0.0"}`;
        const spec = fromHex(elsewhere, deps, SPY);
        const env = {
          ACME_KEY: acmeKey,
          MORE: 'more-planted-7a8b9c',
          MIX_RELEASE_GIT_CREDENTIALS: `http://${credentials}@${new URL(url).host}`,
          MIX_RELEASE_HEX_ORGANIZATIONS: `acme=${acmeKey}`,
        };
        const hexApi = ['--env', `HEX_API_URL=${url}/api`];
        // The project's own alias stores the key by a task of Hex.
        const args = [...(spec.args ?? []), ...hexApi, '--deps-env', 'ACME_KEY', '--deps-env', 'MORE'];
        const { outcome, inspected } = await watched(() => build({ ...spec, args, env }));
        equal(outcome.status, 0, `status of the build (${outcome.log.slice(-300)})`);
        const secret = 'planted';
        lacks(outcome.log, secret, 'log');

        const image = /mix-release-builder:[0-9a-f]{16}/.exec(outcome.log)?.[0] ?? '';
        const volume = stateVolume(platform, outcome, image);
        const own = inspected.filter((text) => text.includes(volume));
        truth(own.length > 0, 'the container of the build was not seen while it ran');
        for (const text of own) lacks(text, secret, 'configuration of the container');

        const known = await filesWith('Strand', image, volume);
        contains(known, /\/kept\/.*strand/, 'files of the package on the volume');
        equal(await filesWith(secret, image, volume), '', 'files with a secret in the image and on the volume');
        lacks(JSON.stringify(await docker.getImage(image).inspect()), secret, 'image');
        lacks(JSON.stringify(await docker.getImage(image).history()), secret, 'history of the image');

        const there = await host();
        await there.unpack(outcome.releases[0]?.tarball ?? '', '/srv/searched');
        const grep = await there.run(['grep', '-rlF', secret, '/srv/searched']);
        equal(grep.output, '', 'files of the tarball with a secret');
        const eval_ = await there.run(['/srv/searched/bin/packaged', 'eval', 'IO.inspect(Spy.seen())']);
        contains(eval_.output, '{[], ""}', 'what the compilation saw');
      },
    },
  ],
};
