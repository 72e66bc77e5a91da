import { inert } from '../../inert.js';
import { EXIT_STATUS } from '../../errors.js';
import { lookAt, type Check, type Patient } from './check.js';
import { ENGINE_LOOKS, engineLook } from './engine-looks.js';
import { OWN_LOOKS } from './own-looks.js';

/** What all looks found. */
export interface DoctorReport {
  readonly checks: readonly Check[];
  /** The exit status of what no build can do without; 0 where builds can work. */
  readonly exitStatus: number;
}

/** Looks at everything side by side. Never throws. */
export async function examine(patient: Patient): Promise<DoctorReport> {
  const connecting = patient.connect();
  connecting.catch(() => undefined);
  const looks = [...ENGINE_LOOKS, ...OWN_LOOKS];
  const all = await Promise.all(looks.map((look) => lookAt(look, patient, connecting)));
  const engine = all[looks.indexOf(engineLook)];
  const works = engine?.status !== 'failed';
  const checks = all.filter((_, at) => works || looks[at]?.needsEngine === false);
  return { checks, exitStatus: works ? 0 : EXIT_STATUS['engine-unreachable'] };
}

const WORDS = { ok: 'ok', warning: 'warning', failed: 'FAILED' } as const;

/** A line for each look, and below it what to do where there is something to do. */
export function reportLines(checks: readonly Check[]): readonly string[] {
  return checks.flatMap(({ name, status, text, next }) => [
    inert(`${name.padEnd(10)}${WORDS[status].padEnd(9)}${text}`),
    ...(next === undefined ? [] : [inert(`${' '.repeat(19)}${next}`)]),
  ]);
}
