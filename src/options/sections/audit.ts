import type { AuditOptions } from '../../audit/audit.js';
import { MixReleaseError } from '../../errors.js';
import { findTarget } from '../../targets/find.js';
import { readOption, type OptionValue } from '../read.js';
import type { RawOptions } from '../table.js';
import { parseGlibc } from './image.js';

/** What becomes of a release that the audit finds errors in: it is not put into the output, it is, or nobody looks. */
export type AuditMode = OptionValue<'audit'>;

/** How the releases of a build are audited. */
export interface AuditRequest {
  readonly mode: AuditMode;
  readonly allowedLibraries: readonly string[];
  /** Patterns as in `.gitignore`, below a release's root. */
  readonly except: readonly string[];
}

/** @throws MixReleaseError `bad-option` */
export function readAuditOfBuild(raw: RawOptions): AuditRequest {
  return {
    mode: readOption('audit', raw),
    allowedLibraries: parseLibraries(raw),
    except: readOption('audit-except', raw),
  };
}

/** The audit of a release that is there already. @throws MixReleaseError `bad-option`, or what `findTarget` throws */
export function readAuditRequest(raw: RawOptions): AuditOptions {
  const [triple, ...more] = readOption('target', raw);
  if (more.length > 0) {
    throw new MixReleaseError('bad-option', {
      what: `target names ${[triple, ...more].join(' and ')}, and a release is for one`,
      next: 'Name one target, or none: it is inferred from the files.',
    });
  }
  const target = triple === undefined ? undefined : findTarget(triple);
  const glibc = readOption('glibc', raw);
  return {
    target,
    glibc: glibc === undefined ? undefined : parseGlibc(glibc, target),
    allowedLibraries: parseLibraries(raw),
    except: readOption('audit-except', raw),
  };
}

function parseLibraries(raw: RawOptions): readonly string[] {
  const names = readOption('allow-libraries', raw);
  const bad = names.find((name) => !/^[\w+.-]+\.so(?:[.\w-]*)$/.test(name));
  if (bad === undefined) return names;
  throw new MixReleaseError('bad-option', {
    what: `allow-libraries has '${bad}', which is no name of a shared library`,
    next: 'It takes names as the message missing-library has them, such as libvips.so.42.',
  });
}
