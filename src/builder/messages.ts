/** A line that one of our tasks printed among the other output of a build. */
export interface Message {
  readonly kind: 'stage' | 'fact';
  readonly name: string;
  readonly value: string;
}

/**
 * Parses a message line, `MARK KIND NAME BASE64`; undefined for other lines.
 *
 * @param mark - unique to the run, so that no other output can pass for a message
 */
export function parseMessage(line: string, mark: string): Message | undefined {
  const [firstWord, kind, name = '', value = ''] = line.split(' ');
  if (firstWord !== mark || (kind !== 'stage' && kind !== 'fact')) return undefined;
  return { kind, name, value: Buffer.from(value, 'base64').toString('utf8') };
}
