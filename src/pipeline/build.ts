import type { BuildRequests } from '../options/request.js';
import { audit } from '../stages/audit/stage.js';
import { beforeBuild } from '../stages/before-build/stage.js';
import { beforeRelease } from '../stages/before-release/stage.js';
import { builder } from '../stages/builder/stage.js';
import { cache } from '../stages/cache/stage.js';
import { compile } from '../stages/compile/stage.js';
import { deps } from '../stages/deps/stage.js';
import { fetch } from '../stages/fetch/stage.js';
import { place } from '../stages/place/stage.js';
import { natives } from '../stages/natives/stage.js';
import type { TargetPlan } from '../stages/plan/compilations.js';
import {
  plan,
  versionCheck,
  type AllPlanned,
  type Checked,
  type Planned,
  type Requested,
} from '../stages/plan/stage.js';
import { publish } from '../stages/publish/stage.js';
import { endSession } from '../stages/builder/end-session.js';
import { release } from '../stages/release/stage.js';
import type { ReleaseOfTarget } from '../stages/release/release-of-target.js';
import { sbom } from '../stages/sbom/stage.js';
import { smoke } from '../stages/smoke/stage.js';
import { findSources, type Finding } from '../stages/sources/find.js';
import { sources } from '../stages/sources/stage.js';
import { keepMemoryFlat } from './memory.js';
import { failedOutcome, outcomeOf } from './outcome.js';
import { pipeline, type Share } from './pipeline.js';
import type { BuildOutcome } from './result.js';
import { openRun, type BuildContext, type Run } from './run.js';

/** What goes through the stages once for each compilation. */
const COMPILATION = pipeline<Finding & Checked & Planned, ReleaseOfTarget>()
  .stage(builder) //            the plan -> the builder image, and a container of it that runs
  .optional(cache) //           the container -> the state of an earlier run in it, where one fits
  .stage(sources) //            the sources that were found -> in the container, with an environment for Mix
  .optional(beforeBuild) //     the user's commands have run -> what they exported, for Mix
  .stage(deps) //               Mix runs: the builder probed again, names checked, dependencies there
  .stage(compile) //            the same run of Mix -> compiled code
  .optional(beforeRelease) //   the user's commands have run -> what they exported, for mix release
  .eachRelease(
    natives, //                 for another target: its native code takes the place of this machine's
    release, //                 the release is assembled
    fetch, //                   -> unpacked in the workbench, and packed as it comes
  )
  .optionalEachRelease(audit) // the unpacked release -> every file checked against the target
  .step(endSession) //          the containers go while the rest is done
  .optionalEachRelease(sbom) //   the unpacked release -> a list of what is inside
  .optionalEachRelease(smoke); // the unpacked release -> it has run in a clean image of its system

/** The stages of a build, in order. Each takes what the ones before it gave, and gives what stands after the arrow. */
export const BUILD = pipeline<Finding & Checked & Requested, never>()
  .stage(plan) //               the requests -> versions, systems, base images and recipes; nothing pulled or started
  .eachCompilation(sharesOf, COMPILATION)
  .stage(place) //              the files of all targets -> in their places, tarballs last, or none
  .optional(publish); //        the files in their places -> workflow artifacts

/**
 * One build, from the requests, one for each target, to the published files. Never throws: how it failed is part of the
 * outcome.
 */
export async function build(requests: BuildRequests, context: BuildContext): Promise<BuildOutcome> {
  keepMemoryFlat();
  const [request] = requests;
  try {
    // A commit without a tag is refused before an engine is looked for.
    const checkVersion = await versionCheck(request, context.env);
    const open = await openRun(request, context);
    const start = { checkVersion, requests, finding: findInBackground(open.run) };
    const result = await BUILD.run(start, [], open);
    await open.end();
    return outcomeOf(BUILD.stages, result, open.diagnostics());
  } catch (thrown) {
    return failedOutcome(thrown);
  }
}

/** The checkout is looked through while the engine is at work. */
function findInBackground({ request, background }: Run): Finding['finding'] {
  return background.start(findSources(request));
}

/** The compilations of a plan, each with the releases that are made of it. */
function sharesOf({ compilations }: Pick<AllPlanned, 'compilations'>): readonly Share[] {
  return compilations.map((compilation) => ({
    start: { compilation, plan: compilation.plan },
    request: compilation.request,
    releases: compilation.targets.flatMap((of) => releasesOf(of)),
  }));
}

function releasesOf(of: TargetPlan): readonly ReleaseOfTarget[] {
  const { releases } = of.request;
  const names = releases.length > 0 ? releases : [undefined];
  return names.map((requestedName, at) => ({
    of,
    plan: of.plan,
    requestedName,
    isFirst: at === 0,
    isLast: at === names.length - 1,
  }));
}
