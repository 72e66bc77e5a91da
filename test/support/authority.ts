import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A made-up authority, and what a server needs that it vouches for. */
export interface Authority {
  /** File with its certificate, as PEM. */
  readonly file: string;
  readonly certificate: string;
  /** Of a server at an address or name. */
  readonly server: { readonly key: string; readonly cert: string };
}

/**
 * Makes an authority, and a certificate for a server.
 *
 * @param directory - gets its files
 * @param host - the server's address or name
 */
export async function makeAuthority(directory: string, host: string): Promise<Authority> {
  const at = (name: string): string => path.join(directory, name);
  const openssl = (...args: readonly string[]) => run('openssl', args, { cwd: directory });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const subject = ['-days', '30', '-subj'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'authority.key',
    '-out',
    'authority.pem',
    ...subject,
    '/CN=Made-up Root',
  );
  await openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', `/CN=${host}`);
  const kind = /^[\d.]+$|:/.test(host) ? 'IP' : 'DNS';
  await writeFile(at('server.ext'), `subjectAltName=${kind}:${host}\nbasicConstraints=CA:FALSE\n`);
  const signed = ['-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial', '-extfile', 'server.ext'];
  await openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.pem', '-days', '30', ...signed);
  return {
    file: at('authority.pem'),
    certificate: await readFile(at('authority.pem'), 'utf8'),
    server: { key: await readFile(at('server.key'), 'utf8'), cert: await readFile(at('server.pem'), 'utf8') },
  };
}
