import {
  AccountSASPermissions,
  BlobSASPermissions,
  StorageSharedKeyCredential,
  generateAccountSASQueryParameters,
  generateBlobSASQueryParameters,
} from '@azure/storage-blob';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';

const account = 'results';
const container = 'artifacts';

/** What the blob store holds under a key. */
export interface Blob {
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

/** A blob service with one container; whoever has a URL from here needs no other credential. */
export interface BlobStore {
  /** URL that may create and write one blob. */
  uploadUrl(key: string): string;
  /** URL that may read one blob; the answer names `fileName` in Content-Disposition. */
  downloadUrl(key: string, fileName: string): string;
  /** Reads the whole blob; undefined when there is none. */
  inspect(key: string): Promise<Blob | undefined>;
  read(key: string): Promise<Buffer>;
  /** Puts other content in a blob's place. */
  write(key: string, content: Buffer): Promise<void>;
  /** No error when there is no such blob. */
  remove(key: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts Azurite on a free loopback port, under an account of its own with a fresh key.
 *
 * @throws Error with Azurite's output when it does not listen within 30 s
 */
export async function startBlobs(): Promise<BlobStore> {
  const key = randomBytes(64).toString('base64');
  const credential = new StorageSharedKeyCredential(account, key);
  const azurite = spawn(
    process.execPath,
    [
      join(import.meta.dirname, 'azurite.ts'),
      ...['--blobHost', '127.0.0.1', '--blobPort', '0', '--silent', '--disableTelemetry'],
      // The client's API version is newer than the newest one that Azurite lists.
      '--skipApiVersionCheck',
    ],
    { env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}` }, stdio: 'pipe' },
  );
  try {
    const endpoint = `${await listening(azurite)}/${account}`;
    await createContainer(endpoint, credential);
    return blobStore(azurite, endpoint, credential);
  } catch (error) {
    await stop(azurite);
    throw error;
  }
}

/** Requests go by `fetch`, not by the SDK: it takes no proxy from the environment. */
function blobStore(azurite: ChildProcess, endpoint: string, credential: StorageSharedKeyCredential): BlobStore {
  const sign = (key: string, permissions: string, fileName?: string): string => {
    const query = generateBlobSASQueryParameters(
      {
        containerName: container,
        blobName: key,
        permissions: BlobSASPermissions.parse(permissions),
        expiresOn: inOneHour(),
        ...(fileName === undefined ? {} : { contentDisposition: `attachment; filename="${fileName}"` }),
      },
      credential,
    );
    return `${endpoint}/${container}/${key}?${query.toString()}`;
  };

  return {
    uploadUrl: (key) => sign(key, 'cw'),
    downloadUrl: (key, fileName) => sign(key, 'r', fileName),
    async inspect(key) {
      const response = await fetch(sign(key, 'r'));
      if (response.status === 404) {
        await response.body?.cancel();
        return undefined;
      }
      await expectSuccess(response);
      const hash = createHash('sha256');
      let size = 0;
      const chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? [];
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
      }
      return { contentType: response.headers.get('content-type') ?? '', size, digest: `sha256:${hash.digest('hex')}` };
    },
    async read(key) {
      const response = await expectSuccess(await fetch(sign(key, 'r')));
      return Buffer.from(await response.arrayBuffer());
    },
    async write(key, content) {
      const headers = { 'x-ms-blob-type': 'BlockBlob' };
      const response = await fetch(sign(key, 'cw'), { method: 'PUT', headers, body: new Uint8Array(content) });
      await expectSuccess(response);
      await response.body?.cancel();
    },
    async remove(key) {
      const response = await fetch(sign(key, 'd'), { method: 'DELETE' });
      if (response.status !== 404) await expectSuccess(response);
      await response.body?.cancel();
    },
    stop: () => stop(azurite),
  };
}

async function createContainer(endpoint: string, credential: StorageSharedKeyCredential): Promise<void> {
  const query = generateAccountSASQueryParameters(
    {
      services: 'b',
      resourceTypes: 'c',
      permissions: AccountSASPermissions.parse('c'),
      expiresOn: inOneHour(),
    },
    credential,
  );
  const url = `${endpoint}/${container}?restype=container&${query.toString()}`;
  const response = await expectSuccess(await fetch(url, { method: 'PUT' }));
  await response.body?.cancel();
}

/** The address that Azurite says it listens on; with port 0 only Azurite knows it. */
function listening(azurite: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(`Azurite ${reason}:\n${output}`));
    };
    const timer = setTimeout(() => fail('did not listen within 30 s'), 30_000);
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
      const address = /successfully listens on (http:\S+)/.exec(output)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    azurite.stdout?.on('data', collect);
    azurite.stderr?.on('data', collect);
    azurite.once('error', (error) => fail(`did not start (${error.message})`));
    azurite.once('exit', (code, signal) => fail(`ended (${signal ?? String(code)})`));
  });
}

async function stop(azurite: ChildProcess): Promise<void> {
  if (azurite.pid === undefined || azurite.exitCode !== null || azurite.signalCode !== null) return;
  const ended = once(azurite, 'exit');
  azurite.stdin?.end();
  await ended;
}

async function expectSuccess(response: Response): Promise<Response> {
  if (!response.ok) throw new Error(`Blob service answered ${String(response.status)}: ${await response.text()}`);
  return response;
}

function inOneHour(): Date {
  return new Date(Date.now() + 3_600_000);
}
