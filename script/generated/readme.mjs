import { code, table, withPart } from './text.mjs';

/** The tables of inputs and outputs in README.md. */
export function readme({ OPTIONS, descriptionOf, BUILD, outputTable }, current) {
  const rows = OPTIONS.map((option) => [
    code(option.name),
    option.default === '' ? '' : code(option.default),
    descriptionOf(option, code) + (option.required ? ' Required.' : ''),
  ]);
  const outputs = outputTable(BUILD.stages).map(({ name, summary }) => [code(name), summary]);
  const withInputs = withPart(current, 'inputs', ['', table(['Input', 'Default', 'What it is'], rows), '']);
  return withPart(withInputs, 'outputs', ['', table(['Output', 'What it is'], outputs), '']);
}
