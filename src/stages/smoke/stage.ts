import { readFile } from 'node:fs/promises';
import { couldNotRun } from '../../builder/could-not-run.js';
import { emulatorFlags } from '../../builder/emulator.js';
import { proxiesOf } from '../../builder/proxies.js';
import { relativeInside } from '../../paths.js';
import { MixReleaseError } from '../../errors.js';
import type { SmokeOptions } from '../../options/sections/smoke.js';
import type { Run } from '../../pipeline/run.js';
import type { OptionalStage } from '../../pipeline/stage.js';
import { chooseRuntime } from '../../smoke/choose-runtime.js';
import type { SmokeNotRun, SmokeReport } from '../../smoke/report.js';
import { ServiceGroup, type ReadyServices } from '../../smoke/services.js';
import { smokeRelease, type Runtime, type SmokeScript } from '../../smoke/smoke.js';
import type { Audited } from '../audit/stage.js';
import type { Prepared } from '../builder/stage.js';
import type { WithMix } from '../deps/stage.js';
import type { Fetched } from '../fetch/fetch.js';
import type { Crossed } from '../natives/stage.js';
import type { Planned } from '../plan/stage.js';
import type { Assembled } from '../release/stage.js';

/** A release that has run in a clean image. */
export interface Smoked {
  readonly smoke: SmokeReport | SmokeNotRun;
}

/** Seconds for each release where none are requested. */
const TIMEOUT = { natively: 120, emulated: 600 };

type Needs = Pick<Planned, 'plan'> &
  Pick<Prepared, 'builder'> &
  Pick<WithMix, 'probe'> &
  Assembled &
  Fetched &
  Partial<Crossed> &
  Partial<Audited>;

/** Runs the release in a clean image of its system. */
export const smoke: OptionalStage<'smoke', Needs, Smoked> = {
  name: 'smoke',
  does: 'Runs the release in a clean image of its system.',
  skip: (_, { request }) => (request.smoke ? undefined : 'smoke-test is off'),
  run: async (have, run) => {
    const { crossed } = have;
    const { engine, request } = run;
    const isForeign = engine.architecture !== request.target.architecture;
    if (!crossed || !isForeign) return { smoke: await test(have, run, undefined) };
    try {
      return { smoke: await test(have, run, emulatorFlags(request.target.machine, have.probe.otp)) };
    } catch (error) {
      const why = request.smoke?.isAsked === true ? undefined : notRunnable(error);
      if (why === undefined || run.signal.aborted) throw error;
      run.log.warn(`the smoke test of ${request.target.triple} was not run: ${why}`);
      return { smoke: { version: 1, test: 'not-run', why } };
    }
  },
  outcome: ({ smoke: report }) => {
    if (report.test === 'not-run') return 'not run';
    const { image, packages, checks, services } = report;
    const further = packages.length > 0 ? ` with ${packages.join(', ')}` : '';
    const beside = services.map(({ name, image: of }) => `${name} (${of})`).join(', ');
    return `${checks.join(', ')} in ${image}${further}${beside === '' ? '' : ` beside ${beside}`}`;
  },
  notes: ({ smoke: report }) => (report.test === 'not-run' ? [] : notesOf(report)),
  outputs: {
    smoke: {
      summary: 'Report of the smoke test, as a JSON object; with several releases, one per line.',
      value: ({ smoke: report }) => JSON.stringify(report),
    },
  },
  summary: ({ smoke: report }) => {
    if (report.test === 'not-run') return { rows: [['Smoke test', `not run: ${report.why}`]], warned: true };
    const { test: kind, image, checks, seconds, omissions } = report;
    const omitted = omissions.map(({ check, why }) => `; without ${check}: ${why}`).join('');
    return { rows: [['Smoke test', `${kind} in ${image}, ${seconds.toFixed(1)} s: ${checks.join(', ')}${omitted}`]] };
  },
  errors: [
    'smoke-failed',
    'smoke-missing-variable',
    'smoke-missing-library',
    'smoke-timeout',
    'smoke-service-failed',
    'runtime-image-not-found',
    'runtime-image-failed',
    'runtime-image-unusable',
    'image-not-found',
    'image-registry-outage',
    'image-platform-mismatch',
    'image-mismatch',
  ],
};

/** Why nothing here runs programs of the target; undefined for another failure. */
function notRunnable(error: unknown): string | undefined {
  if (!(error instanceof MixReleaseError)) return undefined;
  const printed = [error.message, ...error.output].join('\n');
  if (couldNotRun(error) || /exec format error/i.test(printed))
    return 'no emulator is registered with the kernel of the engine';
  if (/qemu: uncaught target signal/i.test(printed)) return 'the emulator crashed';
  return undefined;
}

/** @param emulatedFlags - `ERL_FLAGS` for a release of another machine, whose boot is emulated */
async function test(
  { plan, builder, probe, facts, directory, audit }: Needs,
  run: Run,
  emulatedFlags: string | undefined,
): Promise<SmokeReport> {
  const { id, request, engine, env, signal, log } = run;
  const { smoke: options, target, image, checkout } = request;
  if (!options) throw new Error('without a smoke test this stage is skipped');
  const emulated = emulatedFlags !== undefined || plan.engine.emulated;
  const context = { signal, onLine: (text: string) => log.line(text), note: (text: string) => log.note(text) };
  const release = { ...facts, directory };
  const spec = {
    target,
    test: await testOf(options, checkout),
    env: options.env,
    timeout: options.timeout ?? (emulated ? TIMEOUT.emulated : TIMEOUT.natively),
    emulated,
    erlFlags: emulatedFlags ?? builder.erlFlags,
    run: id,
    authorities: request.authorities,
    proxies: proxiesOf({ ...env, ...request.env }),
    writable: options.writable,
    mixEnv: request.mixEnv,
  };
  const runtime = await chooseRuntime(
    engine,
    {
      named: options.image,
      packages: options.packages,
      needs: audit?.requirements,
      registry: image.registry,
      pull: image.pull,
      builder: builder.tag,
      probe,
      release,
      ...spec,
    },
    { ...context, env },
  );
  const group = new ServiceGroup(engine);
  const close = run.cleanup.defer('services of the smoke test', () => group.close());
  try {
    const services = await openServices(group, options, { ...spec, runtime, run });
    return await smokeRelease(engine, release, runtime, { ...spec, services }, context);
  } finally {
    await close();
  }
}

/** Starts what runs beside the release; undefined where nothing does. */
async function openServices(
  group: ServiceGroup,
  { services }: SmokeOptions,
  { run, runtime, timeout }: { readonly run: Run; readonly runtime: Runtime; readonly timeout: number },
): Promise<ReadyServices | undefined> {
  if (services.length === 0) return undefined;
  const { request, env, signal, log, id } = run;
  const { target, image } = request;
  log.note(`starting ${services.map((each) => `${each.name} (${each.image})`).join(', ')}`);
  return group.open(
    { services, target, pull: image.pull, run: id, timeout, runtime: runtime.image },
    { env, signal, onLine: (text) => log.line(text) },
  );
}

async function testOf({ test }: SmokeOptions, checkout: string): Promise<'boot' | 'eval' | SmokeScript> {
  if (typeof test !== 'object') return test;
  const text = await readFile(test.script, 'utf8');
  const name = relativeInside(checkout, test.script) ?? test.script;
  return { name, text, bash: /^#!.*\bbash\b/.test(text) };
}

/** What a person should know of a smoke test that passed. */
function notesOf({ imageHasErlang, image, omissions, networkCrashes, writable }: SmokeReport): readonly string[] {
  const [crash] = networkCrashes;
  return [
    ...(imageHasErlang ? [`the release has no Erlang: it was tested with that of ${image}`] : []),
    ...(writable ? ['the release could write into its own directory (smoke-writable)'] : []),
    ...omissions.map(({ check, why }) => `not tried: ${check}, because ${why}`),
    ...(crash === undefined
      ? []
      : [`${String(networkCrashes.length)} crash(es) in the log come of the missing network: ${crash}`]),
  ];
}
