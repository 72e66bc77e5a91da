import { aliasesOf } from '../targets/aliases.js';
import { defaultSystem, SYSTEM_RELEASES, type SystemRelease } from '../targets/systems.js';
import { TARGETS, type Target } from '../targets/table.js';

/** A target as `--json` prints it. */
export interface TargetEntry extends Omit<Target, 'architecture' | 'elfMachine' | 'systemRelease' | 'fallback'> {
  /** Every other name that is accepted for the triple, in lower case. */
  readonly aliases: readonly string[];
  readonly defaultSystem: Pick<SystemRelease, 'os' | 'release' | 'libcVersion'>;
}

/** What `--json` prints, as one object. */
export interface TargetsReport {
  readonly targets: readonly TargetEntry[];
  readonly systems: readonly SystemRelease[];
}

/** The known targets and operating systems: as one line of JSON, or as two tables to read. Ends with a line end. */
export function targetsText(json: boolean): string {
  return json ? `${JSON.stringify(targetsReport())}\n` : `${targetsTable()}\n\n${systemsTable()}\n`;
}

function targetsReport(): TargetsReport {
  return {
    targets: TARGETS.map((target) => {
      const { triple, platform, machine, libc, loader, systems, packageManager, runner } = target;
      const { os, release, libcVersion } = defaultSystem(target);
      return {
        triple,
        aliases: aliasesOf(target),
        platform,
        machine,
        libc,
        loader,
        defaultSystem: { os, release, libcVersion },
        systems,
        packageManager,
        runner,
      };
    }),
    systems: SYSTEM_RELEASES,
  };
}

function targetsTable(): string {
  const rows = TARGETS.map((target) => {
    const { os, release, libcVersion } = defaultSystem(target);
    return [target.triple, target.platform, target.libc, `${os}:${release} (${libcVersion})`, target.runner];
  });
  return aligned([['TARGET', 'PLATFORM', 'LIBC', 'DEFAULT SYSTEM', 'NATIVE RUNNER'], ...rows]);
}

function systemsTable(): string {
  const rows = SYSTEM_RELEASES.map(({ os, release, version, libc, libcVersion, current }) => [
    `${os}:${release}`,
    version,
    `${libc} ${libcVersion}`,
    current ? 'yes' : 'no',
  ]);
  return aligned([['SYSTEM', 'VERSION', 'LIBC', 'NEW IMAGES'], ...rows]);
}

/** Columns as wide as their widest cell, two spaces apart. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<readonly number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
