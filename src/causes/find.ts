import type { Cause, Circumstances, Rule } from './rule.js';

/** The most causes that are named: more would be a list of what might be wrong. */
const MOST = 2;

/** The rest of a longer line is a dump of some state: a pattern could take minutes on it. */
const LONGEST_LINE = 1000;

/**
 * Where an Elixir release says why it ends. What it logged before may be of attempts that failed, and were made
 * again.
 */
const LAST_WORDS = /^(?:ERROR! Config provider |.*\bApplication \w+ exited: )/;

/**
 * The likely causes of a failure, the likeliest first, at most two.
 *
 * @param rules - in the order of their rank: what lies beneath comes before what follows from it
 * @param output - what was printed, oldest first
 */
export function likelyCauses(
  rules: readonly Rule[],
  output: readonly string[],
  about: Circumstances = {},
): readonly Cause[] {
  const from = output.findLastIndex((line) => LAST_WORDS.test(line));
  const textFrom = (first: number): string => {
    const lines = output.slice(first).map((line) => line.slice(0, LONGEST_LINE));
    return withBytesAsText(lines.join('\n'));
  };
  const ofLastWords = from === -1 ? [] : matching(rules, textFrom(from), about);
  const found = ofLastWords.some(({ follows }) => !follows) ? ofLastWords : matching(rules, textFrom(0), about);
  const beneath = found.filter(({ follows }) => !follows);
  const named = beneath.length > 0 ? beneath.filter(isOfItsOwn) : found.slice(0, 1);
  return named.slice(0, named[0]?.alone === true ? 1 : MOST).map(({ cause }) => cause);
}

/** Erlang prints a text with a line end in it as the numbers of its bytes. */
function withBytesAsText(text: string): string {
  return text.replaceAll(/<<(\d{1,3}(?:,\d{1,3}){7,})>>/g, (_, bytes: string) =>
    Buffer.from(bytes.split(',').map(Number)).toString('utf8'),
  );
}

interface Match {
  readonly follows: boolean;
  readonly alone: boolean;
  readonly cause: Cause;
  /** Where in the text it was found. */
  readonly from: number;
  readonly to: number;
}

/** Whether no rule of higher rank was found at the same place. */
function isOfItsOwn({ from, to }: Match, at: number, all: readonly Match[]): boolean {
  return !all.slice(0, at).some((other) => from < other.to && other.from < to);
}

function matching(rules: readonly Rule[], text: string, about: Circumstances): readonly Match[] {
  return rules.flatMap((rule) => {
    const match = firstMatch(rule, text, about);
    return match === undefined ? [] : [match];
  });
}

function firstMatch(
  { name, find, follows = false, alone = false, explain }: Rule,
  text: string,
  about: Circumstances,
): Match | undefined {
  for (const found of text.matchAll(new RegExp(find, `${find.flags}g`))) {
    const explanation = explain(found, about, text);
    if (!explanation) continue;
    const from = found.index;
    return { follows, alone, cause: { name, ...explanation }, from, to: from + found[0].length };
  }
  return undefined;
}

/** A text that continues a message with the causes; empty where there is none. */
export function because(causes: readonly Cause[]): string {
  if (causes.length === 0) return '';
  return `, probably because ${causes.map(({ why }) => why).join(', or because ')}`;
}

/** The advice for the causes; undefined where there is none. */
export function adviceFor(causes: readonly Cause[]): string | undefined {
  const [first, second] = causes;
  if (!first) return undefined;
  return second ? `${first.next} If it is the second: ${second.next}` : first.next;
}
