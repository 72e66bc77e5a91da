import * as core from '@actions/core';
import { parseList } from '../options/parse.js';
import { toMixReleaseError } from '../errors.js';
import { matrixOf } from '../targets/matrix.js';
import { logFailure, logInfo } from './log.js';

/** The step of `matrix/action.yml`, whose output has the rows of a matrix. */
function main(): void {
  try {
    const matrix = matrixOf(parseList(core.getInput('targets')));
    for (const { target, runner } of matrix.include) logInfo(`${target} on ${runner}`);
    core.setOutput('matrix', JSON.stringify(matrix));
  } catch (thrown) {
    const error = toMixReleaseError(thrown);
    logFailure(`${error.message} (${error.code})\n${error.next}`);
    process.exitCode = error.exitStatus;
  }
}

process.noDeprecation = true;
main();
