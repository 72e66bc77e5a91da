import { BREAKS } from './breaks.js';
import { COMMANDS } from './commands.js';
import { CONTAINERS } from './containers.js';
import { IMAGES } from './images.js';
import type { Case } from './subject.js';
import { SERVICES } from './services.js';
import { VOLUMES } from './volumes.js';

/** What holds of every engine, in memory or not. */
export const ENGINE_CONTRACT: readonly Case[] = [
  ...COMMANDS,
  ...CONTAINERS,
  ...VOLUMES,
  ...SERVICES,
  ...IMAGES,
  ...BREAKS,
];
