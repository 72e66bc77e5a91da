/** Variables that the builder sets itself; a value from outside would break the build's isolation. */
export const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  'HOME',
  'MIX_ENV',
  'MIX_HOME',
  'MIX_BUILD_PATH',
  'MIX_BUILD_ROOT',
  'MIX_DEPS_PATH',
  'MIX_EXS',
  'HEX_HOME',
  'REBAR_CACHE_DIR',
  'MIX_RELEASE_TARGET',
  'ACTIONS_RUNTIME_TOKEN',
]);
