type Variables = Readonly<Record<string, string>>;

/**
 * The environment of Mix for another target of a compilation: that of the compilation, with the target's own variables.
 *
 * @param base - what Mix had when it compiled, or what hooks left for `mix release`
 * @param from - variables of `env` for the target that was compiled
 * @param to - variables of `env` for this target
 */
export function targetEnvironment(base: Variables, from: Variables, to: Variables, triple: string): Variables {
  const ofAll = Object.entries(base).filter(([name, value]) => from[name] !== value || name in to);
  return { ...Object.fromEntries(ofAll), ...to, MIX_RELEASE_TARGET: triple };
}
