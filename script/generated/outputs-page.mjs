import { code, table, withPart } from './text.mjs';

/** The table of outputs in docs/outputs.md. */
export function outputsPage({ BUILD, outputTable }, current) {
  const rows = outputTable(BUILD.stages).map(({ name, summary }) => [code(name), summary]);
  return withPart(current, 'outputs', ['', table(['Output', 'What it is'], rows), '']);
}
