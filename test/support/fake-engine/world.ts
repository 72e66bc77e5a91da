import { createHash } from 'node:crypto';
import type { ImageInfo, LabelFilter } from '../../../src/engine/engine.js';
import type { FakeContainer } from './container.js';
import type { Faults } from './faults.js';
import { FakeFiles } from './files.js';
import type { FakeHandlers } from './handlers.js';

/** An image in the fake engine, or in the fake registry that it pulls from. */
export interface FakeImage extends ImageInfo {
  /** Directories that its containers begin with. */
  readonly directories: readonly string[];
  /** Users that it knows by name. */
  readonly users: readonly string[];
  /** Files that its containers begin with, by absolute path: their texts, or what they link to. */
  readonly files?: Readonly<Record<string, string | { readonly linkTo: string }>>;
}

export interface FakeVolume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly created: Date;
  /** Whether the engine made its name up: it goes with its container. */
  readonly anonymous: boolean;
  readonly files: FakeFiles;
}

export interface FakeNetwork {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly created: Date;
  /** Whether no way leads out of it. */
  readonly internal: boolean;
}

/** All that is in a fake engine. */
export interface World {
  readonly faults: Faults;
  readonly handlers: FakeHandlers;
  /** `arch` of the engine. */
  readonly architecture: string;
  /** Whether the images of one name for several platforms are kept side by side. */
  readonly platformsApart: boolean;
  /** Whether images are built by BuildKit. */
  readonly buildKit: boolean;
  readonly images: FakeImage[];
  /** What can be pulled, and what was pushed. */
  readonly published: FakeImage[];
  readonly containers: Map<string, FakeContainer>;
  readonly volumes: Map<string, FakeVolume>;
  readonly networks: Map<string, FakeNetwork>;
}

let made = 0;

/** An identifier that nothing else has: 64 hex digits. */
export function freshId(): string {
  made += 1;
  return createHash('sha256')
    .update(`fake ${String(made)}`)
    .digest('hex');
}

export function carries(labels: Readonly<Record<string, string>>, wanted: LabelFilter): boolean {
  return Object.entries(wanted).every(([name, value]) =>
    value === true ? labels[name] !== undefined : labels[name] === value,
  );
}

export function newVolume(
  world: World,
  name: string | undefined,
  labels: Readonly<Record<string, string>>,
  created = new Date(),
): FakeVolume {
  const volume = { name: name ?? freshId(), labels, created, anonymous: name === undefined, files: new FakeFiles() };
  world.volumes.set(volume.name, volume);
  return volume;
}
