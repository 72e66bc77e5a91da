/**
 * The part of Twirp's JSON protocol that the results service speaks: error bodies and reading request fields.
 * Source of the codes: https://twitchtv.github.io/twirp/docs/spec_v7.html#error-codes
 */

const codes: Readonly<Record<number, string>> = {
  400: 'invalid_argument',
  401: 'unauthenticated',
  403: 'permission_denied',
  404: 'not_found',
  409: 'already_exists',
  429: 'resource_exhausted',
  500: 'internal',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** An answer other than 200: an HTTP status and the body `{code, msg}` that goes with it. */
export class TwirpError extends Error {
  override readonly name = 'TwirpError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  /** The body as Twirp words it. */
  body(): { readonly code: string; readonly msg: string } {
    return { code: codes[this.status] ?? 'unknown', msg: this.message };
  }
}

/** A request body; fields that nobody reads are ignored. */
export type TwirpRequest = Readonly<Record<string, unknown>>;

/**
 * A string field by its proto name (`name_filter`), also under its JSON name (`nameFilter`): protobuf's JSON
 * mapping accepts both, wraps `StringValue` in nothing, and writes 64-bit integers as strings.
 */
export function field(request: TwirpRequest, name: string): string | undefined {
  const camel = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const value = request[name] ?? request[camel];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new TwirpError(400, `${name} must be a string`);
  return value;
}

/** @throws TwirpError 400 when the field is absent or empty. */
export function requiredField(request: TwirpRequest, name: string): string {
  const value = field(request, name);
  if (!value) throw new TwirpError(400, `${name} is required`);
  return value;
}
