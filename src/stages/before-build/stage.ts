import { MixReleaseError } from '../../errors.js';
import type { OptionalStage } from '../../pipeline/stage.js';
import type { Prepared } from '../builder/stage.js';
import type { Sent } from '../sources/stage.js';
import { runHook } from '../hooks/run-hook.js';
import { setCompiledAside } from './set-aside.js';
import { requireSentLocks } from './sent-locks.js';

/** What the user's commands left for Mix. */
export interface Exported {
  /** The environment of the Mix commands with what the commands exported. */
  readonly exported: Readonly<Record<string, string>>;
}

/** Runs the user's commands in the container, where the sources are. */
export const beforeBuild: OptionalStage<'before-build', Pick<Prepared, 'session'> & Sent, Exported> = {
  name: 'before-build',
  does: "Runs the user's commands in the container before Mix. Exported variables are visible to Mix.",
  skip: (_, { request }) => (request.beforeBuild === undefined ? 'no before-build' : undefined),
  run: async ({ session: { container }, sources: { cwd, paths }, kept, environment }, { request, log }) => {
    const { beforeBuild: hook, checkout } = request;
    if (hook === undefined) throw new Error('without a hook this stage is skipped');
    const where = {
      container,
      cwd,
      env: environment,
      onLine: (text: string) => log.line(text),
      note: (text: string) => log.note(text),
    };
    const putBack = await setCompiledAside(container, kept);
    const exported = await runHook('before-build', hook, checkout, where).catch(async (error: unknown) => {
      if (error instanceof MixReleaseError && error.code === 'before-build-failed') await putBack();
      throw error;
    });
    await putBack();
    if (request.checkLocked) await requireSentLocks(container, checkout, paths, cwd);
    return { exported };
  },
  errors: ['before-build-failed', 'lockfile-outdated'],
};
