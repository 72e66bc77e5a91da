import { describe, expect, it } from '@jest/globals';
import { mixEnvironment } from '../../../src/mix/environment.js';
import { RESERVED_VARIABLES } from '../../../src/options/reserved-env.js';

const options = {
  mixEnv: 'prod',
  triple: 'x86_64-unknown-linux-gnu',

  erlFlags: '',
  date: new Date('2023-11-14T22:13:20Z'),
  depsPartitions: undefined,
  env: {},
};

/** Names that the container's environment never has from outside by themselves. */
const RUNNER = {
  PATH: '/usr/bin',
  HOME: '/home/runner',
  LANG: 'de_DE.UTF-8',
  MIX_ENV: 'dev',
  MIX_HOME: '/home/runner/.mix',
  MIX_TARGET: 'rpi0',
  ERL_FLAGS: '-x',
  GITHUB_TOKEN: 'secret',
  ACTIONS_RUNTIME_TOKEN: 'secret',
  HEX_API_KEY: 'secret',
  CI: 'true',
};

describe('mixEnvironment', () => {
  it('takes nothing from the runner', () => {
    expect(mixEnvironment(options, RUNNER)).toEqual(mixEnvironment(options, {}));
  });

  it('says in how many processes dependencies are compiled, unless the user says it', () => {
    const name = 'MIX_OS_DEPS_COMPILE_PARTITION_COUNT';
    expect(mixEnvironment({ ...options, depsPartitions: 4 }, {})[name]).toBe('4');
    expect(mixEnvironment({ ...options, depsPartitions: 4, env: { [name]: '3' } }, {})[name]).toBe('3');
    expect(mixEnvironment(options, { [name]: '5' })[name]).toBeUndefined();
  });

  it('sets nothing that isolates a build and that the user could set otherwise', () => {
    const chosen = Object.fromEntries(Object.keys(mixEnvironment(options, {})).map((name) => [name, 'of the user']));
    const changed = mixEnvironment({ ...options, env: chosen }, {});
    const kept = Object.keys(changed).filter((name) => changed[name] !== 'of the user');
    expect(kept.length).toBeGreaterThan(4);
    expect(kept.filter((name) => !RESERVED_VARIABLES.has(name))).toEqual([]);
  });

  it('has a UTF-8 locale, and its state apart from that of the host', () => {
    expect(mixEnvironment(options, {})).toEqual({
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
      SOURCE_DATE_EPOCH: '1700000000',
      HOME: '/build/home',
      MIX_ENV: 'prod',
      GIT_OPTIONAL_LOCKS: '0',
      HEX_HOME: '/build/state/hex',
      REBAR_CACHE_DIR: '/build/state/rebar3',
      MIX_RELEASE_TARGET: 'x86_64-unknown-linux-gnu',
    });
  });

  it.each(['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'])(
    'passes on %s where it is set, and the option env wins over it',
    (name) => {
      expect(mixEnvironment(options, {})).not.toHaveProperty(name);
      expect(mixEnvironment(options, { [name]: 'outside' })).toHaveProperty(name, 'outside');
      expect(mixEnvironment(options, { [name]: '' })).toHaveProperty(name, '');
      expect(mixEnvironment({ ...options, env: { [name]: 'given' } }, { [name]: 'outside' })).toHaveProperty(
        name,
        'given',
      );
    },
  );

  it('passes on where packages come from, and the option env wins over it', () => {
    const outside = { HEX_MIRROR: 'https://theirs', NPM_CONFIG_REGISTRY: 'https://npm', HEX_API_KEY: 'secret' };
    const { HEX_MIRROR, NPM_CONFIG_REGISTRY, ...rest } = mixEnvironment(
      { ...options, env: { HEX_MIRROR: 'https://ours' } },
      outside,
    );
    expect([HEX_MIRROR, NPM_CONFIG_REGISTRY]).toEqual(['https://ours', 'https://npm']);
    expect(rest).not.toHaveProperty('HEX_API_KEY');
  });

  it.each([
    ['SECRET_KEY_BASE', 'x=y\nz'],
    ['LANG', 'de_DE.UTF-8'],
    ['PATH', '/opt/bin:/usr/bin'],
    ['EMPTY', ''],
  ])("has the user's %s", (name, value) => {
    expect(mixEnvironment({ ...options, env: { [name]: value } }, RUNNER)).toHaveProperty(name, value);
  });

  it.each(['HOME', 'MIX_ENV', 'HEX_HOME', 'REBAR_CACHE_DIR', 'MIX_RELEASE_TARGET'])(
    'keeps its own %s, whatever the user gives',
    (name) => {
      const own = mixEnvironment(options, {})[name];
      expect(own).toBeDefined();
      expect(mixEnvironment({ ...options, env: { [name]: '/given' } }, {})).toHaveProperty(name, own);
    },
  );

  it.each([
    ['x86_64-unknown-linux-musl', 'CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS'],
    ['aarch64-unknown-linux-musl', 'CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_RUSTFLAGS'],
  ])('lets Rust make shared objects for %s, unless the user says it', (triple, name) => {
    expect(mixEnvironment({ ...options, triple }, {})[name]).toBe('-C target-feature=-crt-static');
    expect(mixEnvironment({ ...options, triple, env: { [name]: '-C opt-level=s' } }, {})[name]).toBe('-C opt-level=s');
    expect(mixEnvironment(options, {})[name]).toBeUndefined();
  });

  it.each([
    ['', undefined, undefined],
    ['', '+S 1', '+S 1'],
    ['+JMsingle true', undefined, '+JMsingle true'],
    ['+JMsingle true', '', '+JMsingle true'],
    ['+JMsingle true', '+S 1', '+JMsingle true +S 1'],
  ])("with flags %j for emulation and the user's %j, Erlang gets %j", (erlFlags, given, flags) => {
    const env = given === undefined ? {} : { ERL_FLAGS: given };
    expect(mixEnvironment({ ...options, erlFlags, env }, RUNNER).ERL_FLAGS).toBe(flags);
  });
});
