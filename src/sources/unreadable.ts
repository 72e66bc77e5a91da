import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';
import { shownName } from '../path-bytes.js';
import { patternFor } from './exclude.js';

/**
 * The error for a file of the checkout that cannot be read.
 *
 * @param name - its path in the checkout, where it is known
 */
export function unreadableSources(error: unknown, name = ''): MixReleaseError {
  const denied = ['EACCES', 'EPERM'].includes(systemErrorCode(error) ?? '');
  const line = name === '' ? 'a line with its path' : patternFor(name);
  return new MixReleaseError('sources-unreadable', {
    what: `the sources cannot be read: ${shownName(messageOf(error))}`,
    next: denied
      ? `Give this user read access to it, let git ignore it, or leave it out with exclude: ${line}`
      : 'Give this user read access to the whole checkout, and do not change it during the build.',
    cause: error,
  });
}
