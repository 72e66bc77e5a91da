import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ArtifactRequest } from '../../../src/options/sections/artifact.js';
import type { Publication } from '../../../src/pipeline/publication.js';
import { errorOf } from '../support/errors.js';
import { keepEnvironment } from '../support/environment.js';

const client = {
  uploadArtifact:
    jest.fn<
      (name: string, files: string[], root: string, options: object) => Promise<{ id?: number; digest?: string }>
    >(),
  deleteArtifact: jest.fn<(name: string) => Promise<void>>(),
};
jest.unstable_mockModule('@actions/artifact', () => ({
  DefaultArtifactClient: class {
    readonly uploadArtifact = client.uploadArtifact;
    readonly deleteArtifact = client.deleteArtifact;
  },
}));
const { artifactPublisher } = await import('../../../src/action/artifact.js');

const REQUEST: ArtifactRequest = { name: undefined, retentionDays: undefined, compressionLevel: 0, overwrite: false };
/** What is published of a release: tarball, checksum and facts. */
function publication(name: string): Publication {
  const files = ['.tar.gz', '.tar.gz.sha256', '.json'].map((ending) => `/out/${name}${ending}`);
  return { name: `${name}-1.2.3-x86_64-unknown-linux-gnu`, files };
}

const WEB = publication('web');
const ADMIN = publication('admin');

keepEnvironment();

beforeEach(() => {
  delete process.env.FORGEJO_ACTIONS;
  delete process.env.GITEA_ACTIONS;
  Object.assign(process.env, {
    ACTIONS_RUNTIME_TOKEN: 'token',
    ACTIONS_RESULTS_URL: 'https://results.example',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'octo/web',
    GITHUB_RUN_ID: '42',
  });
  client.uploadArtifact.mockReset().mockResolvedValue({ id: 7, digest: 'ab' });
  client.deleteArtifact.mockReset().mockResolvedValue(undefined);
});

describe('artifactPublisher, before anything is built', () => {
  it.each([
    ['neither a token nor an address', undefined, undefined],
    ['no token', undefined, 'https://results.example'],
    ['an empty token', '', 'https://results.example'],
    ['no address', 'token', undefined],
  ])('refuses where there is %s', async (_, token, address) => {
    delete process.env.ACTIONS_RUNTIME_TOKEN;
    delete process.env.ACTIONS_RESULTS_URL;
    delete process.env.GITHUB_SERVER_URL;
    if (token !== undefined) process.env.ACTIONS_RUNTIME_TOKEN = token;
    if (address !== undefined) process.env.ACTIONS_RESULTS_URL = address;
    expect(await errorOf(() => artifactPublisher(REQUEST))).toMatchObject({
      code: 'artifact-outside-actions',
      exitStatus: 2,
    });
  });

  it('refuses a server whose service is another one, and names what uploads there', async () => {
    process.env.FORGEJO_ACTIONS = 'true';
    const error = await errorOf(() => artifactPublisher(REQUEST));
    expect(error.code).toBe('artifact-server-unsupported');
    expect(error.next).toContain('forgejo/upload-artifact');
  });
});

describe('artifactPublisher', () => {
  it('uploads an artifact a release: tarball, checksum and facts', async () => {
    client.uploadArtifact.mockResolvedValueOnce({ id: 7, digest: 'ab' }).mockResolvedValueOnce({ id: 8 });
    expect(await artifactPublisher(REQUEST)([WEB, ADMIN])).toEqual([
      {
        name: 'web-1.2.3-x86_64-unknown-linux-gnu',
        id: 7,
        url: 'https://github.com/octo/web/actions/runs/42/artifacts/7',
        digest: 'ab',
      },
      {
        name: 'admin-1.2.3-x86_64-unknown-linux-gnu',
        id: 8,
        url: 'https://github.com/octo/web/actions/runs/42/artifacts/8',
        digest: '',
      },
    ]);
    expect(client.uploadArtifact.mock.calls).toEqual([
      [
        'web-1.2.3-x86_64-unknown-linux-gnu',
        ['/out/web.tar.gz', '/out/web.tar.gz.sha256', '/out/web.json'],
        '/out',
        { compressionLevel: 0 },
      ],
      [
        'admin-1.2.3-x86_64-unknown-linux-gnu',
        ['/out/admin.tar.gz', '/out/admin.tar.gz.sha256', '/out/admin.json'],
        '/out',
        { compressionLevel: 0 },
      ],
    ]);
    expect(client.deleteArtifact).not.toHaveBeenCalled();
  });

  it('uploads all releases as one artifact where it has a name', async () => {
    const [artifact, ...more] = await artifactPublisher({ ...REQUEST, name: 'all' })([WEB, ADMIN]);
    expect(artifact).toMatchObject({ name: 'all', id: 7 });
    expect(more).toEqual([]);
    expect(client.uploadArtifact.mock.calls.map(([name, files]) => [name, files.length])).toEqual([['all', 6]]);
  });

  it('passes compression and retention on', async () => {
    await artifactPublisher({ ...REQUEST, compressionLevel: 6, retentionDays: 3 })([WEB]);
    expect(client.uploadArtifact.mock.calls[0]?.[3]).toEqual({ compressionLevel: 6, retentionDays: 3 });
  });

  it('replaces an artifact with overwrite: the old one goes first', async () => {
    const order: string[] = [];
    client.deleteArtifact.mockImplementation((name) => Promise.resolve(void order.push(`delete ${name}`)));
    client.uploadArtifact.mockImplementation((name) => {
      order.push(`upload ${name}`);
      return Promise.resolve({ id: 7 });
    });
    await artifactPublisher({ ...REQUEST, name: 'all', overwrite: true })([WEB]);
    expect(order).toEqual(['delete all', 'upload all']);
  });

  it('needs no artifact to replace', async () => {
    client.deleteArtifact.mockRejectedValue(Object.assign(new Error('none'), { name: 'ArtifactNotFoundError' }));
    expect(await artifactPublisher({ ...REQUEST, overwrite: true })([WEB])).toHaveLength(1);
  });

  it('does not upload beside an artifact that could not be removed', async () => {
    client.deleteArtifact.mockRejectedValue(new Error('HTTP 403'));
    const error = await errorOf(() => artifactPublisher({ ...REQUEST, overwrite: true })([WEB]));
    expect(error).toMatchObject({ code: 'artifact-failed', exitStatus: 8 });
    expect(client.uploadArtifact).not.toHaveBeenCalled();
  });

  it.each([
    [
      'Failed request: (409) Conflict: an artifact with this name already exists on the workflow run',
      'artifact-exists',
    ],
    ['conflict', 'artifact-exists'],
    ['Unable to make request: ECONNRESET', 'artifact-failed'],
    ['Artifact storage quota has been hit', 'artifact-failed'],
  ])('says of %j that it is %s', async (message, code) => {
    const cause = new Error(message);
    client.uploadArtifact.mockRejectedValue(cause);
    const error = await errorOf(() => artifactPublisher({ ...REQUEST, name: 'all' })([WEB]));
    expect(error).toMatchObject({ code, exitStatus: 8, cause });
    expect(error.message).toContain("'all'");
  });

  it('takes an upload without an identifier for failed', async () => {
    client.uploadArtifact.mockResolvedValue({});
    const error = await errorOf(() => artifactPublisher(REQUEST)([WEB]));
    expect(error).toMatchObject({ code: 'artifact-failed', message: expect.stringContaining('no ID') });
  });

  it('stops at the first release that fails', async () => {
    client.uploadArtifact.mockRejectedValueOnce(new Error('no'));
    await errorOf(() => artifactPublisher(REQUEST)([WEB, ADMIN]));
    expect(client.uploadArtifact).toHaveBeenCalledTimes(1);
  });
});
