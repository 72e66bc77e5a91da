import type { OptionalStage } from '../../pipeline/stage.js';
import type { Prepared } from '../builder/stage.js';
import type { WithMix } from '../deps/stage.js';
import { runHook } from '../hooks/run-hook.js';

/** What the user's commands left for `mix release`. */
export interface ReadyForRelease {
  /** The environment of `mix release` with what the commands exported. */
  readonly releaseEnv: Readonly<Record<string, string>>;
}

/** Runs the user's commands in the container after the compilation, such as `mix assets.deploy`. */
export const beforeRelease: OptionalStage<'before-release', Pick<Prepared, 'session'> & WithMix, ReadyForRelease> = {
  name: 'before-release',
  does: "Runs the user's commands after the compilation and before the first `mix release`, such as `mix assets.deploy`.",
  skip: (_, { request }) => (request.beforeRelease === undefined ? 'no before-release' : undefined),
  run: async ({ session: { container }, mixContext: { cwd, env, onLine } }, { request, log }) => {
    const { beforeRelease: hook, checkout } = request;
    if (hook === undefined) throw new Error('without a hook this stage is skipped');
    const note = (text: string): void => log.note(text);
    return { releaseEnv: await runHook('before-release', hook, checkout, { container, cwd, env, onLine, note }) };
  },
  errors: ['before-release-failed'],
};
