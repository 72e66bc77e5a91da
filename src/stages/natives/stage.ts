import { ensureBuilder } from '../../builder/builder.js';
import { crossEnvironment } from '../../builder/cross/environment.js';
import { crossImage } from '../../builder/cross/image.js';
import type { Probe } from '../../builder/probe.js';
import { mirrorsOf } from '../../builder/mirrors.js';
import { proxiesOf } from '../../builder/proxies.js';
import type { RunningContainer } from '../../engine/container.js';
import { MixReleaseError } from '../../errors.js';
import type { MixRun } from '../../mix/mix-run.js';
import { startCross, type MixContext } from '../../mix/mix.js';
import { NOT_HERE, type OptionalStage } from '../../pipeline/stage.js';
import type { Run } from '../../pipeline/run.js';
import type { ReadyForRelease } from '../before-release/stage.js';
import type { Exported } from '../before-build/stage.js';
import { builderRequest } from '../builder/builder-request.js';
import type { Prepared } from '../builder/stage.js';
import { compileInputs } from '../deps/compile-inputs.js';
import type { WithMix } from '../deps/stage.js';
import type { OfPlan, Planned } from '../plan/stage.js';
import type { ReleaseOfTarget } from '../release/stage.js';
import type { Sent } from '../sources/stage.js';
import { targetEnvironment } from './environment.js';
import { probeOfTarget } from './probe.js';

/** `e_machine` of a target's files, by `uname -m`. */
const MACHINES: Readonly<Record<string, number>> = { x86_64: 62, aarch64: 183 };

/** Mix for another target, whose native code is in its place. */
export interface Crossed {
  readonly crossed: {
    /** Goes on to the first release. */
    readonly mix: MixRun;
    readonly mixContext: MixContext;
    /** Applications that were compiled for this target. */
    readonly applications: readonly string[];
    /** Applications that may have native code: those, and OTP's. */
    readonly withNativeCode: ReadonlySet<string>;
  };
  /** Of the target. */
  readonly builder: Prepared['builder'];
  readonly probe: Probe;
  /** The container in which it is compiled. */
  readonly workplace: RunningContainer;
}

type Needs = Planned &
  Prepared &
  Sent &
  WithMix &
  Partial<Exported> &
  Partial<ReadyForRelease> &
  OfPlan &
  Pick<ReleaseOfTarget, 'requestedName' | 'isFirst'>;

/** What a target has been given for its first release, for those that follow. */
const opened = new WeakMap<OfPlan['of'], Crossed>();

/** Compiles native code again for another target than the one that was compiled, and puts it in its place. */
export const natives: OptionalStage<'natives', Needs, Crossed> = {
  name: 'natives',
  does: "Puts native code of another target in the place of this machine's, compiled again where it is not there yet.",
  skip: ({ of }) => (of.method === 'cross' ? undefined : NOT_HERE),
  run: async (have, run) => {
    const { of } = have;
    const before = opened.get(of);
    if (before) return before;
    const crossed = await crossTo(have, run);
    opened.set(of, crossed);
    return crossed;
  },
  outcome: ({ crossed: { applications } }) =>
    applications.length === 0 ? 'no native code' : `for this target: ${applications.join(', ')}`,
  errors: ['cannot-cross', 'image-mismatch', 'builder-failed'],
};

async function crossTo(have: Needs, run: Run): Promise<Crossed> {
  const { compilation, session, mixContext, releaseEnv, exported, environment, sources, requestedName } = have;
  const { request } = run;
  const { target } = request;
  if (!request.releaseArgs.compiles) {
    throw new MixReleaseError('cannot-cross', {
      what: `release-args has --no-compile, and target ${target.triple} needs native code of its own`,
      next: 'Leave --no-compile out, or build this target in a run of its own with method: native.',
    });
  }
  const ready = await compilersFor(have, run);
  const container = await session.beside(ready.image, compilation.plan.target.platform);
  const { inputs } = mixContext;
  const [from, to] = [compilation.request.env, request.env];
  const same = JSON.stringify(from) === JSON.stringify(to);
  const own = same ? inputs : await compileInputs(run, sources.whole, environment, exported);
  const context: MixContext = {
    ...mixContext,
    container,
    target,
    image: ready.builder.base.reference,
    env: targetEnvironment(releaseEnv ?? mixContext.env, from, to, ready.variables, target.triple),
    ...(ready.runtime !== undefined && { runtime: ready.runtime }),
  };
  const machine = MACHINES[target.machine];
  if (machine === undefined) throw new Error(`no e_machine is known of ${target.machine}`);
  const mix = startCross(context, requestedName, { machine, environment: own.environment, compilers: ready.image });
  await mix.reached('release');
  const applications = (mix.facts.get('crossed') ?? '').split('\n').filter(Boolean);
  const names = applications.map((line) => line.split(' ')[0] ?? '');
  const withNativeCode = new Set([...names, ...(mix.facts.get('otp_applications') ?? '').split(' ')]);
  return {
    crossed: { mix, mixContext: context, applications: names, withNativeCode },
    builder: ready.builder,
    probe: ready.probe,
    workplace: container,
  };
}

/** What native code of a target is compiled in. */
interface Compilers {
  /** An image with Mix, for the engine's platform. */
  readonly image: string;
  readonly builder: Prepared['builder'];
  readonly probe: Probe;
  readonly variables: Readonly<Record<string, string>>;
  /** The Erlang root of the target in it; undefined where that is the image's own. */
  readonly runtime: string | undefined;
}

async function compilersFor(have: Needs, run: Run): Promise<Compilers> {
  const { compilation, builder, probe, of } = have;
  const { engine, env, signal, log, request } = run;
  const context = { env, signal, onLine: (text: string) => log.line(text), note: (text: string) => log.note(text) };
  if (of.plan.target.platform === compilation.plan.target.platform) {
    const own = await ensureBuilder(engine, builderRequest(of.plan, request, run.id, env), context);
    requireSameVersions(probe, own.probe, request.target.triple);
    return { image: own.tag, builder: own, probe: own.probe, variables: {}, runtime: undefined };
  }
  const made = await crossImage(
    engine,
    {
      builder,
      target: request.target,
      base: of.plan.image?.wanted,
      packages: request.builder.packages,
      authorities: request.authorities,
      proxies: proxiesOf({ ...env, ...request.env }),
      mirrors: mirrorsOf({ ...env, ...request.env }),
      otp: probe.otp,
      run: run.id,
    },
    context,
  );
  return {
    image: made.tag,
    builder: { ...builder, base: made.base, erlFlags: '' },
    probe: probeOfTarget(probe, request.target, made.system),
    variables: crossEnvironment(request.target, made),
    runtime: made.runtime,
  };
}

function requireSameVersions(compiled: Probe, own: Probe, triple: string): void {
  if (compiled.otp === own.otp && compiled.elixir === own.elixir) return;
  throw new MixReleaseError('cannot-cross', {
    what: `the image of ${triple} has Elixir ${own.elixir} with OTP ${own.otp}, and the code was compiled by Elixir ${compiled.elixir} with OTP ${compiled.otp}`,
    next: 'Name versions, or images, that are the same for all targets.',
  });
}
