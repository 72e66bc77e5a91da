import { MixReleaseError, messageOf } from '../errors.js';

/** What a failure to read a file of the checkout means. */
export function unreadableSources(error: unknown): MixReleaseError {
  return new MixReleaseError('sources-unreadable', {
    what: `the sources cannot be read: ${messageOf(error)}`,
    next: 'Give this user read access to the whole checkout, and let nothing change it during the build.',
    cause: error,
  });
}
