import { escapeLine } from './escape.js';
import { megabytes } from '../megabytes.js';
import type { Page, Section } from './page.js';
import { failureParts, foldedTable, tableOf } from './parts.js';
import { largest } from './sizes.js';

const BARS = 12;
const MARKS = { pass: 'Pass', warnings: 'Pass, with warnings', fail: 'Failed' } as const;
const STYLE = `
:root { color-scheme: light dark; --line: #8884; --bar: #7048b8; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: .25rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; }
.verdict { display: inline-block; padding: .1rem .7rem; border-radius: 1rem; color: #fff; background: #1a7f37; }
.verdict.warnings { background: #9a6700; } .verdict.fail { background: #cf222e; }
table { border-collapse: collapse; width: 100%; } tr { border-bottom: 1px solid var(--line); }
th, td { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: 500; min-width: 11rem; }
.bar { display: grid; grid-template-columns: 13rem 1fr 6rem; gap: .75rem; align-items: center; }
.bar i { display: block; height: .8rem; border-radius: .2rem; background: var(--bar); min-width: 1px; }
.bar b { font-weight: 400; text-align: right; } .bar span { overflow-wrap: anywhere; }
pre { overflow: auto; padding: .75rem; border: 1px solid var(--line); border-radius: .4rem; }
summary { cursor: pointer; margin-top: 1rem; }
`;

/**
 * A page as one self-contained HTML document: no scripts, fonts or external images, and a policy that
 * keeps the browser from loading any.
 */
export function reportHtml(page: Page): string {
  const { verdict, title, sections, stages, failure } = page;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeLine(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<h1>${escapeLine(title)}</h1>`,
    `<p class="verdict ${verdict}">${MARKS[verdict]}</p>`,
    ...(failure ? failureParts(failure) : []),
    ...sections.flatMap((section) => sectionParts(section, sections.length > 1)),
    ...barsOf(
      'Time by stage',
      stages.map(([stage, seconds]) => ({ name: stage, value: seconds, label: `${seconds.toFixed(1)} s` })),
    ),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function sectionParts({ heading, rows, sizes, details }: Section, several: boolean): readonly string[] {
  const bars = largest(sizes, BARS).map(({ name, bytes }) => ({ name, value: bytes, label: megabytes(bytes) }));
  return [
    ...(several ? [`<h2>${escapeLine(heading)}</h2>`] : []),
    tableOf(rows),
    ...barsOf('Size by application', bars),
    ...foldedTable('ABI details', details),
  ];
}

interface Bar {
  readonly name: string;
  readonly value: number;
  readonly label: string;
}

function barsOf(title: string, bars: readonly Bar[]): readonly string[] {
  if (bars.length === 0) return [];
  const longest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const lines = bars.map(({ name, value, label }) => {
    const width = ((value / longest) * 100).toFixed(1);
    return `<div class="bar"><span>${escapeLine(name)}</span><i style="width:${width}%"></i><b>${escapeLine(label)}</b></div>`;
  });
  return [`<h2>${escapeLine(title)}</h2>`, ...lines];
}
