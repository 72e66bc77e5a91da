import { escapeLine, escapeLines } from './escape.js';
import type { Row } from '../pipeline/summary-part.js';
import type { Failure } from './page.js';

/** A table of names and values. Without blank lines, which would end the HTML where it stands in Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(
    ([name, value]) => `<tr><th align="left">${escapeLine(name)}</th><td>${escapeLine(value)}</td></tr>`,
  );
  return ['<table>', ...cells, '</table>'].join('\n');
}

/** A table that is folded until it is asked for; nothing where it would be empty. */
export function foldedTable(title: string, rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  return [`<details><summary>${escapeLine(title)} (${String(rows.length)})</summary>\n${tableOf(rows)}\n</details>`];
}

/** What happened, what to do, where to read more, and the last lines. */
export function failureParts({ code, what, next, output, link }: Failure): readonly string[] {
  const more = link === undefined ? [] : [`<p><a href="${escapeLine(link)}">More on ${escapeLine(code)}</a></p>`];
  // A blank line in it does not end <pre>, as it would end another element in Markdown.
  const lines = output.length === 0 ? [] : [`<pre>${escapeLines(output.join('\n'))}</pre>`];
  return [`<p><b>${escapeLine(what)}</b></p>`, `<p>${escapeLine(next)}</p>`, ...more, ...lines];
}
