// Node's own modules as bundles take them.
import { builtinModules } from 'node:module';
import path from 'node:path';

const NAMESPACE = 'builtin';
const REQUIRED = 'required';
const PURE = '/* @__PURE__ */';

/**
 * A plugin of esbuild: what is imported of Node's modules is taken from one `require`, name by name.
 *
 * An `import` of such a module makes a binding for each of its names, and so loads what Node itself loads only when it is
 * first used, such as all of `fs/promises` for `fs`: that takes longer than a command line that answers at once.
 */
export const builtins = {
  name: 'builtins',
  setup(build) {
    build.onResolve({ filter: /^required$/, namespace: NAMESPACE }, () => ({
      path: REQUIRED,
      namespace: NAMESPACE,
      sideEffects: false,
    }));
    build.onResolve({ filter: /^node:module$/, namespace: NAMESPACE }, () => ({ external: true }));
    const names = builtinModules.map((name) => name.replace(/^node:/, ''));
    build.onResolve({ filter: new RegExp(`^(?:node:)?(?:${names.join('|')})$`) }, ({ path: name, kind, importer }) => {
      const found = { path: name.replace(/^node:/, ''), namespace: NAMESPACE, sideEffects: false };
      if (kind !== 'import-statement') return found;
      // One for each importer: what bundles share would become a chunk of its own for each module of Node's.
      return { ...found, suffix: `?${path.relative(build.initialOptions.absWorkingDir, importer)}` };
    });
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path: name, suffix }) => {
      if (name === REQUIRED) return { contents: CREATED };
      return { contents: suffix === '' ? whole(name) : byName(name) };
    });
  },
};

/** Whether an input of a bundle is a file, and not what is made here. */
export const isFile = (input) => !input.startsWith(`${NAMESPACE}:`);

const CREATED = `
  import { createRequire } from 'node:module';
  export const required = ${PURE} createRequire(import.meta.url);
`;

/** For CommonJS. Nothing of it is loaded before the command line has seen that Node is new enough for this. */
const whole = (name) => `module.exports = process.getBuiltinModule('node:${name}');`;

/** For modules. What nothing imports is left out of the bundle. */
const byName = (name) =>
  [
    "import { required } from 'required';",
    `const builtin = ${PURE} required('node:${name}');`,
    'export default builtin;',
    ...Object.keys(process.getBuiltinModule(name))
      .filter((each) => each !== 'default')
      .map((each) => `export const ${each} = ${PURE} (() => builtin.${each})();`),
  ].join('\n');
