import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Docker from 'dockerode';
import { findImage, type FindOptions, type FoundImage } from '../../src/registry/find.js';
import { REAL_TIMING } from '../../src/registry/http.js';
import { findManifest } from '../../src/registry/oci.js';
import { findOfficialImage } from '../../src/registry/official.js';
import { formatReference, parseReference, repositoryOf } from '../../src/registry/reference.js';
import { listRepositoryTags } from '../../src/registry/repository-tags.js';
import { openRepository } from '../../src/registry/repository.js';
import { imageQueryOf, versionOrder } from '../rig/listing/queries.js';
import { ROOT } from '../support/cli.js';
import { docker } from '../support/engine.js';

const REGISTRY = path.join(ROOT, 'test/rig/registry.sh');
const STATE = path.join(ROOT, '.cache/registry');
const run = promisify(execFile);

const OLDER = '1.18.3-erlang-27.3.4.3-alpine-3.22.1';
const NEWER = '1.18.3-erlang-27.3.4.3-alpine-3.22.10';
const BROKEN = '1.18.3-erlang-26.2.5.15-alpine-3.22.1';
const PREFIX = 'team/proxy';

/** Whether one was there before: it may hold what somebody else needs. */
let wasRunning: boolean;
let address: string;
let arch: string;
let otherArch: string;
let options: FindOptions;
const local: string[] = [];

beforeAll(async () => {
  wasRunning = existsSync(path.join(STATE, 'address'));
  address = (await run(REGISTRY, ['start'])).stdout.trim();
  arch = (await docker.getImage('alpine:3.22').inspect()).Architecture;
  otherArch = arch === 'arm64' ? 'amd64' : 'arm64';
  options = {
    registry: `${address}/${PREFIX}`,
    // Nothing listens there: what the registry says has to do.
    api: 'http://127.0.0.1:1/api/docker',
    signal: new AbortController().signal,
    timing: { ...REAL_TIMING, firstDelay: 1 },
  };
  await publish(`${PREFIX}/hexpm/elixir`, OLDER);
  await publish(`${PREFIX}/hexpm/elixir`, NEWER);
  await publish(`${PREFIX}/hexpm/elixir`, BROKEN);
  await publish(`${PREFIX}/hexpm/elixir`, 'latest');
  await publish(`${PREFIX}/library/elixir`, '1.18-otp-27-alpine');
});
afterAll(async () => {
  for (const name of local) await docker.getImage(name).remove();
  if (!wasRunning) await run(REGISTRY, ['stop']);
});

/** Pushes a small image of its own under a name, and keeps the name in the engine. */
async function publish(repository: string, tag: string): Promise<void> {
  const container = await docker.createContainer({ Image: 'alpine:3.22', Cmd: ['true'] });
  const repo = `${address}/${repository}`;
  await container.commit({ repo, tag, changes: `LABEL mix-release-test.tag=${tag}` });
  await container.remove();
  local.push(`${repo}:${tag}`);
  await ended(await docker.getImage(`${repo}:${tag}`).push({ authconfig: {} }));
}

/** A push or a pull, to its end; its failures are in the stream. */
function ended(stream: NodeJS.ReadableStream): Promise<unknown> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null, lines: readonly { readonly error?: string }[]) => {
      const failure = error ?? lines.find((line) => line.error !== undefined)?.error;
      if (failure) reject(failure instanceof Error ? failure : new Error(failure));
      else resolve(undefined);
    });
  });
}

const find = (words: string, more: Partial<FindOptions> = {}): Promise<FoundImage> =>
  findImage(imageQueryOf(words), versionOrder, { ...options, ...more });

const inspect = (tag: string): Promise<Docker.ImageInspectInfo> =>
  docker.getImage(`${address}/${PREFIX}/hexpm/elixir:${tag}`).inspect();

/** The file in which the registry keeps what has a digest. */
function blob(digest: string): string {
  const hex = digest.replace('sha256:', '');
  const data = path.join(STATE, 'data/docker/registry/v2/blobs/sha256');
  return path.join(data, hex.slice(0, 2), hex, 'data');
}

describe('a registry of one’s own', () => {
  it('lists its tags, also where it sends more of them than were asked for', async () => {
    const repository = openRepository(parseReference(`${address}/${PREFIX}/hexpm/elixir`), options);
    const { tags, incompleteBecause: stopped } = await listRepositoryTags(repository, { tagPage: 1 });
    expect(stopped).toBeUndefined();
    expect([...tags].sort()).toEqual([BROKEN, OLDER, NEWER, 'latest'].sort());
  });

  it('gives the newest image of a wish, with the digest that the engine knows it by', async () => {
    const found = await find(`1.18.x 27.x debian:bookworm,alpine:3.22 ${arch}`);
    expect(found.reference.tag).toBe(NEWER);
    expect(found.parts).toMatchObject({ elixir: '1.18.3', otp: '27.3.4.3', osRelease: '3.22', osDate: '3.22.10' });
    const { RepoDigests } = await inspect(NEWER);
    expect(RepoDigests).toEqual([`${repositoryOf(found.reference)}@${found.digest}`]);
    // One platform, so no index.
    expect(found.platformDigest).toBe(found.digest);
  });

  it('gives an image that the engine pulls by that digest', async () => {
    const found = await find(`1.18.3 27.3.4.3 alpine:3.22 ${arch}`);
    const { Id } = await inspect(NEWER);
    const tagged = `${repositoryOf(found.reference)}:${NEWER}`;
    await docker.getImage(tagged).remove();
    local.splice(local.indexOf(tagged), 1);
    const pinned = `${repositoryOf(found.reference)}@${found.digest}`;
    expect(
      await docker
        .getImage(pinned)
        .inspect()
        .catch((error: unknown) => error),
    ).toMatchObject({ statusCode: 404 });
    await ended(await docker.pull(pinned, {}));
    local.push(pinned);
    const pulled = await docker.getImage(pinned).inspect();
    expect(pulled.Id).toBe(Id);
    expect(pulled.Config.Labels).toMatchObject({ 'mix-release-test.tag': NEWER });
  });

  it('says for what platform its images are, where that is another', async () => {
    await expect(find(`1.18.3 27.3.4.3 alpine:3.22 ${otherArch}`)).rejects.toMatchObject({
      code: 'no-such-image',
      message: expect.stringMatching(
        new RegExp(
          `for ${otherArch}: image .*:${NEWER} is for linux/${arch}, and not for linux/${otherArch}; image .*:${OLDER} is`,
        ),
      ),
    });
  });

  it('gives the nearest of its own where it has nothing for a wish', async () => {
    await expect(find(`1.18.4 27.3.4.3 alpine:3.22 ${arch}`)).rejects.toMatchObject({
      code: 'no-such-image',
      message: expect.stringContaining('since 127.0.0.1:1 could not be reached'),
      next: expect.stringContaining(`Nearest that exist: ${NEWER} (other Elixir)`),
    });
  });

  it('that has no such repository leaves an outage, where the builder cannot be asked', async () => {
    await expect(find(`1.18.3 27.3.4.3 alpine:3.22 ${arch}`, { registry: `${address}/nobody` })).rejects.toMatchObject({
      code: 'registry-outage',
      message: expect.stringMatching(
        `^127.0.0.1:1 could not be reached: .*, and ${address} answered 404 for its tags$`,
      ),
    });
  });

  it('has official images', async () => {
    const found = await findOfficialImage(
      {
        ...imageQueryOf(`* 27 alpine:3.22 ${arch}`),
        elixir: { requested: '1.18', prefix: '1.18.', matches: () => true },
      },
      options,
    );
    const name = `${address}/${PREFIX}/library/elixir`;
    expect(found && formatReference(found.reference)).toBe(`${name}:1.18-otp-27-alpine@${found?.digest ?? ''}`);
    const { RepoDigests } = await docker.getImage(`${name}:1.18-otp-27-alpine`).inspect();
    expect(RepoDigests).toEqual([`${name}@${found?.digest ?? ''}`]);
    expect(await findOfficialImage(imageQueryOf(`1.18.3 27 alpine:3.22 ${arch}`), options)).toBeUndefined();
  });
});

describe('a digest that is wrong', () => {
  const manifest = (name: string) => {
    const reference = parseReference(name);
    return findManifest(openRepository(reference, options), reference, `linux/${arch}`);
  };

  it('is not found where the registry has nothing under it', async () => {
    const name = `${address}/${PREFIX}/hexpm/elixir@sha256:${'0'.repeat(64)}`;
    expect(await manifest(name)).toBeUndefined();
    await expect(docker.pull(name, {}).then((stream) => ended(stream))).rejects.toThrow(/not found|manifest unknown/);
  });

  it('is a mismatch where the registry has other bytes under it, by tag and by digest', async () => {
    const name = `${address}/${PREFIX}/hexpm/elixir`;
    const digest = (await manifest(`${name}:${BROKEN}`))?.digest ?? '';
    await appendFile(blob(digest), ' ');
    for (const reference of [`${name}:${BROKEN}`, `${name}@${digest}`]) {
      await expect(manifest(reference)).rejects.toMatchObject({
        code: 'image-digest-mismatch',
        message: expect.stringContaining(`instead of ${digest}`),
      });
    }
    await expect(find(`1.18.3 26.x alpine:3.22 ${arch}`)).rejects.toMatchObject({ code: 'image-digest-mismatch' });
  });
});
