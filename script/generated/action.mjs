import { indented, quoted, withPart } from './text.mjs';

/** The inputs of action.yml. */
export function actionFile({ OPTIONS, descriptionOf }, current) {
  const inputs = OPTIONS.flatMap((option) => [
    `${option.name}:`,
    `  description: ${quoted(descriptionOf(option))}`,
    `  required: ${String(option.required === true)}`,
    ...(option.default === '' ? [] : [`  default: ${quoted(option.default)}`]),
  ]);
  return withPart(current, 'inputs', indented(inputs, 2));
}
