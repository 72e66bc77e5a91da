import * as core from '@actions/core';
import { readConfigFile } from '../options/file/config-file.js';
import { parseList } from '../options/parse.js';
import { toMixReleaseError } from '../errors.js';
import { groupedMatrixOf, matrixOf } from '../targets/matrix.js';
import { logFailure, logInfo } from './log.js';

/** The step of `matrix/action.yml`, whose outputs have the rows of a matrix. */
async function main(): Promise<void> {
  try {
    const named = parseList(core.getInput('targets'));
    const names = named.length > 0 ? named : await targetsOfFile(process.env.GITHUB_WORKSPACE ?? process.cwd());
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

/** Those of the checkout's mix-release.toml, where the job has a checkout. */
async function targetsOfFile(checkout: string): Promise<readonly string[]> {
  return parseList((await readConfigFile('.', { checkout, cwd: checkout }))?.options.target);
}

process.noDeprecation = true;
void main();
