import { OF_CONFIGURED } from './configured.js';
import type { Mutation } from './mutation.js';
import { OF_OPTIONS } from './options.js';
import { OF_OTHERS } from './others.js';
import { OF_PACKAGED } from './packaged.js';
import { OF_SERVICE } from './service.js';

/** Every mutation. They are made for the platform that is tested in full. */
export const MUTATIONS: readonly Mutation[] = [
  ...OF_OTHERS,
  ...OF_PACKAGED,
  ...OF_OPTIONS,
  ...OF_SERVICE,
  ...OF_CONFIGURED,
];
