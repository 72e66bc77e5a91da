import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError, systemErrorCode } from '../../errors.js';
import { readOption } from '../read.js';
import type { RawOptions } from '../table.js';

const CONVERT = 'openssl x509 -inform der -in FILE -out FILE.pem';

/**
 * The certificates of `ca-certificates`, each as PEM in one form; none where the option was not given.
 *
 * @param checkout - absolute; a relative path is relative to it, and may lead out of it
 * @throws MixReleaseError `bad-option` for a file that cannot be read, or that has something else than certificates
 */
export async function readAuthorities(raw: RawOptions, checkout: string): Promise<readonly string[]> {
  const name = readOption('ca-certificates', raw);
  if (name === undefined) return [];
  return certificatesIn(name, await contentOf(name, path.resolve(checkout, name)));
}

async function contentOf(name: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = systemErrorCode(error) ?? '';
    const why = { ENOENT: 'does not exist', ENOTDIR: 'does not exist', EISDIR: 'is a directory' }[code];
    throw bad(
      `names ${name}, which ${why ?? `cannot be read (${code})`}`,
      'Give the path of a PEM file, absolute or relative to the root of the checkout.',
    );
  }
}

function certificatesIn(name: string, content: Buffer): readonly string[] {
  const text = content.toString('latin1');
  // All of the file that is not a certificate is text for people, as openssl writes it.
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw bad(
      `names ${name}, which holds a private key`,
      'Give a file with the certificates alone: it becomes part of the builder image.',
    );
  }
  const blocks = text.match(/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----[^]*?-----END \1CERTIFICATE-----/g) ?? [];
  const begun = text.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/g) ?? [];
  if (begun.length > blocks.length) {
    throw bad(`names ${name}, in which a certificate has no end`, 'Copy the file again, to its last line.');
  }
  if (blocks.length === 0) throw withoutCertificates(name, content);
  const certificates = blocks.map((block, at) => {
    const found = certificateOf(block);
    if (found) return found.toString();
    throw bad(
      `names ${name}, whose certificate ${String(at + 1)} of ${String(blocks.length)} cannot be read`,
      'Look at it with openssl x509 -noout -text, and copy the file again.',
    );
  });
  return [...new Set(certificates)];
}

function withoutCertificates(name: string, content: Buffer): MixReleaseError {
  if (content.length === 0)
    return bad(`names ${name}, which is empty`, 'Give a PEM file with one or several certificates.');
  if (certificateOf(content)) return bad(`names ${name}, which is in DER form`, `Convert it to PEM: ${CONVERT}`);
  return bad(
    `names ${name}, which holds no certificate`,
    'Give a PEM file: its certificates begin with -----BEGIN CERTIFICATE-----.',
  );
}

function certificateOf(content: Buffer | string): X509Certificate | undefined {
  try {
    return new X509Certificate(content);
  } catch {
    return undefined;
  }
}

function bad(what: string, next: string): MixReleaseError {
  return new MixReleaseError('bad-option', { what: `ca-certificates ${what}`, next });
}
