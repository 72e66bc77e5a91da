/** Per cent of the lines of each file below that unit tests have to run. */
export const LINES = 90;

/**
 * The files that orchestrate. What goes wrong in a build goes wrong in one of them or on the way between two, so that
 * unit tests cover each: `script/test fast` and `script/test unit` fail where one has less.
 */
export const ORCHESTRATING = [
  'src/action/{artifact,build-step,cache,clean-step,main,post,state,summary}.ts',
  'src/cli/*-command.ts',
  'src/pipeline/**/*.ts',
  'src/stages/**/*.ts',
  'src/smoke/{boot,choose-runtime,health-check,smoke}.ts',
  'src/access/credentials-dir.ts',
  'src/cache/save.ts',
  'src/engine/reap.ts',
];
