import * as core from '@actions/core';
import { OPTIONS, type RawOptions } from '../options/table.js';

/** Every input as it was typed, an empty one as its default. Nothing else in this program calls `core.getInput`. */
export function readInputs(): RawOptions {
  const inputs = OPTIONS.map((option) => {
    const typed = core.getInput(option.name, { trimWhitespace: false });
    return [option.name, typed.trim() === '' ? option.default : typed] as const;
  });
  return Object.fromEntries(inputs);
}
