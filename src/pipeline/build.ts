import { redactor } from '../access/redact.js';
import { ensureBuilder } from '../builder/builder.js';
import { dockerfileName } from '../builder/recipe.js';
import { reportOutcome } from '../audit/report-text.js';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { outputReader } from '../diagnostics/output.js';
import { connectEngine } from '../engine/connect.js';
import { openWorkbench } from '../package/output.js';
import { auditTree } from '../stages/audit/audit.js';
import { cacheLine, restoreState, stateToSave, type StateStore } from '../stages/cache/restore.js';
import { fetchTree, placeTarballs, type Tree } from '../stages/fetch/fetch.js';
import { prepareBuild } from '../stages/before-build/before-build.js';
import { diagnosticsOf } from '../mix/diagnose.js';
import { writeFacts } from '../stages/place/facts.js';
import { keepMemoryFlat } from './memory.js';
import { buildPath, mixEnvironment } from '../mix/environment.js';
import { releaseOf, startRelease, type MixSetting } from '../mix/mix.js';
import { startWithDeps } from '../stages/deps/deps.js';
import { partitionsFor } from '../mix/partitions.js';
import { builderRequest, planBuild } from '../stages/plan/plan.js';
import { missingTools, planLines, probeLine } from '../stages/plan/plan-text.js';
import type { BuildRequest } from '../options/request.js';
import type { SmokeReport } from '../smoke/report.js';
import { builtReleases, type BuildResult, type BuiltRelease, type PublishedArtifact } from './result.js';
import { findSources, sendSources } from '../stages/sources/send.js';
import { openSession } from '../stages/builder/session.js';
import { smokeLine, smokeTester } from '../stages/smoke/smoke.js';
import { discardStale } from '../stages/sources/stale.js';
import { inputsOf, stateKey } from '../stages/cache/key.js';
import { stageRunner, type Reporter } from './run.js';
import { versionCheck } from '../stages/plan/version-check.js';

/** What has no date of its own is dated as zip dates it. */
const NO_DATE = new Date('1980-01-01T00:00:00Z');

/** What a build is given besides its request. */
export interface BuildContext {
  readonly reporter: Reporter;
  /** Cancels the build: its container is killed at once. */
  readonly signal: AbortSignal;
  /** Identifier on everything that this run makes in the engine. */
  readonly run: string;
  /** Whether the state volume stays for the next build; otherwise it stays until `run` is reaped. */
  readonly keepState: boolean;
  /** Where states are looked for that are not on this machine; undefined for nowhere. */
  readonly store: StateStore | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told, once Mix has run, what compilers found in the repository's own files, the most important first. */
  readonly onDiagnosed?: (diagnostics: readonly Diagnostic[]) => void;
  /** Told when the tarballs are in their places, before they are published: publishing may fail. */
  readonly onPlaced?: (releases: readonly BuiltRelease[]) => void;
  /** Publishes the tarballs; undefined where nothing is to be published. */
  readonly publish: ((releases: readonly BuiltRelease[]) => Promise<readonly PublishedArtifact[]>) | undefined;
}

/**
 * One build, from the request to the published tarballs.
 *
 * @throws MixReleaseError; unless only publishing failed, the output directory is as it was then
 */
export async function build(request: BuildRequest, context: BuildContext): Promise<BuildResult> {
  const { reporter, signal, run, keepState, env, publish, onPlaced, onDiagnosed } = context;
  const store = request.cache === 'false' ? undefined : context.store;
  const { target, mixEnv, access } = request;
  const stages = stageRunner(reporter, signal);
  const note = (text: string): void => reporter.note(text);
  // What the container still prints when the build is cancelled belongs to no stage any more.
  const onLine = (text: string): void => {
    if (!signal.aborted) reporter.line(text);
  };

  keepMemoryFlat();
  await using scope = new AsyncDisposableStack();
  const checkVersion = await versionCheck(request, env);
  const workbench = scope.use(await openWorkbench(request.output));
  // What still writes to the workbench when the build ends, by a failure or a cancel, is waited for before that goes.
  const writing: Promise<unknown>[] = [];
  scope.defer(async () => {
    await Promise.allSettled(writing);
  });
  const waitedFor = <T>(work: Promise<T>): Promise<T> => {
    writing.push(work);
    return work;
  };
  const engine = scope.use(await connectEngine());

  // The checkout is looked through while the engine is at work.
  const finding = findSources(request);
  finding.catch(() => undefined);
  const plan = await stages.run(
    'plan',
    () => planBuild(engine, request, { signal, env, note }),
    ({ image, recipe }) => image?.wanted.reference ?? dockerfileName(recipe),
  );
  planLines(plan).forEach(note);

  const { builder, session } = await stages.run(
    'builder',
    async () => {
      const requested = builderRequest(plan, request, run, env);
      const made = await ensureBuilder(engine, requested, { env, signal, onLine, note });
      const opened = await openSession(engine, { request, builder: made, run, keepState }, signal, note);
      return { builder: made, session: scope.use(opened) };
    },
    ({ builder: { tag, origin } }) => `${tag}, ${origin}`,
  );
  const { container } = session;

  const sources = await finding;
  const { vendoredDeps, cwd, commitTime, paths } = sources;
  const { erlFlags } = builder;
  const date = request.sourceDate ?? commitTime ?? NO_DATE;
  const depsPartitions = partitionsFor(request.depsPartitions, builder.probe.elixir, note);
  const about = { mixEnv, triple: target.triple, vendoredDeps, erlFlags, date, depsPartitions, env: request.env };
  const given = mixEnvironment(about, env);
  const key = stateKey(request, builder, await inputsOf(request, paths));
  const cacheHit = store && (await stages.run('cache', () => restoreState(store, container, key, note), cacheLine));
  await stages.run(
    'sources',
    async () => {
      // With an input that never comes again, compiled code is never used again.
      const inputs = request.cache === 'deps' ? run : key.key;
      const before = await discardStale(container, buildPath({ mixEnv, env: request.env }), inputs);
      await sendSources(container, request, sources, before, engine.clockSkew, note);
    },
    () => `${String(paths.length)} entries`,
  );
  const { beforeBuild: script } = request;
  const variables =
    script === undefined
      ? given
      : await stages.run('before-build', () =>
          prepareBuild(script, request, { container, cwd, env: given, onLine, note }),
        );
  const compilers = outputReader();
  const onMixLine = (text: string): void => {
    compilers.line(text);
    onLine(text);
  };
  const redact = redactor(access?.secrets ?? []);
  const setting: MixSetting = {
    ...{ container, cwd, mixEnv, onLine: onMixLine, env: variables, target, image: builder.base.reference },
    ...{ redact, releaseArgs: request.releaseArgs, checkLocked: request.checkLocked },
    ...(checkVersion && { checkVersion }),
  };
  const [, ...more] = request.releases;
  let said: ReadonlyMap<string, string> = new Map();
  // Also, and above all, when the build fails from here on.
  scope.defer(() => onDiagnosed?.(diagnosticsOf(said, compilers, sources, redact)));
  const { mix, probe, lock } = await stages.run('deps', () => startWithDeps(setting, request));
  said = mix.facts;
  [probeLine(probe), ...lock, ...missingTools(probe)].forEach(note);
  await stages.run('compile', () => mix.reached('release'));

  const fetched: Tree[] = [];
  for (const start of [() => mix, ...more.map((name) => () => startRelease(setting, name))]) {
    const assembling = start();
    await stages.run('release', () => assembling.finished());
    const facts = releaseOf(assembling);
    const fetching = (): Promise<Tree> => fetchTree(container, facts, request, workbench.directory, date, signal);
    const tree = await stages.run('tree', () => waitedFor(fetching()));
    writing.push(tree.tarball);
    fetched.push(tree);
  }
  // The container is not needed any more: it goes while the rest is done.
  const saves = store !== undefined && cacheHit !== 'exact';
  const closing = session.end(!saves);
  // A build that fails before it is waited for has its own error.
  closing.catch(() => undefined);

  const trees: Tree[] = [];
  for (const tree of fetched) {
    trees.push(
      request.audit.mode === 'off'
        ? tree
        : await stages.run(
            'audit',
            () => auditTree(tree, request, probe, note),
            ({ audit }) => reportOutcome(audit),
          ),
    );
  }

  const smokes: SmokeReport[] = [];
  const smoke = smokeTester(engine, { request, plan, builder, probe, run, env }, { signal, onLine, note });
  for (const tree of trees) {
    if (smoke) smokes.push(await stages.run('smoke', () => smoke(tree), smokeLine));
  }

  if (saves) store.plan(stateToSave(key, request, builder, run));
  if (request.cookie === 'strip') note(`releases/COOKIE was left out: set RELEASE_COOKIE where the release runs`);
  const [placed] = await stages.run('tarball', () => Promise.all([waitedFor(placeTarballs(trees, request)), closing]));
  const releases = builtReleases(placed, { target, probe, image: builder.base, smokes, seconds: stages.seconds });
  await writeFacts(releases);
  onPlaced?.(releases);
  const artifacts = publish ? await stages.run('publish', () => publish(releases)) : [];
  return { releases, artifacts, cacheHit };
}
