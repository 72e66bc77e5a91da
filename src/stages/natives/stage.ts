import { machineNumber } from '../../audit/elf/machines.js';
import { ensureBuilder } from '../../builder/builder.js';
import { withCrossEnvironment, type CrossSetting } from '../../builder/cross/environment.js';
import { crossImage } from '../../builder/cross/image.js';
import { runtimeDirectory } from '../../builder/cross/toolchain.js';
import { requireExpected } from '../../builder/expected.js';
import { ensureImage } from '../../builder/image.js';
import type { Probe } from '../../builder/probe.js';
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
import type { ReleaseOfTarget } from '../release/release-of-target.js';
import type { Sent } from '../sources/stage.js';
import { targetEnvironment } from './environment.js';
import { probeOfTarget } from './probe.js';

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
  Pick<ReleaseOfTarget, 'requestedName' | 'isLast'>;

/** Compiles native code again for another target than the one that was compiled, and puts it in its place. */
export const natives: OptionalStage<'natives', Needs, Crossed> = {
  name: 'natives',
  does: "Puts native code of another target in the place of this machine's, compiled again where it is not there yet.",
  skip: ({ of }) => (of.method === 'cross' ? undefined : NOT_HERE),
  oncePerTarget: true,
  run: crossTo,
  outcome: ({ crossed: { applications } }) =>
    applications.length === 0 ? 'no native code' : `for this target: ${applications.join(', ')}`,
  errors: ['cannot-cross', 'image-mismatch', 'builder-failed'],
};

async function crossTo(have: Needs, run: Run): Promise<Crossed> {
  const { compilation, session, mixContext, releaseEnv, exported, environment, sources, requestedName, isLast } = have;
  const { request } = run;
  const { target } = request;
  const ready = await compilersFor(have, run);
  const container = await session.beside(ready.image, compilation.plan.target.platform);
  const { inputs } = mixContext;
  const [from, to] = [compilation.request.env, request.env];
  const same = JSON.stringify(from) === JSON.stringify(to);
  const own = same ? inputs : await compileInputs(run, sources.whole, environment, exported);
  const environmentOfTarget = targetEnvironment(releaseEnv ?? mixContext.env, from, to, target.triple);
  const context: MixContext = {
    ...mixContext,
    container,
    target,
    image: ready.builder.base.reference,
    env: ready.cross
      ? withCrossEnvironment(environmentOfTarget, { ...ready.cross, path: await pathIn(container) })
      : environmentOfTarget,
    ...(ready.cross && { runtime: runtimeDirectory(target) }),
  };
  const inputsOfCode = { environment: own.environment, compilers: ready.image };
  const mix = startCross(context, requestedName, isLast, {
    machine: machineNumber(target.elfMachine),
    ...inputsOfCode,
  });
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
  /** What compiles for another machine; undefined where the image is a builder of the target itself. */
  readonly cross: Omit<CrossSetting, 'path'> | undefined;
}

async function compilersFor(have: Needs, run: Run): Promise<Compilers> {
  const { compilation, builder, probe, of } = have;
  const { engine, env, signal, log, request } = run;
  const { target } = request;
  const context = { env, signal, onLine: (text: string) => log.line(text), note: (text: string) => log.note(text) };
  const wanted = builderRequest(of.plan, request, run.id, env);
  if (target.platform === compilation.plan.target.platform) {
    const own = await ensureBuilder(engine, wanted, context);
    requireSameVersions(probe, own.probe, target.triple);
    return { image: own.tag, builder: own, probe: own.probe, cross: undefined };
  }
  if (wanted.base === undefined) throw new Error(`there is no base image for ${target.triple}`);
  const base = await ensureImage(engine, wanted.base, context);
  const made = await crossImage(
    engine,
    {
      builder: { tag: builder.tag, target: compilation.plan.target, probe },
      ...{ target, targetBase: base, packages: request.builder.packages, run: run.id },
      ...{ proxies: wanted.proxies, ...(wanted.mirrors && { mirrors: wanted.mirrors }) },
    },
    context,
  );
  const found = probeOfTarget(probe, target, made.system);
  if (made.system) requireExpected(found, of.plan.expected, base.reference);
  return {
    image: made.tag,
    builder: { ...builder, base, erlFlags: '' },
    probe: found,
    cross: { target, toolchain: made.toolchain, erts: made.erts },
  };
}

/** The `PATH` of the programs in a container. */
async function pathIn(container: RunningContainer): Promise<string> {
  const lines: string[] = [];
  await container.run({ title: 'sh', argv: ['sh', '-c', 'echo "$PATH"'] }, (line) => lines.push(line));
  return lines.join('');
}

function requireSameVersions(compiled: Probe, own: Probe, triple: string): void {
  if (compiled.otp === own.otp && compiled.elixir === own.elixir) return;
  throw new MixReleaseError('cannot-cross', {
    what: `the image of ${triple} has Elixir ${own.elixir} with OTP ${own.otp}, and the code was compiled by Elixir ${compiled.elixir} with OTP ${compiled.otp}`,
    next: 'Name versions, or images, that are the same for all targets.',
  });
}
