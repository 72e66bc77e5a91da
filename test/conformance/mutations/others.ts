import { mutationsOf, type Change, type Mutation } from './mutation.js';

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

/** Takes an option away from a task that is given it. */
const without = (entry: string, task: string, option: string): Change => [
  entry,
  `the option does not reach ${task}`,
  'mix.exs',
  'app: :plain,',
  `app: :plain, aliases: [${task}: fn args -> Mix.Task.run("${task}", args -- ["${option}"]) end],`,
];

const PLAIN = mutationsOf('plain', [
  without('argument-version', 'release', '--version", "9.8.7+on.call'),
  without('argument-quiet', 'release', '--quiet'),
  without('argument-force', 'compile', '--force'),
  [
    'argument-no-compile',
    'it is compiled later',
    'script/own.sh',
    "mix compile\nsed -i 's/hello from plain/never compiled/' lib/plain.ex",
    "sed -i 's/hello from plain/never compiled/' lib/plain.ex\nmix compile",
  ],
  ['argument-no-elixir-version-check', 'the Elixir is right', 'mix.exs', '"~> 99.0"', '"~> 1.0"'],
  ['argument-no-archives-check', 'no archive is asked for', 'mix.exs', 'archives: [{:absent, "~> 1.0"}],', ''],
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
  ['argument-no-deps-check', 'the version is right', 'app/mix.exs', '"~> 9.0", ', ''],
  ['path-dependency', 'the dependency is another', 'shared/lib/shared.ex', '"shared"', '"another"'],
  ['dependency-of-another-environment', 'it is for all environments', 'app/mix.exs', ', only: :dev', ''],
]);

/** What breaks the entries of the smaller fixtures. */
export const OF_OTHERS: readonly Mutation[] = [...SEVERAL, ...PLAIN, ...UMBRELLA, ...NATIVE, ...MONOREPO];
