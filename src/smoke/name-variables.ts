import { MixReleaseError } from '../errors.js';
import { smokeEnvBlock, type RuntimeVariable } from './runtime-config/variables.js';

/** What an error says that comes of a configuration that could not be read. */
const OF_CONFIGURATION = /runtime\.exs|Config provider|environment variable/i;

/**
 * The error of a release that does not start, with all variables that its configuration insists on: each run would find the
 * next one.
 */
export function withVariables(error: MixReleaseError, variables: readonly RuntimeVariable[]): MixReleaseError {
  const { code, message, next, output, cause } = error;
  const isMissing = code === 'smoke-missing-variable';
  if (!isMissing && !(code === 'smoke-failed' && OF_CONFIGURATION.test([message, ...output].join('\n')))) return error;
  const [, named] = /the environment variable (\w+) is missing/.exec(message) ?? [];
  const names = [...new Set([...(named === undefined ? [] : [named]), ...variables.map(({ name }) => name)])];
  if (names.length === 0 || (variables.length === 0 && !isMissing)) return error;
  const files = [...new Set(variables.map(({ file }) => file))];
  const insists =
    variables.length === 0
      ? next
      : `Set what ${files.join(' and ')} insists on: ${names.join(', ')}. Placeholders are enough for the smoke test:`;
  const block = smokeEnvBlock(names).map((line) => `\n    ${line}`);
  return new MixReleaseError(code, { what: message, next: `${insists}${block.join('')}`, output, cause });
}
