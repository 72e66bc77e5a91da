import * as core from '@actions/core';
import { requireNoneReplaced } from '../options/replaced.js';
import { OPTIONS, type RawOptions } from '../options/table.js';

/** The inputs as the user wrote them, without empty ones. Defaults come later: a file may have other values. */
export function readInputs(): RawOptions {
  const inputs = OPTIONS.flatMap(({ name }) => {
    const typed = core.getInput(name, { trimWhitespace: false });
    return typed.trim() === '' ? [] : [[name, typed] as const];
  });
  return Object.fromEntries(inputs);
}

/** The options with the action's default for each that has no value. */
export function withInputDefaults(raw: RawOptions): RawOptions {
  return { ...Object.fromEntries(OPTIONS.map((option) => [option.name, option.default])), ...raw };
}

/** @throws MixReleaseError `bad-option` for an input that another one has replaced */
export function requireNoReplacedInput(): void {
  requireNoneReplaced((name) => core.getInput(name) !== '');
}
