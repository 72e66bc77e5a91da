import { availableParallelism } from 'node:os';

const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  // What other tests are making there is none of Jest's.
  modulePathIgnorePatterns: ['<rootDir>/.cache/'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.(ts|ex|sh|Dockerfile)$': '<rootDir>/test/transform.cjs' },
};

export default {
  testTimeout: 300_000,
  // Of tests that say `it.concurrent`, which are about builds and containers: these wait, too.
  maxConcurrency: availableParallelism() + 1,
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'] },
    {
      ...common,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
    },
  ],
};
