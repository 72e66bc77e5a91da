/** What ends a line: for a runner (`\r` alone does), and for whoever else reads a log. */
const LINE_ENDS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;
/** A line that begins with `::`, but for what cannot be seen: runners trim white space of every kind. */
const COMMAND = /^([^\p{L}\p{N}\p{P}\p{S}]*):(?=:)/u;

/**
 * Text that a runner takes no command from, for a log that may be a workflow's. It obeys `::name::` at the beginning of a
 * line, and `##[name]` anywhere in one; both get a space, so that a person still reads what was there. Text of a project
 * (what is printed, names of files, strings in them) gets into a log in no other way.
 */
export function inert(text: string): string {
  return text
    .replace(/[\r\n]+$/, '')
    .split(LINE_ENDS)
    .map((line) => line.replace(COMMAND, '$1: ').replaceAll('##[', '# #['))
    .join('\n');
}
