import { code, table, withPart } from './text.mjs';

/** What the head of an entry looks like in the page; what follows it is written by hand. */
const HEAD = /^\s*(?:[^\n]+\n\n)?_Type:_ [^\n]*\n/;

/**
 * docs/options.md: an index, and a section for each group of options with an entry for each of them. The index, headings,
 * and the first sentence, the type and the default of each entry are generated; the rest goes with its heading.
 */
export function optionsPage(sources, current) {
  const { OPTIONS, GROUPS } = sources;
  const [preamble, ...sections] = sectionsOf(current);
  const entries = new Map();
  const introductions = new Map();
  const others = [];
  for (const { heading, body } of sections) {
    const name = /^### `([a-z][a-z-]*)`$/.exec(heading)?.[1];
    if (name !== undefined && others.length === 0) {
      const rest = body.replace(HEAD, '').trim();
      if (rest !== '' && !OPTIONS.some((option) => option.name === name)) {
        throw new Error(`it has an entry for ${name}, which is no option: rename the entry, or remove it`);
      }
      entries.set(name, rest);
    } else if (GROUPS.includes(heading.replace(/^## /, ''))) {
      introductions.set(heading, body.trim());
    } else {
      others.push(`${heading}\n${body}`.trim());
    }
  }
  const generated = GROUPS.flatMap((group) => [
    `## ${group}`,
    introductions.get(`## ${group}`) ?? '',
    ...OPTIONS.filter((option) => option.group === group).flatMap((option) => [
      headOf(sources, option),
      entries.get(option.name) ?? '',
    ]),
  ]);
  const introduction = withPart(preamble.body.trim(), 'index', ['', indexOf(sources), '']);
  return [introduction, ...generated, ...others].filter((text) => text !== '').join('\n\n') + '\n';
}

/** The options of each section, with links to their entries. */
function indexOf({ OPTIONS, GROUPS }) {
  const rows = GROUPS.map((group) => {
    const anchor = group.toLowerCase().replaceAll(' ', '-');
    const options = OPTIONS.filter((option) => option.group === group);
    return [`[${group}](#${anchor})`, options.map(({ name }) => `[${code(name)}](#${name})`).join(', ')];
  });
  return table(['Section', 'Options'], rows);
}

function headOf({ valuesOf }, option) {
  const values = option.kind === 'choice' ? `: ${valuesOf(option, code)}` : '';
  const bounds = option.kind === 'integer' ? ` from ${String(option.least)} to ${String(option.most)}` : '';
  const parts = [
    `_Type:_ ${option.kind}${values}${bounds}`,
    option.required ? 'required' : `_Default:_ ${defaultOf(option)}`,
    ...(option.perTarget ? ['also [by target](#values-by-target)'] : []),
  ];
  return `### ${code(option.name)}\n\n${option.summary}\n\n${parts.join(' · ')}\n`;
}

function defaultOf(option) {
  if (option.commandLineDefault !== undefined) {
    return `${code(option.default)} in the action, ${code(option.commandLineDefault)} on the command line`;
  }
  return option.default === '' ? (option.unset ?? 'none') : code(option.default);
}

/** A page cut at its headings of the second and third level, those in fenced blocks aside; the first has no heading. */
function sectionsOf(text) {
  const sections = [{ heading: '', lines: [] }];
  let fenced = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) fenced = !fenced;
    if (!fenced && /^###? /.test(line)) sections.push({ heading: line, lines: [] });
    else sections.at(-1).lines.push(line);
  }
  return sections.map(({ heading, lines }) => ({ heading, body: lines.join('\n') }));
}
