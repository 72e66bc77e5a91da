import { machineName } from '../audit/elf/machines.js';
import { MixReleaseError } from '../errors.js';
import type { Target } from '../targets/table.js';
import type { MixFailure } from './mix-run.js';

/** Exit status of our task for native code that is not the target's. */
const FOREIGN = 67;
/** Exit status of our task for a release that names a runtime itself. */
const OWN_RUNTIME = 68;

/** What a person can do about an application that cannot be compiled for another machine. */
function insteadOfCross({ runner }: Target): string {
  return `Build it on a machine of that architecture (runs-on: ${runner} in a workflow), or set method to emulate, which is slower.`;
}

/** The error of a failure while code was compiled for another machine; undefined where it is another failure. */
export function crossRefused(
  { stage, status, output, facts }: MixFailure,
  { target }: { readonly target: Target },
): MixReleaseError | undefined {
  const refused = (what: string, next: string): MixReleaseError =>
    new MixReleaseError('cannot-cross', { what, next, output });
  if (status === OWN_RUNTIME) return ownRuntime(facts, target, output);
  if (stage !== 'natives') return undefined;
  const [first, ...more] = (facts.get('foreign') ?? '').split('\n').filter(Boolean);
  if (status === FOREIGN && first !== undefined) {
    const [application = '', machine = '', ...path] = first.split(' ');
    const further = more.length === 0 ? '' : `, and ${String(more.length)} more files`;
    const found =
      machine === 'beam' ? 'has a program for one machine inside' : `is for ${machineName(Number(machine))}`;
    return refused(
      `application ${application} cannot be compiled for ${target.triple}: ${path.join(' ')} ${found}${further}`,
      `Its build has to honour CC (elixir_make and make give it), and must not ask this machine what it is. ${insteadOfCross(target)}`,
    );
  }
  const application = applicationIn(output);
  const about = application === undefined ? 'the project' : `application ${application}`;
  return refused(
    `${about} could not be compiled for ${target.triple}: exit status ${String(status)}`,
    `See the output above: its build may ignore CC, or run what it built. ${insteadOfCross(target)}`,
  );
}

/**
 * The error of a release that names a runtime itself, which cannot be that of a target for another machine; undefined
 * where Mix has found none so far.
 *
 * @param facts - of a run of Mix
 */
export function ownRuntime(
  facts: ReadonlyMap<string, string>,
  target: Target,
  output: readonly string[] = [],
): MixReleaseError | undefined {
  const [first = ''] = (facts.get('own_erts') ?? '').split('\n');
  if (first === '') return undefined;
  const [name = '', ...value] = first.split(' ');
  return new MixReleaseError('cannot-cross', {
    what: `release ${name} has include_erts: ${value.join(' ')}, which is not the runtime of ${target.triple}`,
    next: `Leave include_erts out, or set it to true or false. ${insteadOfCross(target)}`,
    output,
  });
}

function applicationIn(output: readonly string[]): string | undefined {
  const found = output.map((line) => /could not compile dependency :(\w+)/i.exec(line)?.[1]);
  return found.findLast((name) => name !== undefined);
}
