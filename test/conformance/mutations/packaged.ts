import { mutationsOf, type Change, type Mutation } from './mutation.js';

/** deps.get leaves something where the compilation sees it. */
const leak = (entry: string, broken: string, expression: string): Change => [
  entry,
  broken,
  'mix.exs',
  'defp use_repositories(_args) do\n',
  `defp use_repositories(_args) do\n    ${expression}\n`,
];
const copied = (variable: string, file: string): string =>
  `File.cp!(Path.join(System.get_env("${variable}"), "${file}"), "leaked")`;

/** What breaks the entries about dependencies, the lock and secrets. */
export const OF_PACKAGED: readonly Mutation[] = mutationsOf('packaged', [
  leak('deps-env', 'the variables stay', 'File.write!("leaked", inspect(System.get_env()))'),
  leak('git-credentials', 'the credentials stay', copied('XDG_CONFIG_HOME', 'credentials')),
  leak('hex-organization', 'the configuration of Hex stays', copied('HEX_HOME', 'hex.config')),
  leak('hex-repository', 'the configuration of Hex stays', copied('HEX_HOME', 'hex.config')),
  leak('ssh-agent', 'something stays', 'File.write!("leaked", "plan" <> "ted")'),
  leak(
    'secrets-nowhere',
    'a variable stays on the volume',
    'File.write!("/build/state/leaked", inspect(System.get_env()))',
  ),
  ['lockfile-outdated', 'the lock fits', 'mix.exs', '"~> 1.1"', '"~> 1.0"'],
  ['lock-incomplete', 'nothing is to be locked', 'mix.exs', 'deps: [{:ripple, "~> 1.0"}]', 'deps: []'],
  ['lock-of-git', 'the commit is the same', 'mix.exs', 'branch: "main"', 'tag: "v1.0.0"'],
  ['lock-checksum', 'nothing is to be locked', 'mix.exs', 'deps: [{:ripple, "~> 1.0"}]', 'deps: []'],
  ['git-dependency', 'it is at another commit', 'mix.exs', 'tag: "v1.0.0"', 'branch: "main"'],
  ['git-dependency-locked', 'the lock is not read', 'mix.exs', 'deps: [{', 'lockfile: "other.lock", deps: [{'],
  ['hex-mix', 'it is an older version', 'mix.exs', '"~> 1.0"', '"1.0.0"'],
  ['hex-rebar3', 'it is not part of the release', 'mix.exs', '"~> 1.0"}', '"~> 1.0", runtime: false}'],
  [
    'hex-signature',
    'signatures are not checked',
    'mix.exs',
    'public = ',
    'Hex.State.put(:unsafe_registry, true)\n      public = ',
  ],
  ['hex-locked', 'the lock is not read', 'mix.exs', 'deps: [{', 'lockfile: "other.lock", deps: [{'],
  [
    'hex-checksum',
    'the package is as it was',
    'mix.exs',
    'url <> "/hexpm"',
    'String.replace(url, "/tampered", "") <> "/hexpm"',
  ],
]);
