import { MODULES } from './script/modules.mjs';

/** Tests lie beside what they test, and may know anything. */
const TEST = '\\.test\\.ts$';

/** Matches what lies in a module, or below a path in one. */
const inside = (name) => `^src/${name}(/|\\.ts$)`;

/** A module knows itself, those that its row names, and what lies at the top of src/. */
function rowOf({ name, knows }) {
  return {
    name: `${name}-knows`,
    comment: `src/${name} may know ${knows.length === 0 ? 'no other module' : knows.join(', ')} (script/modules.mjs)`,
    severity: 'error',
    from: { path: inside(name), pathNot: TEST },
    to: { path: '^src/[^/]+/', pathNot: [name, ...knows].map(inside) },
  };
}

export default {
  forbidden: [
    ...MODULES.map(rowOf),
    {
      name: 'no-unknown-module',
      comment: 'every folder of src/ has a row in script/modules.mjs',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+/', pathNot: MODULES.map(({ name }) => inside(name)) },
    },
    {
      name: 'top-knows-nothing',
      comment: 'what lies at the top of src/ is for all modules, and knows none',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: '^src/[^/]+/' },
    },
    {
      name: 'actions-toolkit',
      comment: '@actions/* is known to src/action alone',
      severity: 'error',
      from: { path: '^src/', pathNot: [inside('action'), TEST] },
      to: { path: 'node_modules/@actions/' },
    },
    {
      name: 'engine-client',
      comment: "the engine's client is known to src/engine alone",
      severity: 'error',
      from: { path: '^src/', pathNot: [inside('engine'), TEST] },
      to: { path: 'node_modules/(@types/)?(dockerode|docker-modem)/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-tests',
      comment: 'nothing that ships knows a test',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: { path: ['^test/', TEST] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-unlisted-packages',
      comment:
        'package.json lists the packages that the product imports; all are bundled, so that npm installs none of them',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-tools',
      comment: 'the product imports none of the tools that it is made and tested with',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: {
        path: 'node_modules/(@eslint|@jest|@textlint|ajv|azurite|dependency-cruiser|esbuild|eslint|globals|jest|knip|playwright-core|prettier|typescript|yaml)',
        dependencyTypesNot: ['type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['\\.(Dockerfile|ex|sh|json)$', '\\.test\\.ts$'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'types', 'default'], exportsFields: ['exports'] },
  },
};
