// Node's own modules as bundles take them.
import { transform } from 'esbuild';
import { readFile } from 'node:fs/promises';
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
 *
 * What is made depends on the importing files alone, and not on what the Node that bundles exports: each version of Node
 * adds names, and a bundle has to have the same bytes under all of them.
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
    // Modules that are younger than the prefix can be had with it alone.
    const bare = builtinModules.filter((name) => !name.startsWith('node:'));
    build.onResolve(
      { filter: new RegExp(`^(?:node:.*|${bare.join('|')})$`) },
      async ({ path: name, kind, importer }) => {
        const found = { path: name.replace(/^node:/, ''), namespace: NAMESPACE, sideEffects: false };
        if (kind !== 'import-statement') return found;
        const names = await namesOf(importer, found.path);
        if (names === undefined) return found;
        // One for each importer: what bundles share would become a chunk of its own for each module of Node's.
        const suffix = `?${path.relative(build.initialOptions.absWorkingDir, importer)}`;
        return { ...found, suffix, pluginData: names };
      },
    );
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path: name, pluginData: names }) => {
      if (name === REQUIRED) return { contents: CREATED };
      if (names === undefined) return { contents: whole(name) };
      const unknown = names.filter((each) => !(each in process.getBuiltinModule(name)));
      if (unknown.length > 0) return { errors: [{ text: `node:${name} has no ${unknown.join(', ')}` }] };
      return { contents: byName(name, names) };
    });
  },
};

/** Whether an input of a bundle is a file, and not what is made here. */
export const isFile = (input) => !input.startsWith(`${NAMESPACE}:`);

const CREATED = `
  import { createRequire } from 'node:module';
  export const required = ${PURE} createRequire(import.meta.url);
`;

/**
 * For CommonJS, and for modules that take all names at once. Nothing of it is loaded before the command line has seen that
 * Node is new enough for this.
 */
const whole = (name) => `module.exports = process.getBuiltinModule('node:${name}');`;

/** For modules. What nothing uses is left out of the bundle. */
const byName = (name, names) =>
  [
    "import { required } from 'required';",
    `const builtin = ${PURE} required('node:${name}');`,
    'export default builtin;',
    ...names.map((each) => `export const ${each} = ${PURE} (() => builtin.${each})();`),
  ].join('\n');

/**
 * The names that a file imports of one of Node's modules, without `default`, in order; undefined where it takes the module
 * as a whole.
 */
async function namesOf(file, name) {
  const clauses = (await clausesOf(file)).filter((clause) => clause.name === name).map(({ text }) => text);
  if (clauses.some((text) => text.includes('*'))) return undefined;
  const listed = clauses.flatMap((text) => /{(.*)}/.exec(text)?.[1].split(',') ?? []);
  const names = listed.map((each) => each.trim().split(' ')[0]).filter((each) => each !== '' && each !== 'default');
  return [...new Set(names)].sort();
}

const LOADERS = { '.ts': 'ts', '.mts': 'ts', '.cts': 'ts' };
const CLAUSE = /\b(?:import|export)\b([\w$\s{},*]*)\bfrom"(?:node:)?([\w/]+)"/g;
const clauses = new Map();

/** What a file says between `import` or `export` and `from`, as esbuild writes it: without comments and line ends. */
function clausesOf(file) {
  const known = clauses.get(file) ?? readClauses(file);
  clauses.set(file, known);
  return known;
}

async function readClauses(file) {
  const { code } = await transform(await readFile(file, 'utf8'), {
    loader: LOADERS[path.extname(file)] ?? 'js',
    minifyWhitespace: true,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return [...code.matchAll(CLAUSE)].map(([, text, name]) => ({ text, name }));
}
