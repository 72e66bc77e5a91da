import { redactor } from '../../access/redact.js';
import type { Probe } from '../../builder/probe.js';
import { outputReader } from '../../diagnostics/output.js';
import { diagnosticsOf } from '../../mix/diagnose.js';
import type { MixRun } from '../../mix/mix-run.js';
import { SOURCES } from '../../builder/layout.js';
import { viewOf } from '../../causes/file-view.js';
import type { MixContext } from '../../mix/mix.js';
import { historyAdvice } from '../../sources/history.js';
import { missingTools, probeLine } from '../../builder/probe-text.js';
import type { Stage } from '../../pipeline/stage.js';
import { areLocksAsSent } from '../before-build/sent-locks.js';
import { ownRuntime } from '../../mix/cross-refused.js';
import type { Exported } from '../before-build/stage.js';
import type { Compilation } from '../plan/compilations.js';
import type { Prepared } from '../builder/stage.js';
import type { Checked, Planned } from '../plan/stage.js';
import type { Sent } from '../sources/stage.js';
import { compileInputs } from './compile-inputs.js';
import { startInAttempts } from './deps.js';

/** Mix, which runs, with the dependencies there. */
export interface WithMix {
  readonly mix: MixRun;
  readonly mixContext: MixContext;
  /** What the builder is, probed again in this build. */
  readonly probe: Probe;
  /** Notes on the lock. */
  readonly lockNotes: readonly string[];
}

type Needs = Checked & Planned & Prepared & Sent & Partial<Exported>;

/** Starts Mix, which probes the builder again, checks the names of releases, and fetches dependencies. */
export const deps: Stage<'deps', Needs, WithMix> = {
  name: 'deps',
  does: 'Starts Mix, which probes the builder again, checks the names of releases, and fetches dependencies.',
  run: async ({ compilation, checkVersion, builder, session, sources, environment, exported }, run) => {
    const { request, log } = run;
    const compilers = outputReader();
    const redact = redactor(request.access?.secrets ?? []);
    const mixContext: MixContext = {
      container: session.container,
      cwd: sources.cwd,
      env: exported ?? environment,
      mixEnv: request.mixEnv,
      onLine: (text) => {
        compilers.line(text);
        log.line(text);
      },
      redact,
      target: request.target,
      sources: viewOf(request.checkout, SOURCES),
      image: builder.base.reference,
      releaseArgs: request.releaseArgs,
      inputs: await compileInputs(run, sources.whole, environment, exported),
      checkLocked: request.checkLocked,
      inventory: request.sbom,
      adviseOn: (output) => historyAdvice(output, sources.shallow),
      ...(checkVersion && { checkVersion }),
    };
    let facts: ReadonlyMap<string, string> = new Map();
    // Also, and above all, when the build fails from here on.
    run.diagnoseBy(() => diagnosticsOf(facts, compilers, sources, redact));
    const {
      mix,
      probe,
      lock,
      facts: ofReleases,
    } = await startInAttempts(mixContext, request, {
      signal: run.signal,
      note: (text) => log.note(redact(text)),
      repeatable: async () =>
        !request.checkLocked || (await areLocksAsSent(session.container, request.checkout, sources.paths, sources.cwd)),
    });
    facts = mix.facts;
    requireRuntimeOfTargets(compilation, ofReleases);
    return { mix, mixContext, probe, lockNotes: lock };
  },
  notes: ({ probe, lockNotes }) => [probeLine(probe), ...lockNotes, ...missingTools(probe)],
  errors: [
    'image-mismatch',
    'unknown-release',
    'ambiguous-release',
    'deps-failed',
    'lockfile-outdated',
    'ssh-agent-failed',
    'cannot-cross',
  ],
};

/** A target for another machine than the one that compiles takes the runtime of its own image. */
function requireRuntimeOfTargets({ plan, targets }: Compilation, facts: ReadonlyMap<string, string>): void {
  for (const { method, request } of targets) {
    if (method !== 'cross' || request.target.platform === plan.target.platform) continue;
    const refused = ownRuntime(facts, request.target);
    if (refused) throw refused;
  }
}
