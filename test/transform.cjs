// Gives Jest what the bundler gives the product, by the same program: TypeScript as JavaScript, and a text file as a
// module whose default export is its text.
const { transformSync } = require('esbuild');

module.exports = {
  process(text, file) {
    const loader = file.endsWith('.ts') ? 'ts' : 'text';
    return transformSync(text, { loader, format: 'esm', target: 'node24', sourcefile: file, sourcemap: 'inline' });
  },
};
