import { indented, quoted, withPart } from './text.mjs';

/** The inputs and outputs of action.yml. */
export function actionFile({ OPTIONS, descriptionOf, BUILD, outputTable }, current) {
  const inputs = OPTIONS.flatMap((option) => [
    `${option.name}:`,
    `  description: ${quoted(descriptionOf(option))}`,
    `  required: ${String(option.required === true)}`,
    ...(option.default === '' ? [] : [`  default: ${quoted(option.default)}`]),
  ]);
  const outputs = outputTable(BUILD.stages).flatMap(({ name, summary }) => [
    `${name}:`,
    `  description: ${quoted(summary)}`,
  ]);
  return withPart(withPart(current, 'inputs', indented(inputs, 2)), 'outputs', indented(outputs, 2));
}
