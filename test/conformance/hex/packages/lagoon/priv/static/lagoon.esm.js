export const mount = (hooks) => Object.entries(hooks).map(([name, hook]) => `lagoon mounted ${name}: ${hook()}`);
