import { stat } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError } from '../../errors.js';
import { readOption } from '../read.js';
import type { RawOptions } from '../table.js';
import { fileInCheckout } from './builder.js';

/** The options whose commands run in the build container. */
export const HOOKS = ['before-build', 'before-release'] as const;

export type HookName = (typeof HOOKS)[number];

/** Commands of the user's that run in the build container: a file of the checkout, or the text of a shell script. */
export type Hook =
  { readonly file: string; readonly text?: undefined } | { readonly file?: undefined; readonly text: string };

/** What a word of commands has, and the path of a script has not. */
const OF_A_SHELL = /[;&|<>()$`"'*?=]/;

function requireText(name: HookName, text: string): void {
  if (!text.includes('\0')) return;
  throw new MixReleaseError('bad-option', {
    what: `${name} has a NUL character`,
    next: 'A shell reads the commands: write them without it.',
  });
}

/**
 * A hook: one word is the path of a file in the checkout, anything else is commands. A word without `/` and `.` that is
 * no file is a command, too, such as `make`, and so is one with signs of the shell, such as `./a.sh;./b.sh`.
 *
 * @param checkout - absolute
 * @returns `file` is absolute; undefined where the option was not given
 * @throws MixReleaseError `bad-option` for a path that leads to no file of the checkout
 */
export async function readHook(name: HookName, raw: RawOptions, checkout: string): Promise<Hook | undefined> {
  const text = readOption(name, raw);
  if (text === undefined) return undefined;
  requireText(name, text);
  if (/\s/.test(text)) return { text: text.replaceAll('\r\n', '\n') };
  const isFile = await stat(path.resolve(checkout, text)).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile && (!/[./]/.test(text) || OF_A_SHELL.test(text))) return { text };
  const file = await fileInCheckout(name, text, checkout);
  return file === undefined ? undefined : { file };
}
