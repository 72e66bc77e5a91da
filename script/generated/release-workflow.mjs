import { code, indented, quoted, withPart } from './text.mjs';

/** A plain value goes to targets with glibc, whatever job builds them. */
const ofGnu = (name) =>
  `inputs.${name} && (contains(inputs.${name}, '=>') && inputs.${name} || format('*-gnu => {0}', inputs.${name})) || ''`;

/** What the workflow does otherwise than to pass an input on as it is. */
const ADAPTED = {
  os: {
    note: 'A plain value goes to targets with glibc only: a target with musl has its own system.',
    value: ofGnu('os'),
  },
  glibc: {
    note: 'A plain value goes to targets with glibc only.',
    value: ofGnu('glibc'),
  },
  'version-check': {
    note: 'It is off where no tag is built.',
    default: 'tag',
    value: "github.ref_type == 'tag' && inputs.version-check || ''",
  },
  // A called workflow does not have the environment of its caller.
  env: { description: 'Environment variables for the Mix commands, NAME=VALUE, one per line.' },
  'deps-env': { description: 'Environment variables for `mix deps.get` only, NAME=VALUE, one per line.' },
  'smoke-env': { description: 'Environment variables for the release in its smoke test, NAME=VALUE, one per line.' },
};

function describe({ descriptionOf }, option) {
  const { description = descriptionOf(option), note } = ADAPTED[option.name] ?? {};
  const byDefault = isLeftOpen(option) ? `(default: ${option.default})` : undefined;
  return quoted([description, byDefault, note].filter((text) => text !== undefined).join(' '));
}

/** Whether an input without a value is passed on as none, for a mix-release.toml may have one, and has a default then. */
function isLeftOpen(option) {
  return option.kind !== 'flag' && option.default !== '' && ADAPTED[option.name]?.default === undefined;
}

const inputsOf = ({ OPTIONS }) => OPTIONS.filter(({ workflow }) => workflow === true);
const secretsOf = ({ OPTIONS }) => OPTIONS.filter(({ workflow }) => workflow === 'secret');

/** Inputs and secrets of the reusable workflow, and how it passes them on to the action. */
export function releaseWorkflow(sources, current) {
  const inputs = inputsOf(sources).flatMap((option) => [
    `${option.name}:`,
    `  description: ${describe(sources, option)}`,
    ...typeOf(option),
  ]);
  const secrets = secretsOf(sources).flatMap((option) => [
    `${option.name}:`,
    `  description: ${describe(sources, option)}`,
    '  required: false',
  ]);
  const passed = [
    ...inputsOf(sources).map((option) => `${option.name}: \${{ ${valueOf(option)} }}`),
    ...secretsOf(sources).map(({ name }) => `${name}: \${{ secrets.${name} }}`),
  ];
  return [
    ['inputs', indented(inputs, 6)],
    ['secrets', indented(secrets, 6)],
    ['with', indented(passed, 10)],
  ].reduce((text, [name, lines]) => withPart(text, name, lines), current);
}

function typeOf(option) {
  const byDefault = ADAPTED[option.name]?.default ?? (option.kind === 'flag' ? option.default : '');
  switch (option.kind) {
    case 'flag':
      return ['  type: boolean', `  default: ${byDefault}`];
    case 'integer':
      // Without a default, GitHub gives 0.
      return ['  type: number', ...(byDefault === '' ? [] : [`  default: ${byDefault}`])];
    default:
      return ['  type: string', `  default: ${quoted(byDefault)}`];
  }
}

function valueOf(option) {
  const adapted = ADAPTED[option.name]?.value;
  if (adapted !== undefined) return adapted;
  // What is the default may be no more than that: it yields to a mix-release.toml.
  if (option.kind === 'flag') {
    return option.default === 'true'
      ? `!inputs.${option.name} && 'false' || ''`
      : `inputs.${option.name} && 'true' || ''`;
  }
  if (option.kind !== 'integer' || option.default !== '') return `inputs.${option.name}`;
  if (option.least === 0) throw new Error(`${option.name} takes 0, which an input that was not given also is`);
  return `inputs.${option.name} || ''`;
}

/** The part of docs/releasing.md that names them. */
export function releasingPage(sources, current) {
  const link = ({ name }) => `[${code(name)}](options.md#${name})`;
  const lines = sources.GROUPS.flatMap((group) => {
    const options = inputsOf(sources).filter((option) => option.group === group);
    return options.length === 0 ? [] : [`- ${group}: ${options.map(link).join(', ')}`];
  });
  const secrets = `- Secrets: ${secretsOf(sources).map(link).join(', ')}`;
  return withPart(current, 'options', ['', ...lines, secrets, '']);
}
