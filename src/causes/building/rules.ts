import type { Rule } from '../rule.js';
import { IMAGES } from './images.js';
import { NETWORK } from './network.js';
import { PROJECT } from './project.js';
import { SHELL } from './shell.js';
import { TOOLCHAIN } from './toolchain.js';

/** The causes of a command that fails in the builder, by their rank: a wrong line end comes before a missing program. */
export const BUILDING: readonly Rule[] = [...SHELL, ...NETWORK, ...PROJECT, ...TOOLCHAIN];

/** The causes of an image that cannot be built. */
export const MAKING_IMAGES: readonly Rule[] = [...IMAGES, ...SHELL, ...NETWORK, ...TOOLCHAIN];
