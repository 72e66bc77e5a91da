const VARIABLE = '[A-Za-z_][A-Za-z0-9_]*';

/** The names of variables are in its groups. */
export const MISSING_VARIABLE = new RegExp(
  [
    `[Ee]nvironment variable [\`"']?(${VARIABLE})[\`"']? (?:is missing|is not set|not set|is required|must be set|was not set)`,
    `could not fetch environment variable \\\\?"(${VARIABLE})\\\\?" because it is not set`,
    // As Erlang prints the error, where it ends before Elixir has.
    `\\benv ?=> ?<<"(${VARIABLE})">>[^\\n]*'Elixir\\.System\\.EnvError'`,
    `(?:: |^)(${VARIABLE}): (?:parameter (?:null or )?not set|unbound variable)`,
    `\\b([A-Z][A-Z0-9_]{2,})(?: env(?:ironment)? var(?:iable)?)? (?:is missing|is not set|not set|is required|must be set)`,
  ].join('|'),
  'm',
);

/** The variable that a match of `MISSING_VARIABLE` names. */
export function nameOfVariable(found: RegExpExecArray): string {
  return found.slice(1).find(Boolean) ?? '';
}
