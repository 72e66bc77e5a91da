import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { answering, NO_DISTRIBUTION, type Given } from '../support/fake-release.js';
import { failure, SYSTEM, titles, trial, type Way } from '../support/smoke-trial.js';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a smoke test whose time is up while its container is prepared', () => {
  const LATE = { kind: 'late', milliseconds: 150 } as const;

  it.each([
    ['its start', 'containers.start', {}],
    ['the way of the release into it', 'container.put', {}],
    ['that of a script', 'container.put', { test: { name: 'ci/smoke.sh', text: 'true', bash: false } }],
  ] as const)('is out of time by %s, and no defect', async (_, call, changes) => {
    const all = trial({ setting: { timeout: 0.05, ...changes } });
    // The release goes in before a script does.
    if ('test' in changes) all.engine.fail(call, { kind: 'late', milliseconds: 0 }, { times: 1 });
    all.engine.fail(call, LATE);
    const error = await failure(all);
    expect(error).toMatchObject({ code: 'smoke-timeout', exitStatus: 7 });
    expect(error.message).toContain(
      'release web does not run in debian:trixie-slim: its container was not ready after',
    );
    expect(error.next).toContain('smoke-timeout');
    expect(all.given).toEqual([]);
  });

  it.each([
    ['the engine fails', 'container.put', { kind: 'break', when: 'before' }, 'engine-connection-lost'],
    ['the engine refuses', 'container.put', { kind: 'refuse', status: 500, reason: 'no space' }, 'engine-error'],
  ] as const)('is not meant where %s in time', async (_, call, fault, code) => {
    const all = trial();
    all.engine.fail(call, fault);
    expect(await failure(all)).toMatchObject({ code });
  });

  it('is not meant where the image does not fit', async () => {
    const all = trial();
    const reason = 'exec: "cat": executable file not found';
    all.engine.fail('containers.start', { kind: 'refuse', status: 400, reason });
    expect(await failure(all)).toMatchObject({ code: 'runtime-image-unusable' });
  });
});

describe('a release that runs', () => {
  it('is only evaluated by eval, in a closed container of its image, of which nothing is left', async () => {
    const specs: unknown[] = [];
    const all = trial({
      commands: {
        eval: ({ mark, container }) => {
          const { spec } = container;
          specs.push({ image: spec.image, sealed: spec.sealed, user: spec.user, labels: spec.labels });
          expect(container.has('/smoke/release/bin/web')).toBe(true);
          return answering(mark, ['native', 'web 2']);
        },
      },
    });
    const { seconds, ...report } = await all.tried();
    expect(report).toEqual({
      ...{ version: 1, test: 'eval', image: SYSTEM, imageDigest: all.image.id, imageHasErlang: false, packages: [] },
      ...{ emulated: false, checks: ['eval', 'load'], nativeApplications: [{ name: 'web', modules: 2 }] },
      ...{ omissions: [], networkCrashes: [], writable: false, services: [] },
    });
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(60);
    expect(titles(all.given)).toEqual(['eval']);
    const labels = { 'mix-release.kind': 'smoke', 'mix-release.run': 'run' };
    expect(specs).toEqual([{ image: all.image.id, sealed: true, user: '10001:10001', labels }]);
    expect(all.engine.left()).toMatchObject({ containers: [], volumes: [] });
  });

  it('is started by boot, asked, stopped and read', async () => {
    const all = trial({
      setting: { test: 'boot' },
      commands: { rpc: ({ mark }) => answering(mark, ['native', 'a 7']) },
    });
    expect(await all.tried()).toMatchObject({
      ...{ test: 'boot', checks: ['eval', 'start', 'rpc', 'load', 'stop', 'log'], omissions: [] },
      nativeApplications: [{ name: 'a', modules: 7 }],
    });
    expect(titles(all.given)).toEqual(['eval', 'start', 'rpc', 'stop']);
    expect(all.engine.left()).toMatchObject({ containers: [], volumes: [] });
  });

  it('notes what it logs as errors, with what is to be done where that is known', async () => {
    const logged = [
      '12:00:00.1 [error] Could not find static manifest at "/smoke/release/lib/web-0.1.0/priv/static/cache_manifest.json".',
      '12:00:00.2 [error] no sheep today',
    ];
    const all = trial({
      setting: { test: 'boot' },
      commands: {
        rpc: ({ mark, node }) => {
          for (const line of logged) node.print(line);
          return answering(mark);
        },
      },
    });
    expect(await all.tried()).not.toHaveProperty('loggedErrors');
    expect(all.notes).toEqual([
      expect.stringMatching(
        /logs an error: Could not find static manifest at .* \(.*\. Run `mix assets.deploy` in before-release\.\)$/,
      ),
      'the release runs, and logs an error: no sheep today',
    ]);
  });

  it('names what a file of the release says of itself where it does not run', async () => {
    const all = trial({
      files: { 'releases/COOKIE': 'x', 'lib/web-0.1.0/priv/nif.so': 'version https://git-lfs.github.com/spec/v1\n' },
      commands: {
        eval: () => ({
          lines: ["Failed to load NIF library: '/smoke/release/lib/web-0.1.0/priv/nif.so: invalid ELF header'"],
          status: 1,
        }),
      },
    });
    const error = await failure(all);
    expect(error.message).toContain(
      'probably because /smoke/release/lib/web-0.1.0/priv/nif.so is a pointer of Git LFS',
    );
    expect(error.next).toContain('lfs: true');
  });

  it('has the native applications of eval where the node names none', async () => {
    const all = trial({ setting: { test: 'boot' }, commands: { rpc: ({ mark }) => answering(mark) } });
    expect((await all.tried()).nativeApplications).toEqual([{ name: 'web', modules: 2 }]);
  });

  it('and has neither an Erlang nor a program runs by the Erlang of the image', async () => {
    const all = trial({ runtime: { hasErlang: true }, files: { 'releases/COOKIE': 'x' } });
    expect(await all.tried()).toMatchObject({ imageHasErlang: true, checks: ['eval', 'load'] });
    const [{ command } = { command: undefined }] = all.given;
    expect(command?.argv).toContain('erl');
    expect(command?.env).toMatchObject({ RELEASE_ROOT: '/smoke/release', RELEASE_NAME: 'web' });
  });
});

describe('the environment of a release', () => {
  /** What `eval` finds there. */
  async function environment(way: Way): Promise<Readonly<Record<string, string>>> {
    const { given, tried } = trial(way);
    await tried();
    return given[0]?.command.env ?? {};
  }

  it('is what a release needs to run in a closed container', async () => {
    expect(await environment({})).toEqual({
      ...{ LANG: 'C.UTF-8', HOME: '/tmp', ERL_CRASH_DUMP_SECONDS: '0', RELEASE_TMP: '/tmp/release' },
      ...{ SHELL: '/bin/sh', USER: 'release', LOGNAME: 'release' },
    });
  });

  it('has a cookie where the release has none, another each time, unless one is given', async () => {
    const files = { 'bin/web': '', 'erts-15/bin/erl': '' };
    const [one, other] = [await environment({ files }), await environment({ files })];
    expect(one.RELEASE_COOKIE).toMatch(/^[0-9a-f-]{36}$/);
    expect(other.RELEASE_COOKIE).not.toBe(one.RELEASE_COOKIE);
    const given = await environment({ files, setting: { env: { RELEASE_COOKIE: 'mine' } } });
    expect(given.RELEASE_COOKIE).toBe('mine');
  });

  it.each([
    ['', {}, undefined],
    ['+JMsingle true', {}, '+JMsingle true'],
    ['', { ERL_FLAGS: '+S 1' }, '+S 1'],
    ['+JMsingle true', { ERL_FLAGS: '+S 1' }, '+JMsingle true +S 1'],
  ])('has the flags %j of emulation before those of %j', async (erlFlags, env, flags) => {
    expect((await environment({ setting: { erlFlags, env } })).ERL_FLAGS).toBe(flags);
  });

  it('has the variables that are given, which win', async () => {
    const env = { PORT: '4000', LANG: 'de_DE.UTF-8' };
    expect(await environment({ setting: { env } })).toMatchObject(env);
  });
});

describe('a release that does not run', () => {
  it('because it crashes at its start fails with the cause, and says what to do', async () => {
    const start = ({ node }: Given) => {
      node.print('environment variable DATABASE_URL is missing.');
      node.end(1);
      return {};
    };
    const error = await failure(trial({ setting: { test: 'boot' }, commands: { start } }));
    expect(error).toMatchObject({ code: 'smoke-missing-variable', exitStatus: 7 });
    expect(error.message).toBe(
      `release web does not run in ${SYSTEM}: start ended with exit status 1 before the node answered, probably because the environment variable DATABASE_URL is missing`,
    );
    expect(error.next).toContain('smoke-env: DATABASE_URL=VALUE');
    expect(error.output).toEqual(['web is up', 'environment variable DATABASE_URL is missing.']);
  });

  it('without a cause that is known fails with what it printed', async () => {
    const error = await failure(trial({ commands: { eval: () => ({ lines: ['no luck'], status: 1 }) } }));
    expect(error).toMatchObject({ code: 'smoke-failed', exitStatus: 7, output: ['no luck'] });
    expect(error.message).toBe(`release web does not run in ${SYSTEM}: eval ended with exit status 1`);
  });

  it.each([
    ['eval', 'eval', 'eval had not ended after 60 s'],
    ['start', 'boot', 'the node did not answer within 60 s'],
    ['stop', 'boot', 'stop had not ended after 60 s'],
  ] as const)('because %s does not end in time is out of time', async (title, test, message) => {
    const deadline = new AbortController();
    const limit = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
    const hang = () => {
      setImmediate(() => deadline.abort());
      return new Promise<never>(() => undefined);
    };
    const error = await failure(trial({ setting: { test }, commands: { [title]: hang } }));
    expect(limit).toHaveBeenCalledWith(60_000);
    expect(error).toMatchObject({ code: 'smoke-timeout', exitStatus: 7 });
    expect(error.message).toContain(message);
    expect(error.next).toContain('smoke-timeout');
  });

  it.each([
    [false, 5],
    [true, 30],
  ])('without distribution, emulated %j, is watched for %d seconds, unless it ends', async (emulated, seconds) => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    let before = 0;
    const rpc = ({ node }: Given) => {
      before = timers();
      setTimeout(() => node.end(1), 20);
      return NO_DISTRIBUTION;
    };
    const error = await failure(trial({ setting: { test: 'boot', emulated }, commands: { rpc } }));
    expect(error.message).toContain(`start ended with exit status 1 within ${String(seconds)} s`);
    // Nothing watches it any longer.
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('because it is cancelled ends with that, and leaves nothing', async () => {
    const controller = new AbortController();
    const evaluate = () => {
      setImmediate(() => controller.abort());
      return new Promise<never>(() => undefined);
    };
    const all = trial({ signal: controller.signal, commands: { eval: evaluate } });
    expect(await failure(all)).toMatchObject({ code: 'engine-connection-lost', containerGone: true });
    const before = trial({ signal: AbortSignal.abort() });
    await expect(before.tried()).rejects.toMatchObject({ name: 'AbortError' });
    expect(before.engine.left()).toMatchObject({ containers: [], volumes: [] });
  });
});

describe('a script of the user’s', () => {
  const script = { name: 'ci/smoke.sh', text: '#!/bin/sh\nweb eval 1', bash: false };

  it.each([
    [false, 'sh'],
    [true, 'bash'],
  ])('where bash is %j, is run by %s, with the release on its path, and decides', async (bash, shell) => {
    const all = trial({
      setting: { test: { ...script, bash }, env: { PORT: '4000' } },
      commands: {
        'ci/smoke.sh': ({ container }) => ({ lines: [container.read('/smoke/smoke-test')] }),
      },
    });
    expect(await all.tried()).toMatchObject({ test: 'script', checks: ['script'], nativeApplications: [] });
    expect(titles(all.given)).toEqual(['ci/smoke.sh']);
    const [{ command } = { command: undefined }] = all.given;
    expect(command?.argv.slice(-3)).toEqual(['/smoke/release', shell, '/smoke/smoke-test']);
    expect(command?.env).toMatchObject({
      ...{ PORT: '4000', SMOKE_RELEASE: '/smoke/release', SMOKE_NAME: 'web', SMOKE_VERSION: '0.1.0' },
      SMOKE_TARGET: 'x86_64-unknown-linux-gnu',
    });
  });

  it('fails the release by its exit status, with what it printed', async () => {
    const error = await failure(
      trial({
        setting: { test: script },
        commands: {
          'ci/smoke.sh': ({ container }) => ({ lines: container.read('/smoke/smoke-test').split('\n'), status: 3 }),
        },
      }),
    );
    expect(error).toMatchObject({ code: 'smoke-failed', output: ['#!/bin/sh', 'web eval 1'] });
    expect(error.message).toContain('ci/smoke.sh ended with exit status 3');
  });
});
