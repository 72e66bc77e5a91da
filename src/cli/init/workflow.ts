import { matrixOf } from '../../targets/matrix.js';
import type { Choices, GivenOption } from './choices.js';
import type { Project } from './project.js';

/** Which workflow is written. */
export interface WorkflowSpec {
  readonly targets: readonly string[];
  /** Whether a tag becomes a GitHub release. */
  readonly tagRelease: boolean;
  /** Whether the targets are those of a mix-release.toml, which the action reads itself. */
  readonly targetsOfFile: boolean;
  /** The action, `OWNER/NAME@REF`. */
  readonly action: string;
}

/** The versions of actions of others, by commit, as the workflows of this repository have them. */
const CHECKOUT = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';
const RUNNER = 'ubuntu-24.04';

/** The first line of a workflow that init has written: what it is written again with. */
function headOf({ targets, tagRelease, targetsOfFile }: WorkflowSpec): string {
  const named = targetsOfFile ? '' : ` --targets ${targets.join(',')}`;
  return `# Written by mix-release init${named}${tagRelease ? ' --tag-release' : ' --no-tag-release'}`;
}

/** The text of .github/workflows/release.yml. */
export function workflowText(project: Project, spec: WorkflowSpec, choices: Choices): string {
  return [
    headOf(spec),
    'name: release',
    '',
    ...(spec.tagRelease ? tagRelease(project, spec, choices) : build(project, spec, choices)),
    '',
  ].join('\n');
}

/** Builds on each push, and publishes nothing but artifacts. */
function build(project: Project, spec: WorkflowSpec, choices: Choices): readonly string[] {
  const isMatrix = choices.native && spec.targets.length > 1;
  const target = isMatrix ? ['${{ matrix.target }}'] : spec.targets;
  const ofFile = spec.targetsOfFile && !isMatrix;
  const inputs = [...(ofFile ? [] : option({ name: 'target', lines: target })), ...choices.options.flatMap(option)];
  const matrix = isMatrix
    ? [
        '    strategy:',
        '      fail-fast: false',
        '      matrix:',
        '        include:',
        ...matrixOf(spec.targets).include.flatMap(({ target: triple, runner }) => [
          `          - target: ${triple}`,
          `            runner: ${runner}`,
        ]),
      ]
    : [];
  return [
    'on:',
    '  push:',
    `    branches: [${scalar(project.branch)}]`,
    '  pull_request:',
    '',
    'permissions: {}',
    '',
    'concurrency:',
    '  group: release-${{ github.ref }}',
    '  cancel-in-progress: true',
    '',
    'jobs:',
    '  release:',
    `    name: ${isMatrix ? '${{ matrix.target }}' : 'release'}`,
    `    runs-on: ${isMatrix ? '${{ matrix.runner }}' : RUNNER}`,
    '    permissions:',
    '      contents: read',
    ...matrix,
    '    steps:',
    `      - uses: ${CHECKOUT}`,
    '        with:',
    '          persist-credentials: false',
    ...(project.applications[0].mixfile.readsHistory ? ['          fetch-depth: 0 # for the version'] : []),
    ...(project.hasSubmodules ? ['          submodules: true'] : []),
    `      - uses: ${spec.action}`,
    ...(inputs.length === 0 ? [] : ['        with:', ...inputs.map((line) => `          ${line}`)]),
  ];
}

/** Builds each target of a tag, and publishes all together: the reusable workflow does. */
function tagRelease(project: Project, spec: WorkflowSpec, choices: Choices): readonly string[] {
  const [name = '', ref = ''] = spec.action.split('@');
  const history = project.applications[0].mixfile.readsHistory ? ['fetch-depth: 0 # for the version'] : [];
  const inputs = choices.options.filter(({ secret }) => !secret).flatMap(option);
  const secrets = choices.options.filter(({ secret }) => secret).flatMap(option);
  return [
    'on:',
    '  push:',
    "    tags: ['v*']",
    '',
    'permissions: {}',
    '',
    'concurrency:',
    '  group: release-${{ github.ref }}',
    '  cancel-in-progress: false',
    '',
    'jobs:',
    '  release:',
    '    name: release',
    `    uses: ${name}/.github/workflows/release.yml@${ref}`,
    '    permissions:',
    '      contents: write # the release and its files',
    '      id-token: write # the attestation is signed for this workflow',
    '      attestations: write # and kept with the repository',
    '    with:',
    ...[...block('targets', spec.targets), ...history, ...inputs].map((line) => `      ${line}`),
    ...(secrets.length === 0 ? [] : ['    secrets:', ...secrets.map((line) => `      ${line}`)]),
  ];
}

function option({ name, lines, comment }: GivenOption): readonly string[] {
  const [only = '', ...others] = lines;
  const text = others.length === 0 ? [`${name}: ${scalar(only)}`] : block(name, lines);
  return comment === undefined ? text : [`# ${comment}`, ...text];
}

function block(name: string, lines: readonly string[]): readonly string[] {
  return [`${name}: |`, ...lines.map((line) => `  ${line}`)];
}

/** A text of one line as a scalar of YAML. What could be read as anything else is quoted. */
function scalar(text: string): string {
  const isPlain = /^(?:[A-Za-z/.][\w ./:=@+-]*|\$\{\{ [\w.]+ \}\}|[\w.]+=\$\{\{ [\w.]+ \}\})$/.test(text);
  const isOther = /^(?:true|false|yes|no|on|off|null|[\d.]+)$|: | #|:$|\s$/i.test(text);
  return isPlain && !isOther ? text : `'${text.replaceAll("'", "''")}'`;
}
