import { stat } from 'node:fs/promises';
import ignore from 'ignore';
import { MixReleaseError, messageOf } from '../errors.js';
import type { Target } from '../targets/table.js';
import { visitDirectory } from './directory.js';
import { inferTarget } from './infer-target.js';
import { policyFor, type PolicyOptions } from './policy.js';
import type { AuditReport } from './report.js';
import { outsideLibraries, reportOf } from './report-of.js';
import type { BuilderPackages } from './requirements.js';
import type { Visitor } from './release-file.js';
import { ReleaseScanner, type Survey } from './survey.js';

/** How a release is audited. */
export interface AuditOptions extends PolicyOptions {
  /** The target to audit for; undefined to infer it from the release. */
  readonly target: Target | undefined;
  /** Paths in the release that the audit skips, as `.gitignore` patterns. */
  readonly except: readonly string[];
  /** Asks the builder which packages have these libraries; undefined where it is gone. */
  readonly askBuilder?: (libraries: readonly string[]) => Promise<BuilderPackages | undefined>;
}

/**
 * Reads every file of a release and checks it against a target. Nothing of it is run, unpacked or changed.
 *
 * @param release - path of a directory, a `.tar`, a `.tar.gz` or a `.tar.zst`
 * @throws MixReleaseError `not-a-release`, `release-unreadable`, `bad-archive`; with no target given, what
 *   `inferTarget`
 *   throws
 */
export async function auditRelease(release: string, options: AuditOptions): Promise<AuditReport> {
  const patterns = ignore().add([...options.except]);
  const isExcepted = (path: string): boolean => patterns.ignores(path);
  const survey = await scanRelease(release, isExcepted);
  const target = options.target ?? inferTarget(survey, release);
  const lostRights = (options.lostRights ?? []).filter((path) => !isExcepted(path));
  const policy = policyFor(target, { ...options, lostRights });
  return reportOf(survey, policy, await options.askBuilder?.(outsideLibraries(survey, policy)));
}

async function scanRelease(release: string, isExcepted: (path: string) => boolean): Promise<Survey> {
  const scanner = new ReleaseScanner(isExcepted);
  if ((await kindOf(release)) === 'directory') visitDirectory(release, scanner);
  else await visitTarball(release, scanner);
  if (scanner.isRelease) return scanner.survey();
  const [top, ...others] = scanner.releasesBelow;
  if (top === undefined || others.length > 0) throw notARelease(release, scanner.releasesBelow);
  // Other tools put the release into a top-level directory of the tarball.
  return scanBelow(release, top, isExcepted);
}

async function scanBelow(release: string, top: string, isExcepted: (path: string) => boolean): Promise<Survey> {
  if ((await kindOf(release)) === 'directory') throw notARelease(release, [top]);
  const scanner = new ReleaseScanner(isExcepted);
  const below = (path: string): string | undefined =>
    path.startsWith(`${top}/`) ? path.slice(top.length + 1) : undefined;
  await visitTarball(release, {
    file: (file) => {
      const path = below(file.path);
      if (path !== undefined) scanner.file({ ...file, path });
    },
    link: (name, to) => {
      const path = below(name);
      if (path !== undefined) scanner.link(path, to);
    },
    directory: (name, mode) => {
      const path = below(name);
      return path === undefined || scanner.directory(path, mode);
    },
  });
  return scanner.survey();
}

/** The tar reader is loaded only when needed. */
async function visitTarball(tarball: string, visitor: Visitor): Promise<void> {
  await (await import('./tarball.js')).visitTarball(tarball, visitor);
}

async function kindOf(release: string): Promise<'directory' | 'file'> {
  const found = await stat(release).catch((error: unknown) => {
    throw new MixReleaseError('not-a-release', {
      what: `${release} cannot be read: ${messageOf(error)}`,
      next: 'Name the directory or the tarball of a release.',
      cause: error,
    });
  });
  if (found.isDirectory()) return 'directory';
  if (found.isFile()) return 'file';
  throw new MixReleaseError('not-a-release', {
    what: `${release} is neither a directory nor a file`,
    next: 'Name the directory or the tarball of a release.',
  });
}

function notARelease(release: string, below: readonly string[]): MixReleaseError {
  const suggestion =
    below.length === 0 ? '' : ` Did you mean ${below.map((each) => `${release}/${each}`).join(' or ')}?`;
  return new MixReleaseError('not-a-release', {
    what: `${release} is not a release: it has no releases/start_erl.data and no releases/VERSION/NAME.rel`,
    next: `Name the directory that holds bin, lib and releases, or its tarball.${suggestion}`,
  });
}
