import { applicationOf, isOfOtp } from '../otp-facts.js';
import type { Policy } from '../policy.js';
import { textOf, type ReleaseFile } from '../release-file.js';
import type { Finding } from '../report.js';
import { error, warning } from './finding.js';

/** A file with a private key. */
export interface KeyFile {
  readonly path: string;
  /** Whether everybody on the machine can read a key that no passphrase protects. */
  readonly open: boolean;
}

const HEADER = /-----BEGIN ((?:[A-Z0-9]+ )*)PRIVATE KEY(?: BLOCK)?-----\r?\n/;
/** The same with a key behind it, and none of the fields by which OpenSSL says that it is encrypted. */
const KEY = /-----BEGIN (?!ENCRYPTED )(?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----\s+[A-Za-z0-9+/=]{16}/;

/**
 * Searched in every file, whatever its name; a certificate may precede the key.
 *
 * @param isClosed - whether others cannot enter a directory above it
 */
export function keyOf(file: ReleaseFile, isClosed: boolean): KeyFile | undefined {
  const mayBeKey = file.head.includes('-----BEGIN ') || /\.(?:pem|key)$/i.test(file.path);
  if (!mayBeKey) return undefined;
  const text = textOf(file);
  if (!HEADER.test(text)) return undefined;
  return { path: file.path, open: !isClosed && (file.mode & 0o004) !== 0 && KEY.test(text) };
}

/**
 * A key is an error where everybody can read it and where it is the user's own to change: in an application of the
 * project, or outside of all applications. That of a dependency is public already, and that of OTP is a test's.
 *
 * @param names - of the releases: applications that are the user's own where nothing says which are dependencies
 */
export function keyFindings(
  keys: readonly KeyFile[],
  { dependencies }: Policy,
  names: ReadonlySet<string>,
): readonly Finding[] {
  const isOwn = (path: string): boolean => {
    const application = applicationOf(path);
    if (application === undefined) return true;
    if (isOfOtp(application)) return false;
    return dependencies === undefined ? names.has(application) : !dependencies.has(application);
  };
  return keys.map(({ path, open }) =>
    open && isOwn(path)
      ? error(
          'readable-key',
          path,
          'it is a private key that everybody on the machine can read',
          'Leave it out, and provide it where the release runs. If it has to be in the release, restrict its mode (chmod 600, as before-release), and list its path in keep-modes.',
        )
      : warning(
          'possible-secret',
          path,
          'the release contains a private key',
          'Remove it, and provide it where the release runs. Replace a key that was published.',
        ),
  );
}
