import { mixEnvironment } from '../../mix/environment.js';
import { partitionsFor } from '../../mix/partitions.js';
import type { Stage } from '../../pipeline/stage.js';
import type { Prepared } from '../builder/stage.js';
import type { Finding, FoundSources } from './find.js';
import { NOTHING_KEPT, type Kept } from '../../cache/kept.js';
import { ignoreOutputs } from './git-index.js';
import { removeCompiled, sendSources, type SentCounts } from './send.js';
import { lookAtCheckout } from './look.js';

/** The checkout in the container. */
export interface Sent {
  readonly sources: FoundSources;
  /** What stayed in it from earlier builds. */
  readonly kept: Kept;
  /** The environment of every Mix command. */
  readonly environment: Readonly<Record<string, string>>;
  /** The time of every entry of the tarballs. */
  readonly date: Date;
  readonly counts: SentCounts;
}

/** What has no date of its own is dated as zip dates it. */
const NO_DATE = new Date('1980-01-01T00:00:00Z');

/** Brings the checkout in the container up to date. */
export const sources: Stage<'sources', Finding & Prepared, Sent> = {
  name: 'sources',
  does: 'Brings the checkout in the container up to date by a tar stream: what is new or changed is sent, what is gone is removed.',
  run: async ({ finding, builder, session: { container } }, { request, engine, env, log }) => {
    const note = (text: string): void => log.note(text);
    // While the sources are still being read here.
    const before = await lookAtCheckout(container, true);
    const found = await finding;
    sayWhatIsLeftOut(found, note);
    // What before-build compiles is compiled from nothing then, for nothing looks at it afterwards.
    if (!request.releaseArgs.compiles) await removeCompiled(container, before.kept);
    const counts = await sendSources(container, request.checkout, found, before, engine.clockSkew);
    counts.notes.forEach(note);
    if (before.sent) await ignoreOutputs(container, before.kept.outputs);
    const date = request.sourceDate ?? found.commitTime ?? NO_DATE;
    const environment = mixEnvironment(
      {
        mixEnv: request.mixEnv,
        triple: request.target.triple,
        date,
        erlFlags: builder.erlFlags,
        depsPartitions: partitionsFor(request.depsPartitions, builder.probe.elixir, note),
        env: request.env,
      },
      env,
    );
    return { sources: found, kept: before.sent ? before.kept : NOTHING_KEPT, environment, date, counts };
  },
  outcome: ({ sources: { entries }, counts: { sent, removed } }) =>
    `${String(entries.size)} entries, ${String(sent)} sent${removed > 0 ? `, ${String(removed)} removed` : ''}`,
  errors: ['sources-unreadable', 'compile-failed'],
};

function sayWhatIsLeftOut({ noGit, ignoredObjects, special, notes }: FoundSources, note: (text: string) => void): void {
  if (noGit !== undefined) note(`${noGit}: files that git would ignore are sent, too`);
  for (const object of ignoredObjects) {
    note(`left out ${object}: git ignores it, and it was compiled for this machine, not for the target`);
  }
  for (const name of special) note(`left out ${name}: not a file, a directory or a symbolic link`);
  notes.forEach(note);
}
