type Variables = Readonly<Record<string, string>>;

/**
 * The environment of Mix for another target of a compilation: that of the compilation with the target's own variables,
 * and with those that native code is compiled by.
 *
 * @param base - what Mix had when it compiled, or what hooks left for `mix release`
 * @param from - variables of `env` for the target that was compiled
 * @param to - variables of `env` for this target
 * @param cross - compilers and directories; a variable of `env` comes before them
 */
export function targetEnvironment(
  base: Variables,
  from: Variables,
  to: Variables,
  cross: Variables,
  triple: string,
): Variables {
  const common = Object.entries(base).filter(
    ([name, value]) => !(name in from && from[name] === value && !(name in to)),
  );
  return { ...Object.fromEntries(common), ...cross, ...to, MIX_RELEASE_TARGET: triple };
}
