import type { Theme } from '../model.js';
import type { Remote } from '../hex/remote.js';
import type { BuildSpec, Patch } from '../rig/build.js';
import { equal } from '../rig/seen.js';
import { refused } from './support.js';

export const depending = (deps: string): Patch => ({ file: 'mix.exs', from: 'deps: []', to: `deps: [${deps}]` });
export const locked = (lines: readonly string[]): Patch => ({ file: 'mix.lock', to: `%{\n${lines.join('\n')}\n}\n` });

/** A build that takes packages from the repositories, checked with a key. */
export function fromHex(
  { url, repositories }: Remote,
  deps: string,
  ...patches: readonly Patch[]
): Omit<BuildSpec, 'fixture'> {
  const key = { file: 'public_key', to: repositories.publicKey };
  return { args: ['--env', `PACKAGES_URL=${url}`], patches: [depending(deps), key, ...patches] };
}

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
  ],
};
