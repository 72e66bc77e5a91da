import type { CodeFile } from './code-file.js';
import type { Policy } from './policy.js';
import type { AuditedFile, AuditReport, Finding, SymbolFloor } from './report.js';
import { requirementsFor } from './requirements.js';
import { emulatorFindings, ertsFindings } from './rules/erlang.js';
import { isForMachine, machineFindings, unusableFindings } from './rules/format.js';
import { dlopenFindings, hardeningFindings } from './rules/hardening.js';
import { fitsLibc, libcFindings } from './rules/libc.js';
import { librariesOf, libraryFindings, neededLibraries, opensslFindings } from './rules/libraries.js';
import { floorsOf, versionFindings } from './rules/versions.js';
import { highestFloor } from './symbol-versions.js';
import type { Survey } from './survey.js';

/** Holds what was seen of a release against a policy. */
export function reportOf(survey: Survey, policy: Policy): AuditReport {
  const libraries = librariesOf(survey);
  const ours = survey.code.filter((file) => isForMachine(file, policy));
  // What is of another C library is wrong as a whole; what else it needs is no news.
  const fitting = ours.filter((file) => fitsLibc(file, policy) && file.kind !== 'object');
  const floors = floorsOf(survey.code, libraries);
  const floor = highestFloor(fitting.map((file) => floors.get(file) ?? {}));
  const findings = [
    ...unusableFindings(survey),
    ...machineFindings(survey, policy),
    ...libcFindings(ours, policy),
    ...versionFindings(fitting, policy, floors),
    ...libraryFindings(fitting, policy, libraries),
    ...emulatorFindings(fitting, survey.otp),
    ...opensslFindings(fitting),
    ...ertsFindings(survey.otp),
    ...hardeningFindings(fitting, policy),
    ...dlopenFindings(survey, fitting, policy, libraries),
    ...survey.findings,
  ].toSorted(inOrder);
  const needed = neededLibraries(fitting, policy, libraries);
  return {
    version: 1,
    verdict: findings.some(({ severity }) => severity === 'error') ? 'fail' : 'pass',
    target: policy.target.triple,
    allowedGlibc: policy.allowed.glibc,
    allowedLibraries: [...policy.allowedLibraries].sort(),
    excepted: survey.excepted,
    floor,
    requirements: requirementsFor(needed, policy.target.libc, floor.glibc),
    findings,
    files: auditedFiles(survey, policy, floors),
  };
}

/** Errors first, then by code and file, so that equal releases have equal reports. */
function inOrder(a: Finding, b: Finding): number {
  return ordered(a.severity, b.severity) || ordered(a.code, b.code) || ordered(a.file ?? '', b.file ?? '');
}

function ordered(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function auditedFiles(
  survey: Survey,
  policy: Policy,
  floors: ReadonlyMap<CodeFile, SymbolFloor>,
): readonly AuditedFile[] {
  const elf = survey.code.map((file) => auditedFile(file, policy, floors.get(file) ?? {}));
  const unusable = survey.unusable.map(({ path, format }) => ({
    path,
    kind: format === 'elf' ? ('object' as const) : ('foreign' as const),
    machine: format === 'elf' ? 'damaged' : format,
    libc: 'unknown' as const,
    floor: {},
    needed: [],
  }));
  return [...elf, ...unusable].sort((a, b) => ordered(a.path, b.path));
}

function auditedFile(file: CodeFile, policy: Policy, floor: SymbolFloor): AuditedFile {
  const { path, kind, machine, bits, libc, needed } = file;
  return {
    path,
    kind,
    machine: bits === 32 && machine === policy.target.machine ? `${machine} (32-bit)` : machine,
    libc: libc === 'both' ? 'unknown' : libc,
    floor,
    needed,
  };
}
