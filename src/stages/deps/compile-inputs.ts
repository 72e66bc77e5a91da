import { createHash } from 'node:crypto';
import type { CompileInputs } from '../../mix/mix.js';
import type { Run } from '../../pipeline/run.js';
import { hashWithVariables, hooksOf } from '../cache/key.js';

type Variables = Readonly<Record<string, string>>;

/**
 * The hashes by which our Mix tasks tell whether compiled code can be used again.
 *
 * @param whole - of everything that was sent
 * @param exported - the environment after before-build; undefined without one
 */
export async function compileInputs(
  { id, request }: Pick<Run, 'id' | 'request'>,
  whole: string,
  environment: Variables,
  exported: Variables | undefined,
): Promise<CompileInputs> {
  const changed = Object.entries(exported ?? {}).filter(([name, value]) => environment[name] !== value);
  const removed = exported ? Object.keys(environment).filter((name) => !(name in exported)) : [];
  const own = {
    ...request.env,
    ...Object.fromEntries(changed),
    ...Object.fromEntries(removed.map((name) => [name, ''])),
  };
  const date = environment.SOURCE_DATE_EPOCH ?? '';
  const hooks = await hooksOf(request);
  // With an epoch that never comes again, nothing that was compiled is used again.
  const epoch = request.cache === 'deps' ? `${hooks}-${id}` : hooks;
  return { whole: digest(`${whole} ${date}`), environment: await hashWithVariables(own, SALT), epoch: digest(epoch) };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

// Constant, so that the same variables give the same hash in every build of a project.
const SALT = createHash('sha256').update('mix-release variables').digest();
