import { readFile } from 'node:fs/promises';
import type { Builder } from '../../builder/builder.js';
import type { Probe } from '../../builder/probe.js';
import type { Engine } from '../../engine/engine.js';
import { insideOf } from '../../paths.js';
import { smokeRelease, type SmokeContext, type SmokeScript, type SmokeSetting } from '../../smoke/smoke.js';
import type { SmokeReport } from '../../smoke/report.js';
import { chooseRuntime } from '../../smoke/choose-runtime.js';
import type { Tree } from '../fetch/fetch.js';
import type { BuildPlan } from '../plan/plan.js';
import { proxiesOf } from '../../builder/proxies.js';
import type { BuildRequest } from '../../options/request.js';
import type { SmokeOptions } from '../../options/sections/smoke.js';

/** What a smoke test takes from the build before it. */
export interface SmokeBuild {
  readonly request: BuildRequest;
  readonly plan: BuildPlan;
  readonly builder: Builder;
  /** What the builder said of itself in this build. */
  readonly probe: Probe;
  readonly run: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Seconds for each release where nobody says how many. */
const TIMEOUT = { natively: 120, emulated: 600 };

/** What tries a release that came back; undefined where none is to be tried. */
export function smokeTester(
  engine: Engine,
  build: SmokeBuild,
  context: SmokeContext,
): ((tree: Tree) => Promise<SmokeReport>) | undefined {
  const { smoke } = build.request;
  if (!smoke) return undefined;
  return async ({ facts, directory, audit }) => {
    const { request, plan, builder, probe, env } = build;
    const { emulated } = plan.engine;
    const setting: SmokeSetting = {
      target: request.target,
      test: await testOf(smoke, request.checkout),
      env: smoke.env,
      timeout: smoke.timeout ?? (emulated ? TIMEOUT.emulated : TIMEOUT.natively),
      emulated,
      erlFlags: builder.erlFlags,
      run: build.run,
      proxies: proxiesOf(env),
    };
    const runtime = await chooseRuntime(
      engine,
      {
        named: smoke.image,
        packages: smoke.packages,
        needs: audit?.requirements,
        registry: request.image.registry,
        pull: request.image.pull,
        builder: builder.tag,
        probe,
        release: { ...facts, directory },
        ...setting,
      },
      { ...context, env },
    );
    const report = await smokeRelease(engine, { ...facts, directory }, runtime, setting, context);
    remarks(report).forEach(context.note);
    return report;
  };
}

async function testOf({ test }: SmokeOptions, checkout: string): Promise<'boot' | 'eval' | SmokeScript> {
  if (typeof test !== 'object') return test;
  const text = await readFile(test.script, 'utf8');
  const name = insideOf(checkout, test.script) ?? test.script;
  return { name, text, bash: /^#!.*\bbash\b/.test(text) };
}

/** What a smoke test gave, in a few words. */
export function smokeLine({ image, packages, checks }: SmokeReport): string {
  const further = packages.length > 0 ? ` with ${packages.join(', ')}` : '';
  return `${checks.join(', ')} in ${image}${further}`;
}

/** What a person should know of a smoke test that passed. */
function remarks({ imageHasErlang, image, omissions, networkCrashes }: SmokeReport): readonly string[] {
  const [crash] = networkCrashes;
  return [
    ...(imageHasErlang ? [`the release has no Erlang of its own: it was tried with that of ${image}`] : []),
    ...omissions.map(({ check, why }) => `not tried: ${check}, because ${why}`),
    ...(crash === undefined
      ? []
      : [`${String(networkCrashes.length)} crash(es) in the log come of the missing network: ${crash}`]),
  ];
}
