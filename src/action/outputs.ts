import * as core from '@actions/core';
import type { AnyStage, Output } from '../pipeline/stage.js';

/** The only output that does not come from a stage. */
const ERROR_CODE = {
  name: 'error-code',
  summary: 'Code of the error when the step failed (docs/troubleshooting.md has an entry for each), else empty.',
} as const;

/** Every output of the action with its description, in the order of `action.yml`. */
export function outputTable(
  stages: readonly AnyStage[],
): readonly { readonly name: string; readonly summary: string }[] {
  const ofStages = stages.flatMap(({ outputs = {} }) =>
    Object.entries(outputs).map(([name, { summary }]: [string, Output<never>]) => ({ name, summary })),
  );
  return [...ofStages, ERROR_CODE];
}

export function setOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}
