import { code, table, withPart } from './text.mjs';

/** The tables of README.md: the targets, and the inputs and outputs that most people use. */
export function readme(sources, current) {
  const withTargets = withPart(current, 'targets', ['', targets(sources), '']);
  return withPart(withTargets, 'inputs and outputs', ['', inputs(sources), '', outputs(sources), '']);
}

function targets({ TARGETS, SYSTEM_RELEASES, findSystemRelease }) {
  const rows = TARGETS.map((target) => {
    const [os] = target.systems;
    const { libc, libcVersion } = findSystemRelease(os, target.systemRelease);
    const systems = target.systems.map((name) => spanOf(SYSTEM_RELEASES.filter((each) => each.os === name)));
    const byDefault = `${code(`${os}:${target.systemRelease}`)}, ${libc} ${libcVersion}`;
    return [code(target.triple), systems.join(', '), byDefault, code(target.runner)];
  });
  return table(['Target', 'Systems to build on', 'By default', 'Native runner'], rows);
}

/** Such as `Debian 10 to 13`, of the releases of one system, the newest first. */
function spanOf(releases) {
  const [{ os, version: newest }] = releases;
  return `${os.charAt(0).toUpperCase()}${os.slice(1)} ${releases.at(-1).version} to ${newest}`;
}

function inputs({ OPTIONS, descriptionOf }) {
  const rows = OPTIONS.filter(({ common }) => common).map((option) => [
    `[${code(option.name)}](docs/options.md#${option.name})`,
    descriptionOf(option, code) + (option.required ? ' Required.' : ''),
  ]);
  return table(['Input', 'What it is'], rows);
}

function outputs({ BUILD, outputTable }) {
  const rows = outputTable(BUILD.stages).filter(({ common }) => common);
  return table(
    ['Output', 'What it is'],
    rows.map(({ name, summary }) => [code(name), summary]),
  );
}
