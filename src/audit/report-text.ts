import type { AuditReport, Family, Finding, RuntimeRequirements } from './report.js';
import { DATA_NAMES, type SystemData } from './system-data.js';
import { FAMILIES, FAMILY_NAMES } from './symbol-versions.js';

/** Findings with the same message and advice form a group; this many of its files are named. */
const MAX_FILES = 5;

/** Warnings that Erlang and Mix cause by themselves, in the releases of most projects. */
const USUAL: readonly string[] = ['cookie', 'dlopen', 'page-size'];

/**
 * A report as text, one item per line: the verdict, the findings with advice, the requirements, the packages to
 * install.
 *
 * @param brief - omits the advice on warnings that are in every build
 */
export function reportLines(report: AuditReport, { brief = false } = {}): readonly string[] {
  const { findings, target } = report;
  return [
    `${report.verdict}: ${verdictOf(report)} ${target} (${counted(findings, 'error')}, ${counted(findings, 'warning')}, ${String(report.files.length)} native binaries)`,
    ...groupsOf(findings).flatMap((group) => groupLines(group, brief)),
    ...factLines(report),
  ];
}

/** The verdict and the floor in a few words. */
export function reportOutcome({ verdict, findings, floor }: AuditReport): string {
  const needs = floor.glibc === undefined ? '' : `, needs glibc ${floor.glibc}`;
  return `${verdict}: ${counted(findings, 'error')}, ${counted(findings, 'warning')}${needs}`;
}

function verdictOf({ verdict }: AuditReport): string {
  return verdict === 'pass' ? 'the release fits' : 'the release does not fit';
}

function counted(findings: readonly Finding[], severity: Finding['severity']): string {
  const count = findings.filter((each) => each.severity === severity).length;
  return `${String(count)} ${severity}${count === 1 ? '' : 's'}`;
}

function groupsOf(findings: readonly Finding[]): readonly (readonly [Finding, ...Finding[]])[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const key = [finding.code, finding.message, finding.next].join('\n');
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()];
}

function groupLines(group: readonly [Finding, ...Finding[]], brief: boolean): readonly string[] {
  const [{ severity, code, message, next }] = group;
  const files = group.flatMap(({ file }) => (file === undefined ? [] : [file]));
  if (brief && severity === 'warning' && USUAL.includes(code)) {
    const others = files.length > 1 ? ` and ${String(files.length - 1)} more` : '';
    return [`${severity} ${code}: ${files[0] === undefined ? '' : `${files[0]}${others}: `}${message}`];
  }
  const rest = files.length > MAX_FILES ? [`  and ${String(files.length - MAX_FILES)} more`] : [];
  const named = files.slice(0, MAX_FILES);
  return [`${severity} ${code}: ${message}`, ...named.map((file) => `  in ${file}`), ...rest, `  ${next}`];
}

function factLines(report: AuditReport): readonly string[] {
  const { floor, allowedGlibc, allowedLibraries, excepted, requirements } = report;
  const needs = FAMILIES.flatMap((family) => {
    const version = floor[family];
    return version === undefined ? [] : [`${FAMILY_NAMES[family]} ${version}`];
  });
  return [
    ...fact('floor', [[...needs, ...(allowedGlibc === undefined ? [] : [`(glibc ${allowedGlibc} is allowed)`])]]),
    ...fact('needs', [requirements.libraries]),
    ...fact('reads', requirements.data.map(dataWords)),
    ...installLines(requirements),
    ...fact('allowed', [allowedLibraries]),
    ...fact(
      'excepted',
      excepted.map((each) => [each]),
    ),
  ];
}

/** Of the files that read some data of the system, this many are named. */
const MAX_READERS = 3;

function dataWords({ kind, readBy }: SystemData): readonly string[] {
  const others = readBy.length - MAX_READERS;
  const more = others > 0 ? `, and ${String(others)} more` : '';
  return [`${DATA_NAMES[kind]} (${readBy.slice(0, MAX_READERS).join(', ')}${more})`];
}

/** What systems are called, and how packages are installed there. */
const SYSTEMS: readonly (readonly [Family, string, string])[] = [
  ['debian', 'Debian', 'apt-get install'],
  ['ubuntu', 'Ubuntu', 'apt-get install'],
  ['rhel', 'RHEL', 'dnf install'],
  ['alpine', 'Alpine', 'apk add'],
];

function installLines(requirements: RuntimeRequirements): readonly string[] {
  const installs = SYSTEMS.flatMap(([family, system, command]) => {
    const packages = requirements[family];
    return packages.length === 0 ? [] : fact(system, [[command, ...packages.map(quoted)]]);
  });
  const derived = SYSTEMS.flatMap(([family, system]) => {
    const names = requirements.derived[family];
    return names === undefined ? [] : [`${names.join(' ')} on ${system}`];
  });
  return [...installs, ...fact('derived', derived.length === 0 ? [] : [[`${derived.join(', ')}: not looked up`]])];
}

/** Quoted for a shell: `libpq.so.5()(64bit)` has special characters. */
function quoted(name: string): string {
  return /^[\w.+:-]+$/.test(name) ? name : `'${name}'`;
}

/** A line for each non-empty item, with the name in front. */
function fact(name: string, items: readonly (readonly string[])[]): readonly string[] {
  return items.flatMap((words) => (words.length === 0 ? [] : [`${name.padEnd(9)}${words.join(' ')}`]));
}
