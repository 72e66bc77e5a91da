import type { Theme } from '../model.js';
import type { Remote } from '../hex/remote.js';
import type { BuildSpec, Patch } from '../rig/build.js';
import { equal, lacks } from '../rig/seen.js';
import { refused } from './support.js';

const depending = (deps: string): Patch => ({ file: 'mix.exs', from: 'deps: []', to: `deps: [${deps}]` });
const locked = (lines: readonly string[]): Patch => ({ file: 'mix.lock', to: `%{\n${lines.join('\n')}\n}\n` });

/** A build that takes packages from the repositories, checked with a key. */
function fromHex(
  { url, repositories }: Remote,
  deps: string,
  ...patches: readonly Patch[]
): Omit<BuildSpec, 'fixture'> {
  const key = { file: 'public_key', to: repositories.publicKey };
  return { args: ['--env', `PACKAGES_URL=${url}`], patches: [depending(deps), key, ...patches] };
}

/** Answers git's questions for a user and a password. */
const ASKPASS = `#!/bin/sh
case $1 in
  Username*) echo "$GIT_USER" ;;
  *) echo "$GIT_TOKEN" ;;
esac
`;

/** Dependencies from git and from Hex. */
export const DEPENDENCIES: Theme = {
  title: 'Dependencies',
  entries: [
    {
      id: 'git-dependency',
      feature: 'a dependency from git',
      says: 'A dependency is fetched from a git repository, at the tag that is asked for.',
      fixture: 'packaged',
      core: true,
      check: async ({ install, remote }) => {
        const { gitUrl } = await remote();
        const packaged = await install({ patches: [depending(`{:brook, git: "${gitUrl}/brook.git", tag: "v1.0.0"}`)] });
        const ask = 'IO.inspect({Brook.hello(), Code.ensure_loaded?(MovedOn)})';
        equal(await packaged.eval(ask), '{"hello from brook", false}', 'brook, and whether it has what came later');
      },
    },
    {
      id: 'git-dependency-locked',
      feature: 'a locked dependency from git',
      says: 'The commit in mix.lock is taken, wherever the branch has gone since.',
      fixture: 'packaged',
      check: async ({ install, remote }) => {
        const { gitUrl, tagged } = await remote();
        const url = `${gitUrl}/brook.git`;
        const branch = depending(`{:brook, git: "${url}", branch: "main"}`);
        const moved = 'IO.inspect(Code.ensure_loaded?(MovedOn))';
        const lock = locked([`  "brook": {:git, "${url}", "${tagged}", [branch: "main"]},`]);
        equal(await (await install({ patches: [branch, lock] })).eval(moved), 'false', 'later code, with a lock');
        equal(await (await install({ patches: [branch] })).eval(moved), 'true', 'later code, without a lock');
      },
    },
    {
      id: 'git-dependency-private',
      feature: 'a private dependency from git',
      says: 'Credentials that git takes from the environment fetch a private dependency; they are not in the release.',
      fixture: 'packaged',
      check: async ({ build, install, remote }) => {
        const { url, credentials } = await remote();
        const patches = [depending(`{:brook, git: "${url}/private/brook.git", tag: "v1.0.0"}`)];
        refused(
          await build({ patches }),
          'deps-failed',
          /could not read Username|Authentication failed|terminal prompts/,
        );
        const [user = '', token = ''] = credentials.split(':');
        const askpass = { file: 'askpass', to: ASKPASS, executable: true } as const;
        const args = ['--env', 'GIT_ASKPASS=/build/src/askpass', '--env', `GIT_USER=${user}`, '--env', 'GIT_TOKEN'];
        const packaged = await install({ patches: [...patches, askpass], args, env: { GIT_TOKEN: token } });
        equal(await packaged.eval('IO.puts(Brook.hello())'), 'hello from brook', 'eval');
        equal(await packaged.sh('grep -rlF "$1" . || echo none', token), 'none', 'files with the token');
        lacks(packaged.log, token, 'log');
      },
    },
    {
      id: 'hex-mix',
      feature: 'a Hex package for Mix',
      says: 'The newest version that fits is fetched from a package repository whose index is signed.',
      fixture: 'packaged',
      core: true,
      check: async ({ install, remote }) => {
        const packaged = await install(fromHex(await remote(), '{:ripple, "~> 1.0"}'));
        const ask = 'IO.puts(Packaged.version(:ripple) <> ": " <> Ripple.hello())';
        equal(await packaged.eval(ask), 'ripple 1.1.0: hello from ripple', 'eval');
      },
    },
    {
      id: 'hex-rebar3',
      feature: 'a Hex package for rebar3',
      says: 'A package in Erlang is built with rebar3.',
      differs: 'For the OTP 23 of the image with Elixir 1.10 no rebar3 was at hand: it was not seen to work there.',
      fixture: 'packaged',
      check: async ({ install, remote }) => {
        const packaged = await install(fromHex(await remote(), '{:pebble, "~> 1.0"}'));
        equal(await packaged.eval('IO.puts(:pebble.hello())'), 'hello from pebble', 'eval');
      },
    },
    {
      id: 'hex-locked',
      feature: 'a locked Hex package',
      says: 'The version in mix.lock is taken, although there is a newer one.',
      fixture: 'packaged',
      core: true,
      check: async ({ install, remote }) => {
        const elsewhere = await remote();
        const lock = locked([await elsewhere.repositories.lockLine('ripple', '1.0.0', ['mix'])]);
        const packaged = await install(fromHex(elsewhere, '{:ripple, "~> 1.0"}', lock));
        equal(await packaged.eval('IO.puts(Packaged.version(:ripple))'), 'ripple 1.0.0', 'eval');
      },
    },
    {
      id: 'hex-checksum',
      feature: 'a package that was changed',
      says: 'A package that is not the one in the signed index is refused.',
      fixture: 'packaged',
      check: async ({ build, remote }) => {
        const elsewhere = await remote();
        const tampered = { ...elsewhere, url: `${elsewhere.url}/tampered` };
        refused(await build(fromHex(tampered, '{:ripple, "~> 1.0"}')), 'deps-failed', /[Cc]hecksum mismatch/);
      },
    },
    {
      id: 'hex-signature',
      feature: 'a repository with another key',
      says: 'An index that the repository’s key did not sign is refused.',
      fixture: 'packaged',
      check: async ({ build, remote }) => {
        const elsewhere = await remote();
        const key = { file: 'public_key', to: elsewhere.repositories.otherKey };
        refused(await build(fromHex(elsewhere, '{:ripple, "~> 1.0"}', key)), 'deps-failed', /signature|public key/i);
      },
    },
    {
      id: 'hex-private',
      feature: 'a repository that wants a key',
      says: 'A key from the environment opens a private repository; it is not in the release.',
      fixture: 'packaged',
      check: async ({ build, install, remote }) => {
        const elsewhere = await remote();
        const spec = fromHex(elsewhere, '{:strand, "~> 1.0", repo: "acme"}');
        refused(await build(spec), 'deps-failed', /401/);
        const opened = {
          ...spec,
          args: [...(spec.args ?? []), '--env', 'ACME_KEY'],
          env: { ACME_KEY: elsewhere.acmeKey },
        };
        const packaged = await install(opened);
        equal(await packaged.eval('IO.puts(Strand.hello())'), 'hello from strand', 'eval');
        equal(await packaged.sh('grep -rlF "$1" . || echo none', elsewhere.acmeKey), 'none', 'files with the key');
        lacks(packaged.log, elsewhere.acmeKey, 'log');
      },
    },
  ],
};
