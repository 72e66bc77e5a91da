import { escapeLine, escapeLines } from './escape.js';
import type { Row } from '../pipeline/summary-part.js';
import type { Failure } from './page.js';

/** An HTML table of names and values. It has no blank lines, which would end the HTML inside Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(
    ([name, value]) => `<tr><th align="left">${escapeLine(name)}</th><td>${escapeLine(value)}</td></tr>`,
  );
  return ['<table>', ...cells, '</table>'].join('\n');
}

/** A collapsed table; nothing where it would be empty. */
export function foldedTable(title: string, rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  return [`<details><summary>${escapeLine(title)} (${String(rows.length)})</summary>\n${tableOf(rows)}\n</details>`];
}

/** The message, the advice, a link to the documentation, and the last lines of output. */
export function failureParts({ code, what, next, output, link }: Failure): readonly string[] {
  const linkParts = link === undefined ? [] : [`<p><a href="${escapeLine(link)}">More on ${escapeLine(code)}</a></p>`];
  // Unlike other elements in Markdown, <pre> may contain blank lines.
  const lines = output.length === 0 ? [] : [`<pre>${escapeLines(output.join('\n'))}</pre>`];
  return [`<p><b>${escapeLine(what)}</b></p>`, `<p>${escapeLine(next)}</p>`, ...linkParts, ...lines];
}
