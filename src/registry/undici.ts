// What look-ups need of undici, to be loaded late. A bundle that imports a CommonJS module itself, and not by names as
// here, gets nothing but its default export.
export { EnvHttpProxyAgent, fetch } from 'undici';
