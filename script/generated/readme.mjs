import { code, table, withPart } from './text.mjs';

/** The table of inputs in README.md. */
export function readme({ OPTIONS, descriptionOf }, current) {
  const rows = OPTIONS.map((option) => [
    code(option.name),
    option.default === '' ? '' : code(option.default),
    descriptionOf(option, code) + (option.required ? ' Required.' : ''),
  ]);
  return withPart(current, 'inputs', ['', table(['Input', 'Default', 'What it is'], rows), '']);
}
