import { compareText } from '../compare-text.js';
import type { CodeFile } from './code-file.js';
import type { Policy } from './policy.js';
import type { AuditedFile, AuditReport, Finding, SymbolFloor } from './report.js';
import { requirementsFor, type BuilderPackages } from './requirements.js';
import { crossedFindings } from './rules/crossed.js';
import { emulatorFindings, ertsFindings } from './rules/erlang.js';
import { isForMachine, machineFindings, unusableFindings } from './rules/format.js';
import { keyFindings } from './rules/keys.js';
import { lostRightsFindings } from './rules/modes.js';
import { dlopenFindings, hardeningFindings } from './rules/hardening.js';
import { fitsLibc, libcFindings } from './rules/libc.js';
import { librariesOf, libraryFindings, neededLibraries, opensslFindings } from './rules/libraries.js';
import { floorsOf, versionFindings } from './rules/versions.js';
import { packageOf } from './runtime-packages.js';
import { highestFloor } from './symbol-versions.js';
import type { Survey } from './survey.js';

/** The native binaries that are for the target's machine and C library. */
function fittingFiles(survey: Survey, policy: Policy): readonly CodeFile[] {
  return survey.code.filter((file) => isForMachine(file, policy) && fitsLibc(file, policy) && file.kind !== 'object');
}

/** Libraries that are not in a release and that it needs, or may load by their names; sorted. */
export function outsideLibraries(survey: Survey, policy: Policy): readonly string[] {
  const libraries = librariesOf(survey);
  const fitting = fittingFiles(survey, policy);
  const byName = fitting
    .flatMap(({ path }) => survey.loadedByName.get(path) ?? [])
    .filter((name) => !policy.isBase(name) && !libraries.has(name));
  return [...new Set([...neededLibraries(fitting, policy, libraries), ...byName])].sort();
}

/**
 * Applies the rules of a policy to a survey.
 *
 * @param builder - what the builder knows of the libraries that are not in the release; undefined where it is gone
 */
export function reportOf(survey: Survey, policy: Policy, builder?: BuilderPackages): AuditReport {
  const libraries = librariesOf(survey);
  const forMachine = survey.code.filter((file) => isForMachine(file, policy));
  // A file for another C library has that finding alone; its other needs follow from it.
  const fitting = fittingFiles(survey, policy);
  const isPackaged = (name: string): boolean =>
    builder?.names.has(name) === true || packageOf(name, policy.target.libc) !== undefined;
  const floors = floorsOf(survey.code, libraries);
  const floor = highestFloor(fitting.map((file) => floors.get(file) ?? {}));
  const findings = [
    ...unusableFindings(survey),
    ...machineFindings(survey, policy),
    ...libcFindings(forMachine, policy),
    ...versionFindings(fitting, policy, floors),
    ...libraryFindings(fitting, policy, libraries, isPackaged),
    ...emulatorFindings(fitting, survey.otp),
    ...opensslFindings(fitting),
    ...ertsFindings(survey.otp),
    ...hardeningFindings(fitting, policy),
    ...dlopenFindings(survey, fitting, policy, libraries, isPackaged),
    ...keyFindings(survey.keys, policy, survey.names),
    ...lostRightsFindings(policy.lostRights),
    ...crossedFindings(survey.code, policy),
    ...survey.findings,
  ].toSorted(compareFindings);
  const needed = neededLibraries(fitting, policy, libraries);
  return {
    version: 1,
    verdict: findings.some(({ severity }) => severity === 'error') ? 'fail' : 'pass',
    target: policy.target.triple,
    allowedGlibc: policy.allowed.glibc,
    allowedLibraries: [...policy.allowedLibraries].sort(),
    excepted: survey.excepted,
    floor,
    requirements: requirementsFor({
      ...{ libraries: needed, libc: policy.target.libc, glibc: floor.glibc, data: survey.data, builder },
    }),
    findings,
    files: auditedFiles(survey, policy, floors),
  };
}

/** Errors first, then by code and file, so that equal releases give equal reports. */
function compareFindings(a: Finding, b: Finding): number {
  return compareText(a.severity, b.severity) || compareText(a.code, b.code) || compareText(a.file ?? '', b.file ?? '');
}

function auditedFiles(
  survey: Survey,
  policy: Policy,
  floors: ReadonlyMap<CodeFile, SymbolFloor>,
): readonly AuditedFile[] {
  const elf = survey.code.map((file) => auditedFile(file, policy, floors.get(file) ?? {}));
  const unusable = survey.unusable.map(({ path, format }) => ({
    path,
    kind: format === 'elf' ? ('object' as const) : ('not-elf' as const),
    machine: format === 'elf' ? 'damaged' : format,
    libc: 'unknown' as const,
    floor: {},
    needed: [],
  }));
  return [...elf, ...unusable].sort((a, b) => compareText(a.path, b.path));
}

function auditedFile(file: CodeFile, policy: Policy, floor: SymbolFloor): AuditedFile {
  const { path, kind, machine, bits, libc, needed } = file;
  return {
    path,
    kind,
    machine: bits === 32 && machine === policy.target.elfMachine ? `${machine} (32-bit)` : machine,
    libc: libc === 'both' ? 'unknown' : libc,
    floor,
    needed,
  };
}
