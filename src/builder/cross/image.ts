import { createHash } from 'node:crypto';
import crossDockerfile from '../../../dockerfiles/cross.Dockerfile';
import { packBefore } from '../../archive/files.js';
import type { StillContainer } from '../../engine/container.js';
import type { Engine } from '../../engine/engine.js';
import { labels } from '../../engine/labels.js';
import { MixReleaseError } from '../../errors.js';
import type { Target } from '../../targets/table.js';
import { inAttempts } from '../attempts.js';
import type { BuilderContext } from '../builder.js';
import { dockerBuild } from '../docker-build.js';
import type { Image } from '../image.js';
import { declaredArguments, mirrorArguments } from '../mirrors.js';
import type { Probe } from '../probe.js';
import finishScript from './finish.sh';
import packagesScript from './packages.sh';
import { erlangRoot, imageSystem, type ErlangRoot, type ImageSystem } from './runtime.js';
import { toolchainFor, zigWheel, type Toolchain } from './toolchain.js';
import { toolchainFiles } from './tools.js';
import zigSource from './zig.ex';

const REPOSITORY = 'mix-release-builder';

/** Label on a cross image with the Erlang that was copied into it: OTP and ERTS. */
const OTP_LABEL = 'mix-release.cross-otp';
const ERTS_LABEL = 'mix-release.cross-erts';
/** Label with the system of the target's image, as JSON; empty where that does not say. */
const SYSTEM_LABEL = 'mix-release.cross-system';

/** The cross image to find or build. */
export interface CrossRequest {
  /** The builder image that compiles the bytecode: its tag in the engine, what it is for, and what is in it. */
  readonly builder: { readonly tag: string; readonly target: Target; readonly probe: Probe };
  readonly target: Target;
  /** The base image of the target, in the engine; its files are read and nothing of it is run. */
  readonly targetBase: Image;
  /** Names of packages whose headers and libraries native code needs, as the target's system calls them. */
  readonly packages: readonly string[];
  readonly run: string;
  /** Proxy variables for the steps of the Dockerfile, such as `HTTP_PROXY`. */
  readonly proxies: Readonly<Record<string, string>>;
  /** Variables that say where packages come from, such as `PIP_INDEX_URL`; none where it is left out. */
  readonly mirrors?: Readonly<Record<string, string>>;
}

/** A cross image in the engine. */
export interface CrossImage {
  /** Tag in the engine. */
  readonly tag: string;
  /** Its identifier. */
  readonly id: string;
  readonly toolchain: Toolchain;
  /** Version of the target's OTP, equal to the builder's. */
  readonly otp: string;
  /** Version of the target's ERTS: the runtime has it as `erts-VERSION`. */
  readonly erts: string;
  /** The system of the target's image; undefined where that does not say. */
  readonly system: ImageSystem | undefined;
  readonly origin: 'present' | 'built';
}

/**
 * The image that compiles native code for a target on the engine's own platform: the builder image, compilers for the
 * target, and the target's Erlang as files. Found by the hash of what it depends on, or built.
 *
 * @throws MixReleaseError `cannot-cross` where the two sides have different OTPs, or a package is not to be had for the
 * target; `builder-failed`
 */
export async function crossImage(engine: Engine, request: CrossRequest, context: BuilderContext): Promise<CrossImage> {
  const { target, builder } = request;
  const toolchain = toolchainFor(target, builder.target);
  const tag = crossTag(request);
  const present = await engine.images.inspect(tag, builder.target.platform);
  const { [OTP_LABEL]: otp, [ERTS_LABEL]: erts, [SYSTEM_LABEL]: system } = present?.labels ?? {};
  if (present && otp !== undefined && erts !== undefined && system !== undefined) {
    return { tag, id: present.id, toolchain, otp, erts, system: systemOf(system), origin: 'present' };
  }
  const made = await inAttempts('dockerfiles/cross.Dockerfile', () => build(engine, request, tag, context), context);
  return { tag, toolchain, ...made, origin: 'built' };
}

const systemOf = (label: string): ImageSystem | undefined =>
  label === '' ? undefined : (JSON.parse(label) as ImageSystem);

/** The tag of a cross image in the engine: equal requests give equal tags on every machine. */
export function crossTag({ builder, target, targetBase, packages }: CrossRequest): string {
  const toolchain = toolchainFor(target, builder.target);
  const parts = [
    ...['cross', builder.tag, target.triple, targetBase.digest],
    packages.join(' '),
    ...[crossDockerfile, packagesScript, finishScript, zigSource],
    ...(toolchain.compiler === 'zig' ? [zigWheel(builder.target.architecture).sha256] : []),
    ...toolchainFiles(target, toolchain).map(({ path, text }) => `${path}\n${text}`),
  ];
  return `${REPOSITORY}:${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)}`;
}

async function build(
  engine: Engine,
  request: CrossRequest,
  tag: string,
  context: BuilderContext,
): Promise<Pick<CrossImage, 'id' | 'otp' | 'erts' | 'system'>> {
  const { target, targetBase, builder, run } = request;
  const { platform } = target;
  const spec = { image: targetBase.id, platform, labels: labels('probe', run) };
  const base = await engine.images.inspect(builder.tag, builder.target.platform);
  await using still = await engine.containers.create(spec);
  const erlang = await targetErlang(engine, still, request);
  const system = await imageSystem(still);
  context.onLine(`building ${tag} from ${builder.tag} with ${targetBase.reference} for ${target.triple}`);
  const { otp, erts } = erlang;
  const id = await imageWith(
    engine,
    still,
    { ...erlang, system },
    { request, base: base?.id ?? builder.tag, tag, context },
  );
  return { id, otp, erts, system };
}

async function targetErlang(
  engine: Engine,
  still: StillContainer,
  { target, targetBase, builder }: CrossRequest,
): Promise<ErlangRoot> {
  const image = await engine.images.inspect(targetBase.id, target.platform);
  const erlang = await erlangRoot(still, image?.searchPath);
  if (!erlang) {
    throw new MixReleaseError('cannot-cross', {
      what: `there is no Erlang in the image ${targetBase.reference} for ${target.triple}: no erl on its PATH leads to a root with releases/start_erl.data and OTP_VERSION`,
      next: 'Use an image that has Erlang as OTP installs it, such as hexpm/elixir; or build by method: emulate, or on a runner of that architecture.',
    });
  }
  const { probe } = builder;
  if (erlang.otp === probe.otp && erlang.erts === probe.erts) return erlang;
  throw new MixReleaseError('cannot-cross', {
    what: `the bytecode is compiled with OTP ${probe.otp} (ERTS ${probe.erts}), and the image ${targetBase.reference} for ${target.triple} has OTP ${erlang.otp} (ERTS ${erlang.erts})`,
    next: 'Both have to be the same to the last digit. Name images with the same OTP, by otp or by image with a line for each target; or build that target by method: emulate, or on a runner of its architecture.',
  });
}

async function imageWith(
  engine: Engine,
  still: StillContainer,
  { root, otp, erts, system }: ErlangRoot & Pick<CrossImage, 'system'>,
  {
    request,
    base,
    tag,
    context,
  }: {
    readonly request: CrossRequest;
    /** Identifier of the builder image. */
    readonly base: string;
    readonly tag: string;
    readonly context: BuilderContext;
  },
): Promise<string> {
  const { builder, target, packages, proxies, mirrors = {} } = request;
  const toolchain = toolchainFor(target, builder.target);
  const name = root.slice(root.lastIndexOf('/') + 1);
  const files = [
    { path: 'Dockerfile', text: crossDockerfile },
    { path: 'packages.sh', text: packagesScript },
    { path: 'finish.sh', text: finishScript },
    { path: 'zig.ex', text: zigSource },
    ...toolchainFiles(target, toolchain),
  ];
  const wheel = zigWheel(builder.target.architecture);
  const { args, withheld } = mirrorArguments(mirrors, declaredArguments(crossDockerfile));
  for (const variable of withheld) {
    context.note(`${variable} holds a password, which the image would keep: it is made without ${variable}`);
  }
  try {
    return await dockerBuild(
      engine,
      {
        title: 'dockerfiles/cross.Dockerfile',
        context: packBefore(files, await still.get(root)),
        dockerfile: 'Dockerfile',
        platform: builder.target.platform,
        args: {
          BASE: base,
          COMPILER: toolchain.compiler,
          TRIPLE: target.triple,
          ARCHITECTURE: target.architecture,
          PREFIX: toolchain.prefix,
          ROOT: name,
          ...(toolchain.compiler === 'zig' && { ZIG_FILE: wheel.file, ZIG_SHA256: wheel.sha256 }),
          ...(packages.length > 0 && { PACKAGES: packages.join(' ') }),
          ...args,
          ...proxies,
        },
        labels: { [OTP_LABEL]: otp, [ERTS_LABEL]: erts, [SYSTEM_LABEL]: system ? JSON.stringify(system) : '' },
        tag,
        next: `See the output above. The image needs access to ${toolchain.compiler === 'gcc' ? "the package mirror of the builder's system" : 'an index of Python packages, for ziglang'}; or build ${target.triple} by method: emulate, or on a runner of its architecture.`,
      },
      context.signal,
      context.onLine,
    );
  } catch (error) {
    throw packageFailure(error, target) ?? error;
  }
}

/** What packages.sh says of a package that was asked for. */
function packageFailure(error: unknown, target: Target): MixReleaseError | undefined {
  if (!(error instanceof MixReleaseError) || error.code !== 'builder-failed') return undefined;
  const said = error.output.map((line) => /^cannot-cross: (.*)$/.exec(line)?.[1]).find((line) => line !== undefined);
  if (said === undefined) return undefined;
  return new MixReleaseError('cannot-cross', {
    what: `${said}, which ${target.triple} needs for its native code`,
    next: `Name what it is called there with a line ${target.triple} => … in packages; or build that target by method: emulate, or on a runner of its architecture.`,
    output: error.output,
    cause: error,
  });
}
