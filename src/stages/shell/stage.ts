import { BUILD_ROOT } from '../../builder/layout.js';
import type { Terminal } from '../../engine/container.js';
import { labels } from '../../engine/labels.js';
import type { Stage } from '../../pipeline/stage.js';
import type { Exported } from '../before-build/stage.js';
import type { Prepared } from '../builder/stage.js';
import { keptState } from '../builder/volumes.js';
import type { Sent } from '../sources/stage.js';

/** What is run in the build container, and where its input and output are. */
export interface Asked {
  /** Program and arguments; undefined for a shell. */
  readonly argv: readonly string[] | undefined;
  readonly terminal: Terminal;
}

/** What was run has ended. */
export interface Ended {
  readonly status: number;
}

/** Whether earlier builds have left a state. */
export interface TakenOver {
  readonly took: boolean;
}

/**
 * Copies the state of earlier builds, dependencies and compiled code, into the volume of this run. What is done there
 * has no part in later builds.
 */
export const state: Stage<'state', Prepared, TakenOver> = {
  name: 'state',
  does: 'Copies dependencies and compiled code of earlier builds into the container, which later builds do not see.',
  run: async ({ builder, session }, { engine, request, id }) => {
    const { name } = keptState(request, builder);
    if ((await engine.volumes.inspect(name)) === undefined) return { took: false };
    await using from = await engine.containers.start({
      ...{ image: builder.tag, platform: request.target.platform, user: 'builder', labels: labels('build', id) },
      volume: { name, path: BUILD_ROOT, labels: {} },
    });
    await session.container.put(await from.get(BUILD_ROOT), '/');
    return { took: true };
  },
  outcome: ({ took }) => (took ? 'a copy of that of the last build' : 'none: nothing was built yet'),
  errors: [],
};

/** Bash where the image has it. On a terminal, it is one to talk to; else it reads its commands from the input. */
const SHELL = ['sh', '-c', 'if command -v bash >/dev/null; then exec bash "$@"; else exec sh "$@"; fi', 'shell'];

/** Runs a shell or a command where Mix would run, with its environment. */
export const shell: Stage<'shell', Asked & Prepared & Sent & Partial<Exported>, Ended> = {
  name: 'shell',
  does: 'Runs a shell or a command in the build container, where Mix would run.',
  run: async ({ argv, terminal, session, sources, environment, exported }, { engine, env }) => {
    const isInteractive = terminal.screen !== undefined;
    const command = {
      title: argv?.[0] ?? 'a shell',
      argv: argv ?? [...SHELL, ...(isInteractive ? ['-i'] : [])],
      env: { ...(exported ?? environment), ...(isInteractive ? { TERM: env.TERM ?? 'xterm' } : {}) },
      cwd: sources.cwd,
    };
    return { status: await engine.containers.attach(session.container.id, command, terminal) };
  },
  outcome: ({ status }) => `exit status ${String(status)}`,
  errors: [],
};
