import type { AuditOptions } from '../../audit/audit.js';
import { MixReleaseError } from '../../errors.js';
import { findTarget } from '../../targets/find.js';
import { parseList, parseText } from '../parse.js';
import type { RawOptions } from '../table.js';
import { parseGlibc } from './image.js';

const MODES = ['error', 'warn', 'off'] as const;

/** What becomes of a release that the audit finds errors in: it is not put into the output, it is, or nobody looks. */
export type AuditMode = (typeof MODES)[number];

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
    mode: parseMode(parseText('audit', raw.audit) ?? 'error'),
    allowedLibraries: parseLibraries(raw),
    except: parseList(raw['audit-except']),
  };
}

/** The audit of a release that is there already. @throws MixReleaseError `bad-option`, or what `findTarget` throws */
export function readAuditRequest(raw: RawOptions): AuditOptions {
  const triple = parseText('target', raw.target);
  const target = triple === undefined ? undefined : findTarget(triple);
  const glibc = parseText('glibc', raw.glibc);
  return {
    target,
    glibc: glibc === undefined ? undefined : parseGlibc(glibc, target),
    allowedLibraries: parseLibraries(raw),
    except: parseList(raw['audit-except']),
  };
}

function parseMode(text: string): AuditMode {
  const mode = MODES.find((each) => each === text.toLowerCase());
  if (mode !== undefined) return mode;
  throw new MixReleaseError('bad-option', {
    what: `audit is '${text}'`,
    next: 'It takes error (a release with errors is not put into the output), warn (it is) or off.',
  });
}

function parseLibraries(raw: RawOptions): readonly string[] {
  const names = parseList(raw['allow-libraries']);
  const bad = names.find((name) => !/^[\w+.-]+\.so(?:[.\w-]*)$/.test(name));
  if (bad === undefined) return names;
  throw new MixReleaseError('bad-option', {
    what: `allow-libraries has '${bad}', which is no name of a shared library`,
    next: 'It takes names as the message missing-library has them, such as libvips.so.42.',
  });
}
