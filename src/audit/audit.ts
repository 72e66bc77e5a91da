import { stat } from 'node:fs/promises';
import ignore from 'ignore';
import { MixReleaseError, messageOf } from '../errors.js';
import type { Target } from '../targets/table.js';
import { visitDirectory } from './directory.js';
import { inferTarget } from './infer-target.js';
import { policyFor, type PolicyOptions } from './policy.js';
import type { AuditReport } from './report.js';
import { reportOf } from './report-of.js';
import type { Visitor } from './release-file.js';
import { ReleaseScanner, type Survey } from './survey.js';

/** How a release is audited. */
export interface AuditOptions extends PolicyOptions {
  /** What the release is held against; undefined for what it was built for, by its own looks. */
  readonly target: Target | undefined;
  /** Paths below the release's root that are not judged, in the patterns of `.gitignore`. */
  readonly except: readonly string[];
}

/**
 * Reads every file of a release and holds it against a target. Nothing of it is run, unpacked or changed.
 *
 * @param place - a directory, a `.tar`, a `.tar.gz` or a `.tar.zst`
 * @throws MixReleaseError `not-a-release`, `release-unreadable`, `bad-archive`; with no target given, what `inferTarget`
 *   throws
 */
export async function auditRelease(place: string, options: AuditOptions): Promise<AuditReport> {
  const survey = await surveyRelease(place, options.except);
  const target = options.target ?? inferTarget(survey, place);
  return reportOf(survey, policyFor(target, options));
}

async function surveyRelease(place: string, except: readonly string[]): Promise<Survey> {
  const patterns = ignore().add([...except]);
  const isExcepted = (path: string): boolean => patterns.ignores(path);
  const surveyor = new ReleaseScanner(isExcepted);
  if ((await kindOf(place)) === 'directory') visitDirectory(place, surveyor);
  else await visitTarball(place, surveyor);
  if (surveyor.isRelease) return surveyor.survey();
  const [top, ...more] = surveyor.releasesBelow;
  if (top === undefined || more.length > 0) throw notARelease(place, surveyor.releasesBelow);
  // Other tools put a release into a directory of its own in the tarball.
  return surveyBelow(place, top, isExcepted);
}

async function surveyBelow(place: string, top: string, isExcepted: (path: string) => boolean): Promise<Survey> {
  if ((await kindOf(place)) === 'directory') throw notARelease(place, [top]);
  const surveyor = new ReleaseScanner(isExcepted);
  const below = (path: string): string | undefined =>
    path.startsWith(`${top}/`) ? path.slice(top.length + 1) : undefined;
  await visitTarball(place, {
    file: (file) => {
      const path = below(file.path);
      if (path !== undefined) surveyor.file({ ...file, path });
    },
    link: (name, to) => {
      const path = below(name);
      if (path !== undefined) surveyor.link(path, to);
    },
    directory: (name) => {
      const path = below(name);
      return path === undefined || surveyor.directory(path);
    },
  });
  return surveyor.survey();
}

/** What reads archives is loaded where there is one to read. */
async function visitTarball(tarball: string, visitor: Visitor): Promise<void> {
  await (await import('./tarball.js')).visitTarball(tarball, visitor);
}

async function kindOf(place: string): Promise<'directory' | 'file'> {
  const found = await stat(place).catch((error: unknown) => {
    throw new MixReleaseError('not-a-release', {
      what: `${place} cannot be read: ${messageOf(error)}`,
      next: 'Name the directory or the tarball of a release.',
      cause: error,
    });
  });
  if (found.isDirectory()) return 'directory';
  if (found.isFile()) return 'file';
  throw new MixReleaseError('not-a-release', {
    what: `${place} is neither a directory nor a file`,
    next: 'Name the directory or the tarball of a release.',
  });
}

function notARelease(place: string, below: readonly string[]): MixReleaseError {
  const named = below.length === 0 ? '' : ` Did you mean ${below.map((each) => `${place}/${each}`).join(' or ')}?`;
  return new MixReleaseError('not-a-release', {
    what: `${place} is no release: it has no releases/start_erl.data and no releases/VERSION/NAME.rel`,
    next: `Name the directory that holds bin, lib and releases, or its tarball.${named}`,
  });
}
