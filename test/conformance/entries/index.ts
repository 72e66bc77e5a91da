import type { Entry, Theme } from '../model.js';
import { APPLICATIONS } from './applications.js';
import { CHOOSING } from './choosing.js';
import { COMMANDS } from './commands.js';
import { CONFIGURATION } from './configuration.js';
import { CONTENTS } from './contents.js';
import { DAEMONS } from './daemons.js';
import { DEPENDENCIES } from './dependencies.js';
import { EXECUTABLES } from './executables.js';
import { EXPRESSIONS } from './expressions.js';
import { HOOKS } from './hooks.js';
import { LOCK } from './lock.js';
import { NATIVE } from './native.js';
import { PLACES } from './places.js';
import { PROVIDERS } from './providers.js';
import { RELEASE_ARGUMENTS } from './release-arguments.js';
import { SECRETS } from './secrets.js';
import { SHUTDOWN } from './shutdown.js';
import { STEPS } from './steps.js';
import { TEMPLATES } from './templates.js';
import { UMBRELLA } from './umbrella.js';
import { VARIABLES } from './variables.js';
import { VERSIONS } from './versions.js';

/** Every theme, in the order of the documentation. */
export const THEMES: readonly Theme[] = [
  CHOOSING,
  UMBRELLA,
  APPLICATIONS,
  VERSIONS,
  CONTENTS,
  EXECUTABLES,
  STEPS,
  COMMANDS,
  EXPRESSIONS,
  DAEMONS,
  SHUTDOWN,
  TEMPLATES,
  CONFIGURATION,
  PROVIDERS,
  VARIABLES,
  PLACES,
  RELEASE_ARGUMENTS,
  DEPENDENCIES,
  LOCK,
  SECRETS,
  HOOKS,
  NATIVE,
];

/** Every entry, in the order of the themes. */
export const ENTRIES: readonly Entry[] = THEMES.flatMap(({ entries }) => entries);
