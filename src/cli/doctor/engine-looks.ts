import type { Engine } from '../../engine/engine.js';
import { gigabytes } from '../../megabytes.js';
import { TARGETS } from '../../targets/table.js';
import type { Check, Look, Patient } from './check.js';

type Found = Omit<Check, 'name'>;

/** Milliseconds by which the clocks of engine and program may differ without being mentioned. */
const SKEW = 60_000;
/** Bytes that a first build of a project takes at the least: images, dependencies, the release. */
const TIGHT = 5e9;

/** Which engine answers. Its failure is the only one that no build can do without. */
export const engineLook: Look = {
  name: 'engine',
  needsEngine: false,
  at: async (_, __, connecting) => {
    const { facts, version, architecture, clockSkew } = await connecting;
    const text = [
      `${facts.product} ${version} at ${facts.address}`,
      `linux/${architecture}`,
      ...(facts.store === undefined ? [] : [`image store ${facts.store}`]),
      ...(facts.system === undefined ? [] : [facts.system]),
    ].join(', ');
    if (Math.abs(clockSkew) < SKEW) return { status: 'ok', text };
    const seconds = String(Math.round(Math.abs(clockSkew) / 1000));
    return {
      status: 'warning',
      text: `${text}; its clock is ${seconds} s ${clockSkew > 0 ? 'ahead' : 'behind'}`,
      next: 'Set the clocks of both machines by NTP: certificates and signatures of packages depend on them.',
    };
  },
};

const buildxLook: Look = {
  name: 'buildx',
  needsEngine: true,
  at: async (_, __, connecting) =>
    (await (await connecting).images.buildKit())
      ? { status: 'ok', text: 'BuildKit builds the builder images' }
      : {
          status: 'warning',
          text: "the engine's older builder builds the builder images",
          next: 'Where your own dockerfile uses RUN --mount or here-documents, install the docker command with buildx (docker-buildx-plugin).',
        },
};

/** Emulation is needed for `method: emulate` and for smoke tests of the other architecture alone. */
const emulationLook: Look = {
  name: 'emulation',
  needsEngine: true,
  at: async (patient, signal, connecting) => {
    const engine = await connecting;
    const others = TARGETS.filter(({ architecture }) => architecture !== engine.architecture);
    const machines = [...new Map(others.map(({ architecture, machine }) => [architecture, machine]))];
    const emulated = await emulatedBy(engine, patient, signal);
    const missing = machines.filter(([architecture, machine]) => !emulated(architecture, machine));
    const list = (found: readonly (readonly [string, string])[]): string =>
      found.map(([architecture]) => `linux/${architecture}`).join(', ');
    if (missing.length === 0) return { status: 'ok', text: `programs for ${list(machines)} run under an emulator` };
    return {
      status: 'warning',
      text: `no emulator for ${list(missing)}: releases for it are built without one, and not started`,
      next: `For smoke tests there and for method: emulate, run: docker run --privileged --rm tonistiigi/binfmt --install ${missing.map(([architecture]) => architecture).join(',')}`,
    };
  },
};

type Emulated = (architecture: string, machine: string) => boolean;

/** By this kernel's own list where it is the engine's kernel, else by what buildx says of its builder. */
async function emulatedBy({ facts }: Engine, patient: Patient, signal: AbortSignal): Promise<Emulated> {
  if (facts.local && facts.system !== 'Docker Desktop') {
    const entries = await patient.emulators().catch(() => undefined);
    if (entries) {
      const enabled = Object.entries(entries).filter(([, text]) => text.startsWith('enabled'));
      return (_, machine) => enabled.some(([name]) => name.endsWith(machine));
    }
  }
  const lines = await patient.run('docker', ['buildx', 'inspect'], signal).catch(() => {
    throw new Error('it cannot be seen from here which emulators the kernel of the engine has');
  });
  const platforms = lines.filter((line) => line.startsWith('Platforms:')).join(' ');
  return (architecture) => new RegExp(`linux/${architecture}\\b`).test(platforms);
}

const diskLook: Look = {
  name: 'disk',
  needsEngine: true,
  at: async (patient, _, connecting): Promise<Found> => {
    const { root, local, system } = (await connecting).facts;
    if (root === undefined || !local || system === 'Docker Desktop') {
      return { status: 'ok', text: 'the engine does not say how much is free on its machine' };
    }
    const { free, size } = await patient.space(root);
    const text = `${gigabytes(free)} of ${gigabytes(size)} are free at ${root}`;
    if (free >= TIGHT) return { status: 'ok', text };
    return {
      status: 'warning',
      text,
      next: 'A first build takes some GB. `docker system prune` removes what nothing uses, and `mix-release clean` what this program made.',
    };
  },
};

export const ENGINE_LOOKS: readonly Look[] = [engineLook, buildxLook, emulationLook, diskLook];
