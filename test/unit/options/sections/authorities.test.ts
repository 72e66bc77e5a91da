import { X509Certificate } from 'node:crypto';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readAuthorities } from '../../../../src/options/sections/authorities.js';
import { AUTHORITY, OTHER_AUTHORITY } from '../../support/authorities.js';
import { errorOf } from '../../support/errors.js';
import { directoryWith, type Tree } from '../../support/files.js';

const read = async (name: string, tree: Tree) =>
  readAuthorities({ 'ca-certificates': name }, await directoryWith(tree));

const DER = new X509Certificate(AUTHORITY).raw;

describe('readAuthorities', () => {
  it('is none without the option', async () => {
    expect(await readAuthorities({}, '/nowhere')).toEqual([]);
  });

  it.each([
    ['one certificate', AUTHORITY, [AUTHORITY]],
    ['several', `${AUTHORITY}${OTHER_AUTHORITY}`, [AUTHORITY, OTHER_AUTHORITY]],
    ['one twice, as one', `${AUTHORITY}\n${AUTHORITY}`, [AUTHORITY]],
    [
      'the text of openssl around them',
      `Certificate:\n    Data: x\n${AUTHORITY}# next\n${OTHER_AUTHORITY}`,
      [AUTHORITY, OTHER_AUTHORITY],
    ],
    ['line ends of Windows, and a byte order mark', `\ufeff${AUTHORITY.replaceAll('\n', '\r\n')}`, [AUTHORITY]],
    ['no line end at its end', AUTHORITY.trimEnd(), [AUTHORITY]],
  ])('takes %s', async (_, text, expected) => {
    expect(await read('company.pem', { 'company.pem': text })).toEqual(expected);
  });

  it('takes a path that is absolute, and one that leads out of the checkout', async () => {
    const directory = await directoryWith({ 'company.pem': AUTHORITY, 'checkout/mix.exs': '' });
    const checkout = path.join(directory, 'checkout');
    for (const name of [path.join(directory, 'company.pem'), '../company.pem']) {
      expect(await readAuthorities({ 'ca-certificates': name }, checkout)).toEqual([AUTHORITY]);
    }
  });

  it.each<[string, Tree[string] | undefined, string]>([
    ['is missing', undefined, 'does not exist'],
    ['is a directory', { directory: true }, 'is a directory'],
    ['is empty', '', 'is empty'],
    ['is another text', 'hello\n', 'holds no certificate'],
    [
      'is a request for one',
      '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n',
      'holds no certificate',
    ],
    ['is in DER form', DER, 'is in DER form'],
    ['was cut off', AUTHORITY.slice(0, 300), 'has no end'],
    ['has a second one that was cut off', `${AUTHORITY}${OTHER_AUTHORITY.slice(0, 300)}`, 'has no end'],
    ['was damaged', AUTHORITY.replace(/\n[^\n]{10}/, '\nAAAAAAAAAA'), 'certificate 1 of 1 cannot be read'],
    [
      'has a damaged one',
      `${AUTHORITY}${OTHER_AUTHORITY.replace(/\n[^\n]{10}/, '\nAAAAAAAAAA')}`,
      'certificate 2 of 2',
    ],
    ['has nothing between its lines', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n', 'cannot be read'],
    ['holds a key', `${AUTHORITY}-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n`, 'private key'],
  ])('refuses a file that %s', async (_, node, why) => {
    const error = await errorOf(() => read('company.pem', node === undefined ? {} : { 'company.pem': node }));
    expect([error.code, error.exitStatus]).toEqual(['bad-option', 2]);
    expect(error.message).toContain('ca-certificates names company.pem');
    expect(error.message).toContain(why);
  });
});
