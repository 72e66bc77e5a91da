import { ensureBuilder, type Builder } from '../../builder/builder.js';
import type { Stage } from '../../pipeline/stage.js';
import type { Planned } from '../plan/stage.js';
import { builderRequest } from './builder-request.js';
import { openSession, type Session } from './session.js';
import { noteToolchains } from './toolchains.js';

/** The builder image, and the build container that was started from it. */
export interface Prepared {
  readonly builder: Builder;
  readonly session: Session;
}

/** Finds, pulls or makes the builder image, and starts the build container. */
export const builder: Stage<'builder', Pick<Planned, 'plan'>, Prepared> = {
  name: 'builder',
  does: 'Finds, pulls or makes the builder image, and starts the build container.',
  run: async ({ plan }, run) => {
    const { engine, request, env, signal, log } = run;
    const context = { env, signal, onLine: (text: string) => log.line(text), note: (text: string) => log.note(text) };
    const made = await ensureBuilder(engine, builderRequest(plan, request, run.id, env), context);
    const session = await openSession(run, made);
    await noteToolchains(session.container, request, context.note);
    return { builder: made, session };
  },
  outcome: ({ builder: { tag, origin } }) => `${tag}, ${origin}`,
  errors: [
    'bad-option',
    'image-not-found',
    'image-registry-outage',
    'image-platform-mismatch',
    'image-without-mix',
    'image-mismatch',
    'image-digest-mismatch',
    'emulation-missing',
    'builder-failed',
  ],
};
