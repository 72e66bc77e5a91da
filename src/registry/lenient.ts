import * as v from 'valibot';

/**
 * A field that counts as absent where it is not what it should be: others write these documents, and what they put
 * into fields that one build does not need must not end it.
 */
export function lenient<S extends v.GenericSchema>(schema: S) {
  return v.fallback(v.optional(schema), undefined);
}

/** A table by name, without the entries that are not what they should be; empty where there is none. */
export function lenientTable<S extends v.GenericSchema>(schema: S) {
  return v.fallback(v.optional(v.record(v.string(), lenient(schema)), {}), {});
}

/** Text that is not empty. */
export const TEXT = v.pipe(v.string(), v.nonEmpty());
