import { BELOW, MODULES } from '../modules.mjs';
import { code, table, withPart } from './text.mjs';

/** The tables of stages and of modules in docs/architecture.md. */
export function architecturePage({ BUILD }, current) {
  const stages = BUILD.stages.map(({ name, does, skip, errors }) => [
    code(name),
    does,
    skip ? 'yes' : '',
    errors.map(code).join(', '),
  ]);
  const modules = MODULES.map(({ name, holds, knows }) => [code(`${name}/`), holds, known(knows)]);
  const page = withPart(current, 'stages', [
    '',
    table(['Stage', 'What it does', 'Optional', 'Its errors'], stages),
    '',
  ]);
  return withPart(page, 'modules', ['', table(['Module', 'What it holds', 'What it may know'], modules), '']);
}

/** The modules that one may know; those that a run is made of are one entry where it may know all of them. */
function known(names) {
  if (names.length === 0) return 'Nothing';
  const all = BELOW.every((name) => names.includes(name));
  const named = names
    .filter((name) => !all || !BELOW.includes(name))
    .map((name) => code(MODULES.some((module) => module.name === name) ? `${name}/` : name));
  return [...named, ...(all ? ['everything below `options/`'] : [])].join(', ');
}
