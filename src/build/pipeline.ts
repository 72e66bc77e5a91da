import { requireBuilder } from '../builder/builder.js';
import { connectEngine } from '../engine/engine.js';
import { openWorkbench } from '../package/output.js';
import { fetchTree, placeTarballs, type Tree } from './collect.js';
import { assemble, compile, fetchDeps, mixEnvironment, type MixSetting } from './mix.js';
import type { BuildRequest } from './request.js';
import type { BuildResult, BuiltRelease, PublishedArtifact } from './result.js';
import { sendSources } from './send.js';
import { openSession } from './session.js';
import { stageRunner, type Reporter } from './stages.js';

/** What a build is given besides its request. */
export interface BuildContext {
  readonly reporter: Reporter;
  /** Cancels the build: its container is killed at once. */
  readonly signal: AbortSignal;
  /** Identifier on everything that this run makes in the engine. */
  readonly run: string;
  /** Whether the state volume stays for the next build; otherwise it stays until `run` is reaped. */
  readonly keepState: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Publishes the tarballs; undefined where nothing is to be published. */
  readonly publish: ((releases: readonly BuiltRelease[]) => Promise<readonly PublishedArtifact[]>) | undefined;
}

/**
 * One build, from the request to the published tarballs.
 *
 * @throws MixReleaseError; nothing that looks like a whole result is left under the output directory then
 */
export async function build(request: BuildRequest, context: BuildContext): Promise<BuildResult> {
  const { reporter, signal, run, keepState, env } = context;
  const stages = stageRunner(reporter, signal);
  const note = (text: string): void => reporter.note(text);
  const onLine = (text: string): void => reporter.line(text);
  const { image, target } = request;

  await using workbench = await openWorkbench(request.output);
  const engine = await connectEngine();
  const builder = await stages.run(
    'builder',
    () => requireBuilder(engine, { image, target, run }, signal, onLine),
    (found) => `${found.base.reference} (${found.base.digest.slice(0, 19)})`,
  );

  await using session = await openSession(engine, { request, builder, run, keepState }, signal, note);
  const { container, probe } = session;
  note(`${probe.os}, ${probe.libc} ${probe.libcVersion}, OTP ${probe.otp}, Elixir ${probe.elixir}, ${probe.machine}`);

  const sources = await stages.run(
    'sources',
    () => sendSources(container, request, engine.clockSkew, note),
    ({ paths }) => `${String(paths.length)} entries`,
  );
  const { vendoredDeps, cwd } = sources;
  const { mixEnv } = request;
  const mixEnvVariables = mixEnvironment({ mixEnv, triple: target.triple, vendoredDeps, env: request.env }, env);
  const mix: MixSetting = { container, cwd, mixEnv, onLine, env: mixEnvVariables };

  await stages.run('deps', () => fetchDeps(mix, request.releases));
  await stages.run('compile', () => compile(mix));

  const trees: Tree[] = [];
  for (const name of request.releases.length > 0 ? request.releases : [undefined]) {
    const facts = await stages.run(
      'release',
      () => assemble(mix, name),
      (made) => `${made.name} ${made.version}`,
    );
    trees.push(await stages.run('tree', () => fetchTree(container, facts, request, workbench.directory)));
  }
  const placed = await stages.run('tarball', () =>
    placeTarballs(trees, request, workbench.directory, env.SOURCE_DATE_EPOCH),
  );

  const releases = placed.map(({ facts, path, sha256, size, directory }) => ({
    name: facts.name,
    version: facts.version,
    target: target.triple,
    tarball: path,
    sha256,
    size,
    directory,
    otp: probe.otp,
    elixir: probe.elixir,
    erts: facts.erts,
    image: builder.base.reference,
    imageDigest: builder.base.digest,
    seconds: stages.seconds,
  }));
  const { publish } = context;
  const artifacts = publish ? await stages.run('publish', () => publish(releases)) : [];
  return { releases, artifacts };
}
