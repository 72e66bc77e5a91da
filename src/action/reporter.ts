import { randomUUID } from 'node:crypto';
import * as core from '@actions/core';
import type { Reporter } from '../build/stages.js';

/**
 * Progress for a workflow's log: one group a stage, the container's output in it. While that output is printed, the
 * runner is told to take no commands from it, so that nothing that a build prints can set variables or masks.
 */
export function workflowReporter(): Reporter {
  let resume: string | undefined;
  const listen = (): void => {
    if (resume !== undefined) process.stdout.write(`::${resume}::\n`);
    resume = undefined;
  };
  return {
    stageStarted: (stage) => {
      core.startGroup(stage);
    },
    stageEnded: (stage, seconds, outcome) => {
      listen();
      core.endGroup();
      core.info(`${stage}: ${seconds.toFixed(1)} s ${outcome ?? 'failed'}`.trimEnd());
    },
    line: (text) => {
      if (resume === undefined) {
        resume = randomUUID();
        process.stdout.write(`::stop-commands::${resume}\n`);
      }
      process.stdout.write(`${text}\n`);
    },
    note: (text) => {
      listen();
      core.info(text);
    },
  };
}
