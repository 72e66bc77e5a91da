// Gives Jest what the bundler gives the product: a text file as a module whose default export is its text.
module.exports = {
  process: (text) => ({ code: `export default ${JSON.stringify(text)};` }),
};
