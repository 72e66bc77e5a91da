import * as core from '@actions/core';
import { requireNoneReplaced } from '../options/replaced.js';
import { OPTIONS, type RawOptions } from '../options/table.js';

/** Every input as the user wrote it, or the default of an empty one. */
export function readInputs(): RawOptions {
  const inputs = OPTIONS.map((option) => {
    const typed = core.getInput(option.name, { trimWhitespace: false });
    return [option.name, typed.trim() === '' ? option.default : typed] as const;
  });
  return Object.fromEntries(inputs);
}

/** @throws MixReleaseError `bad-option` for an input that another one has replaced */
export function requireNoReplacedInput(): void {
  requireNoneReplaced((name) => core.getInput(name) !== '');
}
