import { MixReleaseError } from '../../../src/errors.js';

/** The error of ours that something ends with; anything else that it does is a failure of the test. */
export async function errorOf(work: () => unknown): Promise<MixReleaseError> {
  let outcome: unknown;
  try {
    outcome = await work();
  } catch (error) {
    if (error instanceof MixReleaseError) return error;
    throw error;
  }
  throw new Error(`no error was thrown; the result is ${JSON.stringify(outcome)}`);
}
