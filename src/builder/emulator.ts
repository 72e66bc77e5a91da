import { MixReleaseError } from '../errors.js';
import type { RunningContainer } from '../engine/container.js';
import type { Engine } from '../engine/engine.js';
import { labels } from '../engine/labels.js';
import type { Target } from '../targets/table.js';
import { couldNotRun } from './could-not-run.js';

/** The first OTP with a just-in-time compiler, by machine. */
const FIRST_JIT: Readonly<Record<string, number>> = { x86_64: 24, aarch64: 25 };

/**
 * The flags with which an OTP's emulator runs under qemu. Its just-in-time compiler maps code twice, once writable and
 * once executable, and qemu does not notice changes through the writable mapping. Each OTP has its own flag, and an
 * unknown flag stops the emulator.
 *
 * Source: erlang/otp issue 5625 and the notes of OTP 24 and 26 (`+JPperf`, `+JMsingle` in `erl`).
 *
 * @param machine - `uname -m` of the emulated machine
 * @param otp - version, of which only the first number matters
 */
export function emulatorFlags(machine: string, otp: string): string {
  const major = Number(otp.split('.')[0]);
  if (major < (FIRST_JIT[machine] ?? 0)) return '';
  return major >= 26 ? '+JMsingle true' : '+JPperf true';
}

// Reads OTP_VERSION near the executable that `erl` links to: the Erlang emulator may not start without the flags.
const FIND_OTP = `
erl=$(readlink -f "$(command -v erl)") || exit 1
root=$(dirname "$(dirname "$erl")")
for file in "$root"/releases/*/OTP_VERSION "$root"/lib/erlang/releases/*/OTP_VERSION; do
  if [ -f "$file" ]; then cat "$file"; exit 0; fi
done
exit 1
`;

/**
 * The OTP version in a container, read without starting Erlang.
 *
 * @throws MixReleaseError `image-without-mix`
 */
async function otpOnDisk(container: RunningContainer, image: string): Promise<string> {
  const lines: string[] = [];
  const command = { title: 'the search for OTP_VERSION', argv: ['sh', '-c', FIND_OTP] };
  const status = await container.run(command, (line) => lines.push(line));
  const version = lines.join('').trim();
  if (status === 0 && /^\d+(\.\d+)*/.test(version)) return version;
  throw new MixReleaseError('image-without-mix', {
    what: `image ${image} has no Erlang: it has no OTP_VERSION next to its erl`,
    next: 'Use an image that has Erlang, Elixir and Mix, such as hexpm/elixir or elixir.',
    output: lines,
  });
}

/** An image whose programs the engine must emulate. */
export interface EmulatedImage {
  readonly id: string;
  readonly reference: string;
  readonly target: Target;
  readonly run: string;
}

/**
 * Checks that the engine emulates the target's programs, and returns the flags that the image's Erlang needs for that.
 *
 * @throws MixReleaseError `emulation-missing`
 */
export async function prepareEmulation(engine: Engine, image: EmulatedImage): Promise<string> {
  const { id, reference, target, run } = image;
  const spec = { image: id, platform: target.platform, user: '10001:10001', labels: labels('probe', run) };
  try {
    await using container = await engine.containers.start(spec);
    return emulatorFlags(target.machine, await otpOnDisk(container, reference));
  } catch (error) {
    if (!couldNotRun(error)) throw error;
    const { architecture } = target;
    throw new MixReleaseError('emulation-missing', {
      what: `the engine (${engine.architecture}) cannot run programs for ${target.platform}: no emulator is registered with its kernel`,
      next:
        `In a workflow, add a step with docker/setup-qemu-action (platforms: ${architecture}) before this one; elsewhere, install qemu-user-static, ` +
        `or run the image tonistiigi/binfmt with --install ${architecture}. A native runner (${target.runner}) needs none of that.`,
      cause: error,
    });
  }
}
