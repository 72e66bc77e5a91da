import * as core from '@actions/core';
import { parseList } from '../options/parse.js';
import { toMixReleaseError } from '../errors.js';
import { groupedMatrixOf, matrixOf } from '../targets/matrix.js';
import { logFailure, logInfo } from './log.js';

/** The step of `matrix/action.yml`, whose outputs have the rows of a matrix. */
function main(): void {
  try {
    const names = parseList(core.getInput('targets'));
    const matrix = matrixOf(names);
    for (const { target, runner } of matrix.include) logInfo(`${target} on ${runner}`);
    core.setOutput('matrix', JSON.stringify(matrix));
    core.setOutput('grouped', JSON.stringify(groupedMatrixOf(names)));
  } catch (thrown) {
    const error = toMixReleaseError(thrown);
    logFailure(`${error.message} (${error.code})\n${error.next}`);
    process.exitCode = error.exitStatus;
  }
}

process.noDeprecation = true;
main();
