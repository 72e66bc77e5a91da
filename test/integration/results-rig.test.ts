import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientTask } from '../rig/results/client.js';
import { type ClientOutcome, runClient } from '../rig/results/run-client.js';
import { type ResultsServer, startResults } from '../rig/results/server.js';

const fileName = 'hello-0.1.0-x86_64-linux-gnu.tar.gz';
const dayInMilliseconds = 86_400_000;

/** The client itself waits 3 s and then up to 6.75 s before it tries again. */
jest.setTimeout(60_000);

let root: string;
let file: string;
/** Incompressible and of no round length: two full blocks of 8 MiB and a part of a third. */
const content = randomBytes(20_000_003);

let results: ResultsServer;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'results-rig-'));
  file = join(root, fileName);
  await writeFile(file, content);
});

afterAll(() => rm(root, { recursive: true, force: true }));

afterEach(() => results.stop());

function run(task: ClientTask): Promise<ClientOutcome> {
  return runClient(results.env(), task);
}

function upload(name: string, files: readonly string[] = [file]): Promise<ClientOutcome> {
  return run({ do: 'upload', name, files, root, options: { compressionLevel: 0 } });
}

async function small(text: string): Promise<string> {
  const path = join(root, 'small.txt');
  await writeFile(path, text);
  return path;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** One call without a client; the answer's status and body. */
async function call(method: string, fields: object, token = results.token): Promise<{ status: number; body: object }> {
  const response = await fetch(`${results.url}twirp/github.actions.results.api.v1.ArtifactService/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ ...backendIds(), ...fields }),
  });
  return { status: response.status, body: (await response.json()) as object };
}

function backendIds(): object {
  const claims = Buffer.from(results.token.split('.')[1] ?? '', 'base64url').toString();
  const [, run, job] = (JSON.parse(claims) as { scp: string }).scp.split(':');
  return { workflow_run_backend_id: run, workflow_job_run_backend_id: job };
}

describe('the results service, with the real client', () => {
  it('gives back a file of several blocks bit for bit', async () => {
    results = await startResults();
    const uploaded = await run({
      do: 'upload',
      name: 'hello',
      files: [file],
      root,
      options: { compressionLevel: 0, retentionDays: 3 },
    });

    expect(uploaded).not.toHaveProperty('error');
    const archive = await results.download('hello');
    expect(uploaded).toMatchObject({ ok: true, value: { id: 1, size: archive.length, digest: sha256(archive) } });
    expect(results.artifacts()).toEqual([
      {
        id: 1,
        name: 'hello',
        mimeType: 'application/zip',
        contentType: 'application/zip',
        finalized: true,
        size: archive.length,
        digest: `sha256:${sha256(archive)}`,
        createdAt: expect.any(Date),
        expiresAt: expect.any(Date),
      },
    ]);
    const lifetime = (results.artifacts()[0]?.expiresAt?.getTime() ?? 0) - Date.now();
    expect(Math.round(lifetime / dayInMilliseconds)).toBe(3);

    const directory = join(root, 'unpacked');
    await results.downloadTo('hello', directory);
    expect(await readdir(directory)).toEqual([fileName]);
    expect(content.equals(await readFile(join(directory, fileName)))).toBe(true);
    expect(results.requests()).toEqual(
      ['CreateArtifact', 'FinalizeArtifact', 'ListArtifacts', 'ListArtifacts', 'GetSignedArtifactURL'].map(
        (method) => ({ method, status: 200 }),
      ),
    );
  });

  it('gives back a file that was not archived, under its own name', async () => {
    results = await startResults();
    await run({ do: 'upload', name: 'ignored', files: [file], root, options: { skipArchive: true } });

    expect(results.artifacts()).toMatchObject([{ name: fileName, mimeType: 'application/gzip', size: content.length }]);
    expect(content.equals(await results.download(fileName))).toBe(true);
    const directory = join(root, 'plain');
    await mkdir(directory);
    await results.downloadTo(fileName, directory);
    expect(content.equals(await readFile(join(directory, fileName)))).toBe(true);
  });

  it('refuses a second artifact of the same name, and takes it after a deletion', async () => {
    results = await startResults();
    await upload('hello', [await small('first')]);
    const second = await upload('hello', [await small('second')]);
    expect(second).toMatchObject({ ok: false, error: expect.stringContaining('(409) Conflict') });
    expect(results.requests().at(-1)).toEqual({ method: 'CreateArtifact', status: 409 });

    expect(await run({ do: 'delete', name: 'hello' })).toMatchObject({ ok: true, value: { id: 1 } });
    expect(results.artifacts()).toEqual([]);
    expect(await upload('hello', [await small('second')])).toMatchObject({ ok: true, value: { id: 2 } });
    const directory = join(root, 'overwritten');
    await results.downloadTo('hello', directory);
    expect(await readFile(join(directory, 'small.txt'), 'utf8')).toBe('second');
  });

  it('answers with the faults it was told, then works', async () => {
    results = await startResults();
    results.fail({ method: 'CreateArtifact', status: 500, times: 2, message: 'on fire' });
    const uploaded = await upload('hello', [await small('patience')]);

    expect(uploaded.ok).toBe(true);
    expect(uploaded.log).toContain('Attempt 2 of 5 failed with error: Failed request: (500)');
    expect(uploaded.log).toContain('on fire');
    expect(results.requests().map(({ status }) => status)).toEqual([500, 500, 200, 200]);
  });

  it.each([401, 403] as const)('refuses the token with %i, and the client does not try again', async (status) => {
    results = await startResults({ refuseToken: status });
    const uploaded = await upload('hello', [await small('secret')]);
    expect(uploaded).toMatchObject({
      ok: false,
      error: expect.stringContaining(`non-retryable error: Failed request: (${String(status)})`),
    });
    expect(results.requests()).toEqual([{ method: 'CreateArtifact', status }]);

    results.refuseToken(undefined);
    expect(await upload('hello', [await small('secret')])).toMatchObject({ ok: true });
  });
});

describe('the results service, call by call', () => {
  it('finalizes only what was uploaded, and lists only what was finalized', async () => {
    results = await startResults();
    const created = await call('CreateArtifact', { name: 'hello', version: 7, mime_type: 'text/plain' });
    const bytes = Buffer.from('uploaded');
    const hash = `sha256:${sha256(bytes)}`;
    const finalize = (fields: object): Promise<{ status: number; body: object }> =>
      call('FinalizeArtifact', { name: 'hello', ...fields });
    const refused = { status: 400, body: { code: 'invalid_argument' } };

    expect(await finalize({ size: '8', hash })).toMatchObject(refused);
    const { signed_upload_url: url } = created.body as { signed_upload_url: string };
    const put = await fetch(url, { method: 'PUT', headers: { 'x-ms-blob-type': 'BlockBlob' }, body: bytes });
    expect(put.status).toBe(201);
    expect(await finalize({ size: '9', hash })).toMatchObject(refused);
    expect(await finalize({ size: '8', hash: `sha256:${'0'.repeat(64)}` })).toMatchObject(refused);
    expect(await call('ListArtifacts', {})).toEqual({ status: 200, body: { artifacts: [] } });
    expect(await call('GetSignedArtifactURL', { name: 'hello' })).toMatchObject({ status: 404 });

    expect(await finalize({ size: '8', hash })).toEqual({ status: 200, body: { ok: true, artifact_id: '1' } });
    expect(await call('ListArtifacts', { nameFilter: 'hello' })).toMatchObject({
      body: { artifacts: [{ database_id: '1', name: 'hello', size: '8', digest: hash }] },
    });
    expect(await call('ListArtifacts', { id_filter: '2' })).toEqual({ status: 200, body: { artifacts: [] } });
  });

  it('gives an upload URL that can neither read nor write another blob', async () => {
    results = await startResults();
    const created = await call('CreateArtifact', { name: 'hello', version: 7 });
    const { signed_upload_url: url } = created.body as { signed_upload_url: string };
    const headers = { 'x-ms-blob-type': 'BlockBlob' };
    expect((await fetch(url, { method: 'PUT', headers, body: 'x' })).status).toBe(201);
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(url.replace('/1?', '/2?'), { method: 'PUT', headers, body: 'x' })).status).toBe(403);
  });

  it('knows its own token, run and methods', async () => {
    results = await startResults();
    expect(await call('ListArtifacts', {}, 'stolen')).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated', msg: expect.any(String) },
    });
    expect(await call('ListArtifacts', { workflow_run_backend_id: 'other' })).toMatchObject({ status: 403 });
    expect(await call('MigrateArtifact', {})).toMatchObject({ status: 404 });
    expect(await call('CreateArtifact', { version: 7 })).toMatchObject({ status: 400 });
  });
});
