import * as v from 'valibot';
import { MixReleaseError, messageOf } from '../errors.js';
import type { RunningContainer } from '../engine/container.js';
import type { Engine } from '../engine/engine.js';
import { labels } from '../engine/labels.js';
import { couldNotRun } from './could-not-run.js';
import { valueIn } from '../json.js';
import probeTask from './elixir/probe.ex';
import builderTasks from './elixir/tasks.ex';
import { parseMessage } from './messages.js';

/** The result of a probe, and its JSON in an image's label. */
const PROBE_SCHEMA = v.pipe(
  v.object({
    /** `uname -m`. */
    machine: v.string(),
    /** Distribution and version, such as `debian 13`. */
    os: v.string(),
    /** Code name of that version, such as `trixie`; empty where it has none. */
    osCodename: v.string(),
    libc: v.string(),
    libcVersion: v.string(),
    /** `erlang:system_info(system_architecture)`. */
    systemArchitecture: v.string(),
    /** The full OTP version, such as 27.3.4.1. */
    otp: v.string(),
    erts: v.string(),
    elixir: v.string(),
    /** Versions of tools that a build may need, as the tools print them; empty where they are missing. */
    hex: v.string(),
    git: v.string(),
    cc: v.string(),
  }),
  v.readonly(),
);

export type Probe = v.InferOutput<typeof PROBE_SCHEMA>;

const MARK = 'mix-release-probe';

/** An image to probe. */
export interface ProbedImage {
  /** Identifier in the engine. */
  readonly id: string;
  /** Its name, for messages. */
  readonly reference: string;
  readonly platform: string;
  readonly run: string;
  /** `ERL_FLAGS` for emulation; empty otherwise. */
  readonly erlFlags: string;
}

/**
 * Starts a container of an image and probes it.
 *
 * @throws MixReleaseError `image-without-mix`
 */
export async function probeImage(
  engine: Engine,
  { id, reference, platform, run, erlFlags }: ProbedImage,
  onLine: (line: string) => void,
): Promise<Probe> {
  const spec = { image: id, platform, user: '10001:10001', labels: labels('probe', run) };
  try {
    await using container = await engine.containers.start(spec);
    return await probe(container, reference, onLine, erlFlags);
  } catch (error) {
    if (!couldNotRun(error)) throw error;
    throw new MixReleaseError('image-without-mix', {
      what: `no command runs in image ${reference}: ${messageOf(error)}`,
      next: 'Use an image that has Erlang, Elixir and Mix, such as hexpm/elixir or elixir.',
      cause: error,
    });
  }
}

/**
 * Probes a running container of any image.
 *
 * @throws MixReleaseError `image-without-mix` where Elixir or Mix do not run in it
 */
export async function probe(
  container: RunningContainer,
  image: string,
  onLine: (line: string) => void,
  erlFlags = '',
): Promise<Probe> {
  const lines: string[] = [];
  const expression = `Mix.Tasks.MixReleaseBuilder.Probe.run([${JSON.stringify(MARK)}])`;
  const command = {
    title: 'the probe of the image',
    argv: ['elixir', '-e', `${builderTasks}\n${probeTask}`, '-e', expression],
    env: { LANG: 'C.UTF-8', HOME: '/tmp', ...(erlFlags === '' ? {} : { ERL_FLAGS: erlFlags }) },
    cwd: '/',
  };
  const status = await container.run(command, (line) => lines.push(line));
  if (status === 0) return toProbe(new Map(lines.flatMap((line) => parseFact(line))));
  lines.forEach(onLine);
  throw new MixReleaseError('image-without-mix', {
    what: `image ${image} has no working Elixir with Mix (exit status ${String(status)})`,
    next: 'Use an image that has Erlang, Elixir and Mix, such as hexpm/elixir or elixir.',
    output: lines.slice(-10),
  });
}

function parseFact(line: string): readonly (readonly [string, string])[] {
  const message = parseMessage(line, MARK);
  return message?.kind === 'fact' ? [[message.name, message.value]] : [];
}

/** The names of the fields in the task's output. */
const FACTS: Readonly<Record<keyof Probe, string>> = {
  machine: 'machine',
  os: 'os',
  osCodename: 'os_codename',
  libc: 'libc',
  libcVersion: 'libc_version',
  systemArchitecture: 'system_architecture',
  otp: 'otp',
  erts: 'erts',
  elixir: 'elixir',
  hex: 'hex',
  git: 'git',
  cc: 'cc',
};

/** The probe from the facts that its task prints. */
export function toProbe(facts: ReadonlyMap<string, string>): Probe {
  const fields = Object.entries(FACTS).map(([name, fact]) => [name, facts.get(fact) ?? '']);
  return v.parse(PROBE_SCHEMA, Object.fromEntries(fields));
}

/** Parses a probe from JSON; undefined for anything else. */
export function readProbe(text: string | undefined): Probe | undefined {
  return valueIn(PROBE_SCHEMA, text ?? '');
}
