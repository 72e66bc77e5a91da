import * as v from 'valibot';
import { messageOf } from './errors.js';

/** What a text held, or why it held none, in words that continue "it cannot be used:". */
export type Parsed<T> = { readonly value: T } | { readonly why: string };

/** Characters of a foreign value that are shown in a message. */
const SHOWN = 60;

/** Reads JSON that was stored, or that somebody else wrote. Fields that the schema does not name are left out. */
export function parseJson<S extends v.GenericSchema>(schema: S, text: string): Parsed<v.InferOutput<S>> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return { why: `it is not JSON: ${messageOf(error)}` };
  }
  const result = v.safeParse(schema, content);
  return result.success ? { value: result.output } : { why: whyNot(result.issues[0]) };
}

/** The value of a schema in a JSON text; undefined where the text holds none. */
export function valueIn<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> | undefined {
  const parsed = parseJson(schema, text);
  return 'value' in parsed ? parsed.value : undefined;
}

function whyNot(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  const what = path === null ? 'it' : `its ${path}`;
  if (issue.input === undefined) return `${what} is missing`;
  if (issue.type === 'non_empty') return `${what} is empty`;
  // What a schema checks by a function of its own, it says in words of its own.
  if (issue.expected === null) return issue.message;
  const shown = JSON.stringify(issue.input);
  return `${what} is ${shown.length > SHOWN ? `${shown.slice(0, SHOWN)}…` : shown}, and not ${issue.expected}`;
}
