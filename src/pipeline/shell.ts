import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toMixReleaseError } from '../errors.js';
import type { BuildRequest } from '../options/request.js';
import { beforeBuild } from '../stages/before-build/stage.js';
import { builder } from '../stages/builder/stage.js';
import { plan, type AllPlanned, type Planned, type Requested } from '../stages/plan/stage.js';
import { shell, state, type Asked } from '../stages/shell/stage.js';
import { findSources, type Finding } from '../stages/sources/find.js';
import { sources } from '../stages/sources/stage.js';
import { pipeline, type Share } from './pipeline.js';
import { openRun, type BuildContext } from './run.js';

/** What a build does up to Mix, with a state of its own. */
const CONTAINER = pipeline<Finding & Planned & Asked, never>()
  .stage(builder)
  .stage(state)
  .stage(sources)
  .optional(beforeBuild)
  .stage(shell);

const SHELL = pipeline<Finding & Requested & Asked, never>().stage(plan).eachCompilation(firstOf, CONTAINER);

/**
 * Runs a shell or a command in the build container of a request, as its build would have it.
 *
 * @returns its exit status
 * @throws MixReleaseError as a build would end with, up to the first command of Mix
 */
export async function runShell(wanted: BuildRequest, asked: Asked, context: BuildContext): Promise<number> {
  const output = await mkdtemp(path.join(tmpdir(), 'mix-release-shell-'));
  try {
    // Its own state, and nothing of it in the output directory.
    const request: BuildRequest = { ...wanted, output, cache: 'false', ofTwin: undefined };
    const open = await openRun(request, context);
    const finding = open.run.background.start(findSources(request));
    const { gave, error } = await SHELL.run({ ...asked, requests: [request], finding }, [], open);
    await open.end();
    if (error !== undefined) throw toMixReleaseError(error);
    const [ended] = gave.get(shell.name) ?? [];
    return (ended as { readonly status: number }).status;
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

/** Code of all targets is compiled in one container; of several, the first is taken. */
function firstOf({ compilations }: Pick<AllPlanned, 'compilations'>): readonly Share[] {
  return compilations.slice(0, 1).map((compilation) => ({
    start: { compilation, plan: compilation.plan },
    request: compilation.request,
    releases: [],
  }));
}
