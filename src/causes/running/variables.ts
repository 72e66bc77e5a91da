import type { Circumstances, Explanation, Rule } from '../rule.js';
import { MISSING_VARIABLE, nameOfVariable } from '../variables.js';

/** What a release asks of its environment. */
export const VARIABLES: readonly Rule[] = [
  {
    name: 'environment',
    find: MISSING_VARIABLE,
    explain: (found) => missing([nameOfVariable(found)]),
  },
  {
    name: 'environment-nil',
    // Where the configuration computes with the value of a variable that is not set.
    find: new RegExp(
      [
        String.raw`^\*\* \([^\n]*\n[^]{0,2000}?\bnil\b[^]{0,2000}?^\s+(\/\S+\/(?:runtime|releases)\.exs):(\d+): `,
        String.raw`terminating [^\n]*?\bnil\b[^\n]*?\{file,"(\/[^"]+\/(?:runtime|releases)\.exs)"\},\{line,(\d+)\}`,
      ].join('|'),
      'm',
    ),
    explain: (found, about) => unsetIn(found, about),
  },
];

function missing(names: readonly string[]): Explanation {
  const [first = ''] = names;
  const several = names.length > 1;
  return {
    subject: first,
    why: `the environment variable${several ? 's' : ''} ${names.join(', ')} ${several ? 'are' : 'is'} missing`,
    next: `Set it for the smoke test with smoke-env: ${first}=VALUE (--smoke-env on the command line); a placeholder is enough.`,
  };
}

/** The variables that the line reads which computed with nothing. */
function unsetIn(found: RegExpExecArray, { release }: Circumstances): Explanation | undefined {
  const [file = '', number = ''] = found.slice(1).filter(Boolean);
  const line = release?.line(file, Number(number));
  const calls = [...(line ?? '').matchAll(/System\.get_env\("([A-Za-z_]\w*)"\)/g)];
  const read = [...new Set(calls.map(([, name = '']) => name))];
  if (read.length === 0) return undefined;
  const { subject, why, next } = missing(read);
  return { subject, why: `${why}, which line ${number} of runtime.exs reads`, next };
}
