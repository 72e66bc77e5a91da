import { availableParallelism } from 'node:os';
import { LINES, ORCHESTRATING } from './test/coverage.mjs';

const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  // What other tests are making there is none of Jest's.
  modulePathIgnorePatterns: ['<rootDir>/.cache/'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.(ts|ex|sh|Dockerfile)$': '<rootDir>/test/transform.cjs' },
};

/** Tests of a folder that run dist/, with a real engine. */
const onDist = (displayName) => ({
  ...common,
  displayName,
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  globalSetup: '<rootDir>/script/fresh-dist.mjs',
});

/** Where unit tests lie: in a tree like that of src/, or beside what they test. */
const unit = (name) => [`<rootDir>/test/unit/**/${name}`, `<rootDir>/src/**/${name}`];

export default {
  testTimeout: 300_000,
  // Of tests that say `it.concurrent`, which are about builds and containers: these wait, too.
  maxConcurrency: availableParallelism() + 1,
  coverageProvider: 'babel',
  coverageReporters: ['json-summary', 'text'],
  collectCoverageFrom: [...ORCHESTRATING, '!**/*.test.ts'],
  coverageThreshold: Object.fromEntries(ORCHESTRATING.map((files) => [files, { lines: LINES }])),
  projects: [
    // Milliseconds each: no programs started, no clock waited for.
    { ...common, displayName: 'unit', testMatch: [...unit('*.test.ts'), '!**/*.slow.test.ts'] },
    // As those, without an engine, but with git, tar, shells or thousands of inputs.
    { ...common, displayName: 'slow', testMatch: unit('*.slow.test.ts') },
    onDist('integration'),
    // Products of projects and platforms, by script/test pairs.
    onDist('pairs'),
  ],
};
