/** Where packages come from, for the package managers of a build. What they fetch is checked wherever it comes from. */
const MIRROR_VARIABLES = [
  // Mix and Hex
  ...['HEX_MIRROR', 'HEX_MIRROR_URL', 'HEX_TRUSTED_MIRROR', 'HEX_TRUSTED_MIRROR_URL', 'HEX_BUILDS_URL', 'HEX_API_URL'],
  ...['HEX_HTTP_TIMEOUT', 'HEX_HTTP_CONCURRENCY'],
  // npm, Yarn and Node
  ...['NPM_CONFIG_REGISTRY', 'npm_config_registry', 'YARN_NPM_REGISTRY_SERVER', 'NODEJS_ORG_MIRROR'],
  // cargo and rustup
  ...['CARGO_REGISTRIES_CRATES_IO_PROTOCOL', 'CARGO_REGISTRY_DEFAULT', 'RUSTUP_DIST_SERVER', 'RUSTUP_UPDATE_ROOT'],
  // pip, and Go
  ...['PIP_INDEX_URL', 'GOPROXY'],
] as const;

/** The index of a registry of cargo's that has a name. */
const CARGO_INDEX = /^CARGO_REGISTRIES_[A-Z0-9_]+_INDEX$/;

/** The variables of an environment that say where package managers fetch from. */
export function mirrorsOf(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const names = [...MIRROR_VARIABLES, ...Object.keys(env).filter((name) => CARGO_INDEX.test(name))];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, value] as const];
    }),
  );
}

/**
 * The variables that the steps of a Dockerfile may have, and the names of those that hold a password: the values of
 * build arguments stay readable in the image.
 *
 * @param declared - the names that the Dockerfile has an `ARG` for
 */
export function mirrorArguments(
  mirrors: Readonly<Record<string, string>>,
  declared: readonly string[],
): { readonly args: Readonly<Record<string, string>>; readonly withheld: readonly string[] } {
  const wanted = Object.entries(mirrors).filter(([name]) => declared.includes(name));
  return {
    args: Object.fromEntries(wanted.filter(([, value]) => !hasPassword(value))),
    withheld: wanted.filter(([, value]) => hasPassword(value)).map(([name]) => name),
  };
}

/** The names that a Dockerfile has an `ARG` for. */
export function declaredArguments(dockerfile: string): readonly string[] {
  const lines = dockerfile.replaceAll(/\\\r?\n/g, ' ').match(/^[ \t]*ARG[ \t].*$/gim) ?? [];
  return lines.flatMap((line) => line.trim().split(/\s+/).slice(1)).map((word) => word.replace(/=[^]*$/, ''));
}

/** Whether a list of URLs has user information in one. */
function hasPassword(value: string): boolean {
  return value.split(/[,|\s]+/).some((url) => /^(?:[a-z+]+:)?\/\/[^/@\s]*@/i.test(url));
}
