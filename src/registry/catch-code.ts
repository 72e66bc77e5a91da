import { MixReleaseError, type ErrorCode } from '../errors.js';

/** The value of a promise, or its error where that has the code; every other error is thrown. */
export async function catchCode<T>(promise: Promise<T>, code: ErrorCode): Promise<T | MixReleaseError> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof MixReleaseError && error.code === code) return error;
    throw error;
  }
}
