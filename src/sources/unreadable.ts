import { MixReleaseError, messageOf } from '../errors.js';

/** The error for a file of the checkout that cannot be read. */
export function unreadableSources(error: unknown): MixReleaseError {
  return new MixReleaseError('sources-unreadable', {
    what: `the sources cannot be read: ${messageOf(error)}`,
    next: 'Give this user read access to the whole checkout, and do not change it during the build.',
    cause: error,
  });
}
