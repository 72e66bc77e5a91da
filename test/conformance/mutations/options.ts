import { mutationsOf, type Change, type Mutation } from './mutation.js';

const mix = (entry: string, broken: string, from: string, to: string): Change => [entry, broken, 'mix.exs', from, to];
/** The release that has all defaults gets options. */
const base = (entry: string, broken: string, options: string): Change =>
  mix(entry, broken, 'base: []', `base: [${options}]`);

/** What breaks the entries about the options of a release. */
export const OF_OPTIONS: readonly Mutation[] = mutationsOf('options', [
  mix('applications-default', 'the application is only loaded', '[parent: :permanent]]', '[parent: :load]]'),
  mix(
    'mode-permanent',
    'it is temporary',
    'dies_permanent: [applications: [mortal: :permanent',
    'dies_permanent: [applications: [mortal: :temporary',
  ),
  mix('mode-transient', 'it is permanent', 'mortal: :transient', 'mortal: :permanent'),
  mix('mode-temporary', 'it is permanent', 'mortal: :temporary', 'mortal: :permanent'),
  mix(
    'mode-load',
    'it is started',
    'only_loaded: [applications: [mortal: :load',
    'only_loaded: [applications: [mortal: :permanent',
  ),
  mix('mode-none', 'it is loaded', 'mortal: :none', 'mortal: :load'),
  mix(
    'applications-order',
    'the order is another',
    'early: [applications: [mortal: :permanent, runtime_tools: :permanent',
    'early: [applications: [runtime_tools: :permanent, mortal: :permanent',
  ),
  mix('applications-unknown', 'the application exists', 'nowhere: :permanent', 'mortal: :permanent'),
  mix('mode-unknown', 'the mode is known', ':sometimes', ':load'),
  mix(
    'mode-cascade',
    'the parent is started',
    'cascading: [applications: [parent: :load',
    'cascading: [applications: [parent: :permanent',
  ),
  mix(
    'mode-validation',
    'the modes can boot',
    'base: [applications: [parent: :permanent, mortal: :load',
    'base: [applications: [parent: :permanent, mortal: :permanent',
  ),
  mix(
    'mode-validation-skipped',
    'the modes can boot',
    'applications: [parent: :permanent, mortal: :load],\n',
    'applications: [parent: :permanent, mortal: :permanent],\n',
  ),

  mix('version-default', 'the application has another version', 'version: "1.0.0",', 'version: "1.0.1",'),
  mix('version-text', 'the version is another', '"3.4.5"', '"3.4.6"'),
  mix('version-from-app', 'it is that of another application', '{:from_app, :mortal}', '{:from_app, :options}'),
  mix('version-build', 'the build metadata is lost', '"1.0.0+build.7"', '"1.0.0"'),
  mix('version-pre', 'it is no pre-release', '"2.0.0-rc.1"', '"2.0.0"'),
  mix('version-empty', 'the version is not empty', 'base: [version: ""]', 'base: [version: "1.1.1"]'),
  mix('version-from-nowhere', 'the application exists', '{:from_app, :nowhere}', '{:from_app, :options}'),

  base('strip-default', 'nothing is stripped', 'strip_beams: false'),
  mix('strip-false', 'everything is stripped', 'strip_beams: false', 'strip_beams: true'),
  mix('strip-keep', 'another chunk is kept', 'keep: ["Docs"]', 'keep: ["Dbgi"]'),
  mix('strip-compress', 'nothing is compressed', 'compress: true', 'compress: false'),
  base('strip-compress-default', 'everything is compressed', 'strip_beams: [compress: true]'),
  mix('cookie-own', 'the cookie is made up', 'own_cookie: [cookie: "a-cookie-of-our-own"]', 'own_cookie: []'),
  base('cookie-generated', 'the cookie is a short word', 'cookie: "word"'),
  mix('cookie-removed', 'the cookie stays', '[:assemble, &remove_cookie/1]', '[:assemble, & &1]'),
  mix('quiet', 'progress is written', 'quiet: true', 'quiet: false'),
  mix('path', 'the path is another', '"out/elsewhere"', '"out/another"'),
  base('structure', 'scripts for Windows are missing', 'include_executables_for: [:unix]'),

  base('erts-true', 'the runtime is missing', 'include_erts: false'),
  mix('erts-false', 'the runtime comes along', 'include_erts: false', 'include_erts: true'),
  mix('erts-path', 'it is the installed runtime', 'include_erts: copied_erts()', 'include_erts: true'),
  mix('erts-function', 'it is the installed runtime', 'include_erts: &copied_erts/0', 'include_erts: true'),
  mix('erts-nowhere', 'the runtime is there', 'include_erts: "/nowhere/erts-1.2.3"', 'include_erts: true'),
  base('executables-default', 'they are for Unix alone', 'include_executables_for: [:unix]'),
  mix('executables-unix', 'they are for Windows, too', 'include_executables_for: [:unix]', 'quiet: false'),
  mix('executables-windows', 'they are for Unix, too', 'include_executables_for: [:windows]', 'quiet: false'),
  mix('executables-none', 'they are for Unix', 'include_executables_for: []', 'include_executables_for: [:unix]'),
  base('windows-service', 'there is no script for Windows', 'include_executables_for: [:unix]'),

  ['overlays-default', 'the file is another', 'rel/overlays/OVERLAY.txt', 'from', 'not from'],
  ['overlays-mode', 'the program cannot be run', 'rel/overlays/bin/tool', '#!/bin/sh', '#!/no/such/shell'],
  ['overlays-link', 'the file is another', 'rel/overlays/OVERLAY.txt', 'from', 'not from'],
  mix('overlays-list', 'the order is another', '["extra/one", "extra/two"]', '["extra/two", "extra/one"]'),
  mix('overlays-empty-directory', 'the directory is not copied', '["extra/one", "extra/two"]', '["extra/two"]'),
  mix('overlays-one', 'it is another directory', 'overlays: "extra/one"', 'overlays: "extra/two"'),
  mix('templates-path', 'templates come from rel', 'rel_templates_path: "templates"', 'rel_templates_path: "rel"'),
  mix(
    'steps-around',
    'the first step comes later',
    '[&before_assembly/1, :assemble, &after',
    '[:assemble, &before_assembly/1, &after',
  ),
  mix('steps-injected', 'no step is added', '[&injected/1]', '[]'),
  mix('steps-tar', 'no file is in the root', '[:assemble, &write_in_root/1, :tar', '[:assemble, :tar'),
  mix(
    'steps-tar-in-path',
    'another tarball is there',
    'out/tarred_elsewhere", steps: [:assemble, :tar]',
    'out/tarred_elsewhere", overlays: ["extra/tarballs"]',
  ),
  mix('steps-order', 'the order is right', '[:tar, :assemble]', '[:assemble, :tar]'),
  mix('steps-without-assemble', ':assemble is there', 'steps: []', 'steps: [:assemble]'),
  mix('steps-result', 'the step returns the release', 'fn _ -> :ok end', '& &1'),
]);
