/** What a task of ours said on a line of its own, among everything else that a build prints. */
export interface Message {
  readonly kind: 'stage' | 'fact';
  readonly name: string;
  readonly value: string;
}

/**
 * The message on a line, if it is one: `MARK KIND NAME BASE64`.
 *
 * @param mark - chosen by the caller for one run, so that nothing else that is printed can pass for a message
 */
export function parseMessage(line: string, mark: string): Message | undefined {
  const [said, kind, name = '', value = ''] = line.split(' ');
  if (said !== mark || (kind !== 'stage' && kind !== 'fact')) return undefined;
  return { kind, name, value: Buffer.from(value, 'base64').toString('utf8') };
}
