import * as core from '@actions/core';
import { OPTIONS, type RawOptions } from '../options/table.js';

/** Every input as it was typed. Nothing else in this program calls `core.getInput`. */
export function readInputs(): RawOptions {
  const inputs = OPTIONS.map(({ name }) => [name, core.getInput(name, { trimWhitespace: false })] as const);
  return Object.fromEntries(inputs);
}
