import { indented, quoted, withPart } from './text.mjs';

/** The inputs and outputs of action.yml. */
export function actionFile({ OPTIONS, descriptionOf, BUILD, outputTable }, current) {
  const inputs = OPTIONS.flatMap((option) => [
    `${option.name}:`,
    // No default of GitHub's: an input that has one cannot be told from one that was not given, and a
    // mix-release.toml may say otherwise. Nothing is required for the same reason.
    `  description: ${quoted([descriptionOf(option), ...(option.default === '' ? [] : [`(default: ${option.default})`])].join(' '))}`,
    '  required: false',
  ]);
  const outputs = outputTable(BUILD.stages).flatMap(({ name, summary }) => [
    `${name}:`,
    `  description: ${quoted(summary)}`,
  ]);
  return withPart(withPart(current, 'inputs', indented(inputs, 2)), 'outputs', indented(outputs, 2));
}
