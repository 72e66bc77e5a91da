import { buildPath, mixEnvironment } from '../../mix/environment.js';
import { partitionsFor } from '../../mix/partitions.js';
import type { Stage } from '../../pipeline/stage.js';
import type { Prepared } from '../builder/stage.js';
import { stateKey } from '../cache/key.js';
import type { Finding, FoundSources } from './find.js';
import { settleIndexes } from './git-index.js';
import { sendSources } from './send.js';
import { discardStale } from './stale.js';

/** The checkout in the container. */
export interface Sent {
  readonly sources: FoundSources;
  /** The environment of every Mix command. */
  readonly environment: Readonly<Record<string, string>>;
  /** The time of every entry of the tarballs. */
  readonly date: Date;
}

/** What has no date of its own is dated as zip dates it. */
const NO_DATE = new Date('1980-01-01T00:00:00Z');

/** Sends the sources to the container, once compiled code that was made with other inputs is cleared. */
export const sources: Stage<'sources', Finding & Prepared, Sent> = {
  name: 'sources',
  does: 'Sends the checkout to the container as a tar stream. What did not change keeps its old time.',
  run: async ({ finding, builder, session: { container } }, { id, request, engine, env, log }) => {
    const note = (text: string): void => log.note(text);
    const found = await finding;
    const { mixEnv, target } = request;
    // With an input that never comes again, compiled code is never used again.
    const inputs = request.cache === 'deps' ? id : stateKey(request, builder, found.inputs).key;
    const before = await discardStale(container, buildPath({ mixEnv, env: request.env }), inputs);
    await sendSources(container, request, found, before, engine.clockSkew, note);
    (await settleIndexes(container, found.indexes)).forEach(note);
    const date = request.sourceDate ?? found.commitTime ?? NO_DATE;
    const environment = mixEnvironment(
      {
        mixEnv,
        triple: target.triple,
        date,
        vendoredDeps: found.vendoredDeps,
        erlFlags: builder.erlFlags,
        depsPartitions: partitionsFor(request.depsPartitions, builder.probe.elixir, note),
        env: request.env,
      },
      env,
    );
    return { sources: found, environment, date };
  },
  outcome: ({ sources: { paths } }) => `${String(paths.length)} entries`,
  errors: ['sources-unreadable', 'compile-failed'],
};
