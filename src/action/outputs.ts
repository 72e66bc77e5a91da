import * as core from '@actions/core';
import type { AnyStage, Output } from '../pipeline/stage.js';

interface OutputRow {
  readonly name: string;
  readonly summary: string;
  /** Whether README.md names it. */
  readonly common: boolean;
}

/** The only output that does not come from a stage. */
const ERROR_CODE = {
  name: 'error-code',
  summary: 'Code of the error if the step failed, with an entry in docs/troubleshooting.md; else empty.',
  common: true,
} as const;

/** Every output of the action with its description, in the order of `action.yml`. */
export function outputTable(stages: readonly AnyStage[]): readonly OutputRow[] {
  const ofStages = stages.flatMap(({ outputs = {} }) =>
    Object.entries(outputs).map(([name, { summary, common }]: [string, Output<never>]) => ({
      name,
      summary,
      common: common === true,
    })),
  );
  return [...ofStages, ERROR_CODE];
}

export function setOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}
