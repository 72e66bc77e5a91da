import { mutationsOf, type Mutation } from './mutation.js';

const SEVERAL = mutationsOf('several', [
  ['choose-by-name', 'the version is another', 'mix.exs', '"2.0.0"', '"2.0.1"'],
  [
    'choose-without-a-name',
    'there is a default',
    'mix.exs',
    'app: :several,',
    'app: :several, default_release: :several_one,',
  ],
  [
    'choose-default-release',
    'the default is another',
    'mix.exs',
    'default_release: :several_two',
    'default_release: :several_one',
  ],
  ['choose-unknown', 'the release exists', 'mix.exs', 'several_two: [', 'several_three: ['],
  ['choose-function', 'the version is not from git', 'mix.exs', '<> git_ref()', '<> String.slice(git_ref(), 0, 3)'],
  ['choose-several-at-once', 'the second has another version', 'mix.exs', '"2.0.0"', '"2.0.1"'],
]);

const PLAIN = mutationsOf('plain', [
  ['choose-none-defined', 'the version is another', 'mix.exs', '"1.2.3"', '"1.2.4"'],
  [
    'choose-only-one-defined',
    'there are two',
    'mix.exs',
    'releases: [single: []]',
    'releases: [single: [], other: []]',
  ],
  ['choose-invalid-name', 'the name is valid', 'mix.exs', '"My-Release": []', 'my_release: []'],
  ['config-releases-exs', 'the value is fixed', 'config/releases.exs', 'System.get_env("BOOT_VALUE")', '"then"'],
  ['config-invalid-terms', 'the value can be written', 'config/config.exs', 'fn -> :ok end', ':ok'],
  ['hook-failure', 'the script succeeds', 'script/prepare.sh', 'false', 'true'],
]);

const UMBRELLA = mutationsOf('umbrella', [
  [
    'umbrella-together',
    'one child is missing',
    'mix.exs',
    '[events: :permanent, web: :permanent]',
    '[events: :permanent]',
  ],
  [
    'umbrella-subset',
    'the other child is there',
    'mix.exs',
    'applications: [web: :permanent]\n',
    'applications: [web: :permanent, events: :load]\n',
  ],
  ['umbrella-version-from-app', 'the version is fixed', 'mix.exs', '{:from_app, :web}', '"9.9.9"'],
  ['umbrella-without-releases', 'releases are defined', 'mix.exs', 'aliases: [', 'releases: releases(), aliases: ['],
  [
    'umbrella-without-applications',
    'applications are listed',
    'mix.exs',
    'quiet: true',
    'applications: [events: :permanent]',
  ],
  [
    'umbrella-child',
    'the other child is there',
    'apps/web/mix.exs',
    '[{:core, in_umbrella: true}]',
    '[{:core, in_umbrella: true}, {:events, in_umbrella: true}]',
  ],
]);

const NATIVE = mutationsOf('native', [
  ['nif-of-project', 'the result is another', 'c_src/nif.c', 'a + b', 'a - b'],
  ['nif-of-dependency', 'the result is another', 'libs/cdep/c_src/cdep.c', '42', '41'],
  ['nif-in-node', 'the result is another', 'libs/cdep/c_src/cdep.c', '42', '41'],
  ['port-program', 'the answer is another', 'c_src/port.c', 'toupper(c)', 'c'],
  ['priv', 'the file is another', 'priv/inside.txt', 'inside', 'outside'],
  ['priv-links', 'the file is another', 'shared/outside.txt', 'outside', 'inside'],
  ['include', 'the header is another', 'include/native.hrl', 'from a header', 'from nowhere'],
  [
    'consolidation',
    'nothing is consolidated',
    'mix.exs',
    'consolidate_protocols: true',
    'consolidate_protocols: false',
  ],
  [
    'consolidation-off',
    'protocols are consolidated',
    'mix.exs',
    'consolidate_protocols: false',
    'consolidate_protocols: true',
  ],
  [
    'alias-of-release',
    'the alias is not there',
    'mix.exs',
    'release: ["assets.deploy", "release"]',
    'unused: ["assets.deploy"]',
  ],
  ['hook-assets', 'the alias writes something else', 'mix.exs', 'made by an alias', 'made by hand'],
]);

const MONOREPO = mutationsOf('monorepo', [
  ['path-dependency', 'the dependency is another', 'shared/lib/shared.ex', '"shared"', '"another"'],
  ['dependency-of-another-environment', 'it is for all environments', 'app/mix.exs', ', only: :dev', ''],
]);

const PACKAGED = mutationsOf('packaged', [
  ['git-dependency', 'it is at another commit', 'mix.exs', 'tag: "v1.0.0"', 'branch: "main"'],
  ['git-dependency-locked', 'the lock has no commit', 'mix.lock', '"brook"', '"other"'],
  [
    'git-dependency-private',
    'the token gets into the release',
    'mix.exs',
    'version: "0.1.0"',
    'version: "0.1.0+#{String.replace(System.get_env("GIT_TOKEN", "none"), "_", "-")}"',
  ],
  ['hex-mix', 'it is an older version', 'mix.exs', '"~> 1.0"', '"1.0.0"'],
  ['hex-rebar3', 'it is not part of the release', 'mix.exs', '"~> 1.0"}', '"~> 1.0", runtime: false}'],
  [
    'hex-signature',
    'signatures are not checked',
    'mix.exs',
    'public = ',
    'Hex.State.put(:unsafe_registry, true)\n      public = ',
  ],
  ['hex-locked', 'the lock has another version', 'mix.lock', ':ripple, "1.0.0"', ':ripple, "1.1.0"'],
  [
    'hex-checksum',
    'the package is as it was',
    'mix.exs',
    'url <> "/hexpm"',
    'String.replace(url, "/tampered", "") <> "/hexpm"',
  ],
  [
    'hex-private',
    'the key gets into the release',
    'mix.exs',
    'version: "0.1.0"',
    'version: "0.1.0+#{System.get_env("ACME_KEY", "none")}"',
  ],
]);

/** What breaks the entries of the smaller fixtures. */
export const OF_OTHERS: readonly Mutation[] = [...SEVERAL, ...PLAIN, ...UMBRELLA, ...NATIVE, ...MONOREPO, ...PACKAGED];
