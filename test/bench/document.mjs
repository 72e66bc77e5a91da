// The figures' section of docs/benchmarks.md: a table, a chart, and what is to be said of single rows. The rows' data
// stand in a comment in it, so that a row that was not measured again stays as it was.
import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { CASES } from './cases.mjs';

const BEGIN = '<!-- figures: begin (written by `npm run bench`) -->';
const END = '<!-- figures: end -->';
/** Characters of a bar that is as long as the other's time. */
const WHOLE = 40;
/** Bars end here, however much longer ours takes. */
const LONGEST = 60;

/** The rows that a document has, by case. */
function rowsIn(text) {
  const data = /^<!-- data: (.*) -->$/gm;
  return Object.fromEntries([...text.matchAll(data)].map(([, json]) => JSON.parse(json)).map((row) => [row.id, row]));
}

/** What of a row is written down: its stages are for whoever works on them, and in the JSON. */
const shown = (row) => Object.fromEntries(Object.entries(row).filter(([name]) => !/stages/i.test(name)));

/** Reads a document, and finds its figures' section. */
export async function openDocument(file) {
  const text = await readFile(file, 'utf8');
  const [start, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${file} has no section between "${BEGIN}" and "${END}"`);
  return { text, start, end };
}

/** Puts new rows into the figures' section of a document, and leaves all else. */
export async function updateDocument(file, fresh) {
  const { text, start, end } = await openDocument(file);
  const rows = { ...rowsIn(text), ...Object.fromEntries(Object.entries(fresh).map(([id, row]) => [id, shown(row)])) };
  const known = CASES.filter(({ id }) => rows[id]).map((each) => ({ ...each, row: rows[each.id] }));
  const section = [BEGIN, ...figures(known), ...known.map(({ row }) => `<!-- data: ${JSON.stringify(row)} -->`), ''];
  const whole = `${text.slice(0, start)}${section.join('\n\n')}${text.slice(end)}`;
  const config = await resolveConfig(file);
  await writeFile(file, await format(whole, { ...config, filepath: file }));
}

function figures(known) {
  const missed = known.filter((each) => reached(each) === false);
  const remarks = known.filter(({ row }) => row.remark);
  return [
    seenOn(known),
    table(known),
    ...chart(known),
    ...growthTables(known),
    ...(missed.length === 0 ? [] : ['### Where a figure is not reached', list(missed, ({ missed: why }) => why)]),
    ...(remarks.length === 0 ? [] : ['### Remarks', list(remarks, ({ row }) => row.remark)]),
  ];
}

const list = (cases, text) => cases.map((each) => `- **${each.what}.** ${text(each)}`).join('\n');

/** Where and when; said once for all rows that have it in common. */
function seenOn(known) {
  const places = Map.groupBy(known, ({ row }) => row.seen);
  return [...places]
    .map(([seen, cases]) => {
      const which = places.size === 1 ? 'Seen' : `${cases.map(({ what }) => what).join('; ')}: seen`;
      return `${which} ${seen}.`;
    })
    .join('\n\n');
}

const figure = ({ unit = 's', digits = 2, factor = 1 }, value) =>
  value === undefined ? '' : `${(value * factor).toFixed(digits)} ${unit}`;

/** Ours in the other's; undefined where there is no other. */
const ratioOf = ({ ours, other }) => (other === undefined ? undefined : ours / other);

function ratioText({ reach, row }) {
  const ratio = ratioOf(row);
  if (ratio === undefined) return '';
  return reach?.text.includes('faster') ? `${(1 / ratio).toFixed(1)}× faster` : `${ratio.toFixed(2)}×`;
}

/** Whether a row is what it is to be; undefined where nothing was to be reached. */
export const reached = ({ reach, row }) => reach && reach.of(row);

function table(known) {
  const lines = known.map((each) => {
    const { what, beside = '', reach, row } = each;
    const verdict = reach ? (reached(each) ? 'yes' : '**no**') : '';
    const cells = [what, figure(each, row.ours), beside, figure(each, row.other), ratioText(each)];
    return [...cells, reach?.text ?? '', verdict, String(row.runs)];
  });
  const head = ['What', 'Ours', 'Beside it', 'Takes', 'Ratio', 'Reach', 'Reached', 'Runs'];
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Bars of our time, where the other's is one; a mark where the reach is. */
function chart(known) {
  const drawn = known.filter(({ group, row }) => row.other !== undefined && group !== 'growth');
  if (drawn.length === 0) return [];
  const plain = ({ what }) => what.replaceAll('`', '');
  const width = Math.max(...drawn.map((each) => plain(each).length));
  const lines = drawn.map((each) => `${plain(each).padEnd(width)}  ${bar(each)}  ${ratioOf(each.row).toFixed(2)}`);
  const scale = `${' '.repeat(width)}  0${'1'.padStart(WHOLE)}`;
  return [
    '### Our time, where the other takes 1',
    `A bar that ends left of its \`|\` reaches what it is to reach.`,
    ['```text', scale, ...lines, '```'].join('\n'),
  ];
}

function bar({ reach, row }) {
  const length = Math.max(1, Math.min(LONGEST, Math.round(ratioOf(row) * WHOLE)));
  const cells = ('█'.repeat(length) + (length === LONGEST ? '…' : '')).padEnd(LONGEST + 1).split('');
  if (reach?.ratio !== undefined) cells[Math.round(reach.ratio * WHOLE)] = '|';
  return cells
    .join('')
    .trimEnd()
    .padEnd(WHOLE + 1);
}

function growthTables(known) {
  const grown = known.filter(({ row }) => row.steps);
  if (grown.length === 0) return [];
  const lines = grown.flatMap(({ row: { steps, unit } }) =>
    steps.map(({ size, seconds, own, peak }, at) => {
      const before = steps[at - 1];
      const slope = before && ((own - before.own) / (size - before.size)) * 1000;
      const cells = [`${size.toLocaleString('en')} ${unit}`, `${seconds.toFixed(2)} s`, `${own.toFixed(2)} s`];
      return [...cells, `${peak.toFixed(0)} MB`, before ? `${slope.toFixed(2)} ms` : ''];
    }),
  );
  const head = ['Release with', 'Build', 'Of it ours', 'Peak memory', 'Ours for each further one'];
  return ['### Growth', [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')];
}
