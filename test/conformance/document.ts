import { THEMES } from './entries/index.js';
import { isAvailable, type Entry } from './model.js';
import { PLATFORMS, type Platform } from './platforms.js';
import type { PlatformRecord } from './records.js';

/** Text of docs/mix-release.md: every entry, and how it ended on each platform, by the platform's name. */
export function documentOf(records: ReadonlyMap<string, PlatformRecord>): string {
  const tables = THEMES.map(({ title, entries }) => [`## ${title}`, '', ...tableOf(entries, records), ''].join('\n'));
  return [...intro(records), ...tables, ...differences()].join('\n');
}

function intro(records: ReadonlyMap<string, PlatformRecord>): readonly string[] {
  const columns = PLATFORMS.map((platform) => {
    const states = THEMES.flatMap(({ entries }) => entries).map((entry) => stateOf(entry, platform, records));
    const passed = states.filter((state) => state === 'yes').length;
    return `| ${nameOf(platform)} | \`${platform.target}\` | \`${platform.host}\` | ${String(passed)} |`;
  });
  return [
    '# What of `mix release` was seen to work',
    '',
    'Each line is one entry of the suite in `test/conformance/`: a sentence of the documentation of `mix release`, in our words. A release is built by the command line in `dist/`, its tarball is unpacked in a clean image of the target that has no Erlang, and the entry looks at what it does there. `script/conformance` runs the suite, `script/conformance --all --write-docs` writes this page from what was seen. Dependencies come from a package repository, a git server and an SSH server that the suite sets up.',
    '',
    '- **yes**: seen to work.',
    '- **no**: seen not to work.',
    '- **from 1.x**: this Elixir does not have the feature.',
    '- **?**: not run: on the platforms that are not tested in full, the suite runs a part of its entries.',
    '',
    '| Column | Target | Runs in | Seen to work |',
    '| --- | --- | --- | --- |',
    ...columns,
    '',
  ];
}

function tableOf(entries: readonly Entry[], records: ReadonlyMap<string, PlatformRecord>): readonly string[] {
  const head = ['Feature', 'What is promised', ...PLATFORMS.map(nameOf)];
  const rows = entries.map((entry) => [
    `${escaped(entry.feature)}<br>\`${entry.id}\``,
    escaped(entry.says),
    ...PLATFORMS.map((platform) => stateOf(entry, platform, records)),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function differences(): readonly string[] {
  const different = THEMES.flatMap(({ entries }) => entries).filter(({ differs }) => differs !== undefined);
  return [
    '## Where versions of Elixir differ',
    '',
    ...different.map(({ id, differs = '' }) => `- \`${id}\`: ${differs}`),
    '',
  ];
}

function stateOf(entry: Entry, platform: Platform, records: ReadonlyMap<string, PlatformRecord>): string {
  if (!isAvailable(entry, platform)) return `from ${entry.since ?? ''}`;
  const seen = records.get(platform.name)?.get(entry.id);
  return seen === undefined ? '?' : seen ? 'yes' : 'no';
}

function nameOf({ elixir, libc }: Platform): string {
  return libc === 'musl' ? `${elixir}, musl` : elixir;
}

/** A bar would end the cell, and what looks like an element would be taken for one. */
function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
