import { MixReleaseError } from '../errors.js';
import type { RunningContainer } from '../engine/container.js';
import type { Target } from '../targets/table.js';
import builderTasks from './elixir/tasks.ex';
import { parseMessage } from './messages.js';

/** What an image said about itself when asked from inside. */
export interface Probe {
  /** `uname -m`. */
  readonly machine: string;
  /** Distribution and version, such as `debian 13`. */
  readonly os: string;
  readonly libc: string;
  readonly libcVersion: string;
  /** `erlang:system_info(system_architecture)`. */
  readonly systemArchitecture: string;
  /** The whole OTP version, such as 27.3.4.1. */
  readonly otp: string;
  readonly erts: string;
  readonly elixir: string;
}

const MARK = 'mix-release-probe';

/**
 * Asks a running container of any image what it is.
 *
 * @throws MixReleaseError `image-without-mix` where Elixir or Mix do not run in it
 */
export async function probe(
  container: RunningContainer,
  image: string,
  onLine: (line: string) => void,
): Promise<Probe> {
  const lines: string[] = [];
  const ask = `Mix.Tasks.MixReleaseBuilder.Probe.run([${JSON.stringify(MARK)}])`;
  const command = {
    title: 'the probe of the image',
    argv: ['elixir', '-e', builderTasks, '-e', ask],
    env: { LANG: 'C.UTF-8', HOME: '/tmp' },
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

/** The facts of the probe's task as a value. */
export function toProbe(facts: ReadonlyMap<string, string>): Probe {
  const text = (key: string): string => facts.get(key) ?? '';
  return {
    machine: text('machine'),
    os: text('os'),
    libc: text('libc'),
    libcVersion: text('libc_version'),
    systemArchitecture: text('system_architecture'),
    otp: text('otp'),
    erts: text('erts'),
    elixir: text('elixir'),
  };
}

/**
 * Holds what an image is against what was asked for. Vendors in `system_architecture` differ; machine and libc decide.
 *
 * @throws MixReleaseError `image-mismatch` that says what was asked and what the image is
 */
export function requireMatch(found: Probe, target: Target, image: string): void {
  const asked = `${target.machine} with ${target.libc}`;
  const is = `${found.machine} with ${found.libc} ${found.libcVersion}`.trim();
  const erlangMachine = found.systemArchitecture.split('-')[0] ?? '';
  const machineFits = found.machine === target.machine && erlangMachine === target.machine;
  if (machineFits && found.libc === target.libc) return;
  throw new MixReleaseError('image-mismatch', {
    what: `target ${target.triple} asks for ${asked}, and image ${image} is ${is} (Erlang says ${found.systemArchitecture})`,
    next: `Name an image of ${target.platform} with ${target.libc}, or leave image out.`,
  });
}
