/** A time as an engine says it: text, or seconds since 1970; undefined where it is none. */
export function dateOf(time: string | number | undefined): Date | undefined {
  const date = new Date(typeof time === 'number' ? time * 1000 : (time ?? Number.NaN));
  return Number.isNaN(date.getTime()) ? undefined : date;
}
