import { escapeLabel, escapeLine } from './escape.js';
import { failureParts, foldedTable, tableOf } from './parts.js';
import type { Page, Section } from './page.js';
import { largest, type Size } from './sizes.js';

/** A pie chart with more slices is unreadable. */
const SLICES = 9;
const MARKS = { pass: '✅', warnings: '⚠️', fail: '❌' } as const;

/** A page as Markdown for a job summary. GitHub draws its mermaid charts. */
export function summaryMarkdown(page: Page): string {
  const { verdict, title, sections, stages, failure } = page;
  const parts = [
    `<h2>${MARKS[verdict]} ${escapeLine(title)}</h2>`,
    ...(failure ? failureParts(failure) : []),
    ...sections.flatMap((section) => sectionParts(section, sections.length > 1)),
    ...(stages.length === 0 ? [] : [timesOf(stages)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function sectionParts({ heading, rows, sizes, details }: Section, several: boolean): readonly string[] {
  return [
    ...(several ? [`<h3>${escapeLine(heading)}</h3>`] : []),
    tableOf(rows),
    ...(sizes.length === 0 ? [] : [pieOf(sizes)]),
    ...foldedTable('ABI details', details),
  ];
}

/** Sizes in MB. A slice of size 0 is an error in mermaid. */
function pieOf(sizes: readonly Size[]): string {
  const slices = largest(sizes, SLICES).map(
    ({ name, bytes }) => `    "${escapeLabel(name)}" : ${Math.max(bytes / 1e6, 0.01).toFixed(2)}`,
  );
  return ['```mermaid', 'pie showData title Size by application, in MB', ...slices, '```'].join('\n');
}

/** One bar per stage, one after another from zero. */
function timesOf(stages: Page['stages']): string {
  let start = 0;
  const bars = stages.map(([stage, seconds]) => {
    const length = Math.max(1, Math.round(seconds * 1000));
    const bar = `    ${escapeLabel(stage)} ${seconds.toFixed(1)} s :${String(start)}, ${String(length)}ms`;
    start += length;
    return bar;
  });
  const head = ['gantt', '    title Time by stage', '    dateFormat x', '    axisFormat %M:%S'];
  return ['```mermaid', ...head, ...bars, '```'].join('\n');
}
