import type { OptionalStage } from '../../pipeline/stage.js';
import type { Prepared } from '../builder/stage.js';
import type { Sent } from '../sources/stage.js';
import { prepareBuild } from './before-build.js';

/** What the user's script left for Mix. */
export interface Exported {
  /** The environment of the Mix commands with what the script exported. */
  readonly exported: Readonly<Record<string, string>>;
}

/** Runs the user's script in the container, where the sources lie. */
export const beforeBuild: OptionalStage<'before-build', Pick<Prepared, 'session'> & Sent, Exported> = {
  name: 'before-build',
  does: "Runs the user's script in the container. What it exports is visible to Mix.",
  skip: (_, { request }) => (request.beforeBuild === undefined ? 'no before-build' : undefined),
  run: async ({ session: { container }, sources: { cwd }, environment }, { request, log }) => {
    const { beforeBuild: script } = request;
    if (script === undefined) throw new Error('without a script this stage is skipped');
    const where = {
      container,
      cwd,
      env: environment,
      onLine: (text: string) => log.line(text),
      note: (text: string) => log.note(text),
    };
    return { exported: await prepareBuild(script, request, where) };
  },
  errors: ['before-build-failed'],
};
