import { MixReleaseError, type ErrorCode } from '../errors.js';

/** The value of a promise, or its error where it fails with that code; every other failure stays one. */
export async function catchCode<T>(promise: Promise<T>, code: ErrorCode): Promise<T | MixReleaseError> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof MixReleaseError && error.code === code) return error;
    throw error;
  }
}
