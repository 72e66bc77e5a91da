import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packFiles } from '../../src/archive/files.js';
import { connectEngine } from '../../src/engine/connect.js';
import type { Engine } from '../../src/engine/engine.js';
import { buildRelease, runCli, TARGET } from '../support/cli.js';
import { checkoutOf, git, temporary, type Temporary } from '../support/checkout.js';
import { docker, noContainerWithin } from '../support/engine.js';
import { ran } from '../support/ran.js';

const SERVICE = 'mix-release-test/greeter:1';
/** Waits, listens at its port, and greets who comes; or ends at once. */
const GREETER = `FROM debian:trixie-slim
EXPOSE 5432/tcp
CMD ["perl", "-MIO::Socket::INET", "-e", "$|=1; print qq(waking up\\n); exit 3 if $ENV{FAIL}; sleep 1; my $s = IO::Socket::INET->new(LocalPort => 5432, Listen => 5) or die; while (my $c = $s->accept) { print $c $ENV{GREETING}; close $c }"]
`;

let engine: Engine;
beforeAll(async () => {
  engine = await connectEngine();
  const build = {
    dockerfile: 'Dockerfile',
    platform: `linux/${engine.architecture}`,
    args: {},
    labels: {},
    pull: false,
  };
  const context = packFiles([{ path: 'Dockerfile', text: GREETER }]);
  const signal = new AbortController().signal;
  await engine.images.build({ ...build, context, tag: SERVICE, signal, onOutput: () => undefined });
});
afterAll(async () => {
  await engine.images.remove(SERVICE, { force: true });
  await engine[Symbol.asyncDispose]();
  await noContainerWithin(7);
});

/** A project of one application that does this when it starts. */
async function projectOf(start: string, files: Readonly<Record<string, string>> = {}): Promise<Temporary> {
  const made = await temporary();
  const all = {
    'mix.exs': `defmodule Web.MixProject do
  use Mix.Project
  def project, do: [app: :web, version: "0.1.0", elixir: "~> 1.10"]
  def application, do: [extra_applications: [:logger, :crypto, :public_key, :ssl], mod: {Web.App, []}]
end
`,
    'lib/app.ex': `defmodule Web.App do
  use Application
  def start(_, _) do
    ${start}
    Supervisor.start_link([], strategy: :one_for_one)
  end
end
`,
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(path.dirname(path.join(made.path, name)), { recursive: true });
    await writeFile(path.join(made.path, name), text);
  }
  await git(made.path, 'init', '--quiet');
  await git(made.path, 'add', '--all');
  await git(made.path, '-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '-m', 'Start');
  return made;
}

const SYSTEM = ['--os', 'debian:trixie', '--smoke-test', 'boot'];

describe('a release that is distributed by IPv6', () => {
  it.each(['127.0.0.1', '::1'])('boots, and is asked by its name, at %s', async (address) => {
    const script = [
      'export ERL_AFLAGS="-proto_dist inet6_tcp"',
      'export RELEASE_DISTRIBUTION=name',
      'export RELEASE_NODE="$FLY_APP_NAME@$FLY_PRIVATE_IP"',
    ].join('\n');
    await using project = await projectOf(':ok', { 'rel/env.sh.eex': `${script}\n` });
    const env = ['FLY_APP_NAME=web', `FLY_PRIVATE_IP=${address}`].flatMap((each) => ['--smoke-env', each]);
    const { smoke } = await buildRelease([project.path, ...SYSTEM, ...env]);
    expect(ran(smoke).checks).toEqual(['eval', 'start', 'rpc', 'load', 'stop', 'log']);
  });
});

describe('a release that reads CA certificates', () => {
  it('has them named, and installed for its test, beside further packages', async () => {
    const text = 'import Config\nconfig :web, certificates: length(:public_key.cacerts_get())\n';
    await using project = await projectOf(':ok', { 'config/runtime.exs': text });
    const { smoke, audit } = await buildRelease([project.path, ...SYSTEM, '--runtime-packages', 'netbase']);
    expect(audit?.requirements.data).toEqual([{ kind: 'ca-certificates', readBy: ['releases/0.1.0/runtime.exs'] }]);
    expect(ran(smoke).packages).toEqual(expect.arrayContaining(['netbase', 'ca-certificates']));
  });
});

describe('a library that the table does not have', () => {
  it('is in the package that the builder names, for the report, the test and the index', async () => {
    await using project = await checkoutOf('examples/nif');
    await using output = await temporary();
    const linked = ['--env', 'LDFLAGS=-Wl,--no-as-needed -lpcap', '--packages', 'libpcap-dev'];
    const { audit, smoke } = await buildRelease([project.path, ...SYSTEM, ...linked, '--output', output.path]);
    expect(audit?.requirements.debian).toContain('libpcap0.8t64');
    expect(audit?.requirements.derived).toEqual({ ubuntu: ['libpcap0.8t64'], rhel: ['libpcap.so.0.8()(64bit)'] });
    expect(ran(smoke).packages).toContain('libpcap0.8t64');
    expect((await runCli(['index', output.path])).status).toBe(0);
  });
});

const ASKS = `
    {:ok, socket} = :gen_tcp.connect(~c"db", 5432, [:binary, active: false])
    {:ok, "hello you"} = :gen_tcp.recv(socket, 9, 5000)
    {:error, _} = :gen_tcp.connect({1, 1, 1, 1}, 80, [], 500)
    {:error, :nxdomain} = :inet.getaddr(~c"example.com", :inet)
    File.write!(Path.join(System.fetch_env!("RELEASE_ROOT"), "lib/written"), "x")`;

describe('a release with services', () => {
  const networks = async () =>
    (await docker.listNetworks({ filters: { label: ['mix-release.kind'] } })).map(({ Name }) => Name);

  it('reaches them and nothing else, and may write into itself where that is said', async () => {
    await using project = await projectOf(ASKS);
    const services = ['--smoke-services', `db ${SERVICE} GREETING="hello you"`];
    const { smoke } = await buildRelease([project.path, ...SYSTEM, '--smoke-writable', ...services]);
    expect(smoke).toMatchObject({ writable: true, services: [{ name: 'db', image: SERVICE }] });
    expect(ran(smoke).services[0]?.imageDigest).toMatch(/^sha256:/);
    expect(await networks()).toEqual([]);
  });

  it('fails where one of them does not start, with what that printed, and leaves nothing', async () => {
    await using project = await projectOf(':ok');
    const services = ['--smoke-services', `db ${SERVICE} FAIL=1`];
    const { status, stderr } = await runCli(['build', project.path, '--target', TARGET, ...SYSTEM, ...services]);
    expect(status).toBe(7);
    expect(stderr).toContain('error (smoke-service-failed): service db');
    expect(stderr).toContain('waking up');
    expect(await networks()).toEqual([]);
  });
});

describe('the variables that a release insists on', () => {
  const text = `import Config
if config_env() == :prod do
  config :web, url: System.get_env("DATABASE_URL") || raise("environment variable DATABASE_URL is missing.")
  config :web, key: System.fetch_env!("SECRET_KEY_BASE"), port: System.get_env("PORT", "4000")
end
`;

  it('are in the error, all of them, and in the plan', async () => {
    await using project = await projectOf(':ok', { 'config/runtime.exs': text });
    const args = [project.path, '--target', TARGET, ...SYSTEM];
    const { status, stderr } = await runCli(['build', ...args]);
    expect([status, /error \((\S+)\)/.exec(stderr)?.[1]]).toEqual([7, 'smoke-missing-variable']);
    expect(stderr).toContain('insists on: DATABASE_URL, SECRET_KEY_BASE.');
    const { stdout } = await runCli(['plan', ...args, '--json']);
    const { missingVariables } = JSON.parse(stdout) as { missingVariables: readonly { name: string }[] };
    expect(missingVariables.map(({ name }) => name)).toEqual(['DATABASE_URL', 'SECRET_KEY_BASE']);
  });
});
