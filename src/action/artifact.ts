import path from 'node:path';
import type { Publication, Publish, PublishedArtifact } from '../pipeline/publication.js';
import type { ArtifactRequest } from '../options/sections/artifact.js';
import { MixReleaseError, messageOf } from '../errors.js';
import { unsupportedServer, type UnsupportedServer } from './server.js';

/**
 * The function that uploads tarballs as workflow artifacts. Call it before the build, so that a build whose result cannot
 * be published does not begin.
 *
 * @throws MixReleaseError `artifact-outside-actions` without an artifact service, or `artifact-server-unsupported` for one
 *   that the client does not support
 */
export function artifactPublisher(request: ArtifactRequest): Publish {
  const server = unsupportedServer(process.env);
  if (server) throw unsupported(server);
  if (!process.env.ACTIONS_RUNTIME_TOKEN || !process.env.ACTIONS_RESULTS_URL) {
    throw new MixReleaseError('artifact-outside-actions', {
      what: 'an artifact was requested, but there is no artifact service here',
      next: 'Set artifact: false, or leave --artifact out. Only steps with uses in GitHub Actions can upload artifacts.',
    });
  }
  return async (publications) => {
    const published: PublishedArtifact[] = [];
    for (const upload of uploadsOf(publications, request)) published.push(await publish(upload, request));
    return published;
  };
}

function unsupported({ name, uploadAction }: UnsupportedServer): MixReleaseError {
  return new MixReleaseError('artifact-server-unsupported', {
    what: `${name} runs this workflow, and its artifact service does not support this action's client`,
    next: `Set artifact: false, and upload the outputs tarball and sha256 in a step with ${uploadAction}.`,
  });
}

/** One artifact for each release or, with a name, one for all releases. */
function uploadsOf(publications: readonly Publication[], { name }: ArtifactRequest): readonly Publication[] {
  return name === undefined ? publications : [{ name, files: publications.flatMap(({ files }) => files) }];
}

async function publish(upload: Publication, request: ArtifactRequest): Promise<PublishedArtifact> {
  // The client loads the Azure SDK, which only an upload needs.
  const { DefaultArtifactClient } = await import('@actions/artifact');
  const client = new DefaultArtifactClient();
  const { name, files } = upload;
  try {
    if (request.overwrite) await deleteOld(client, name);
    const { id, digest } = await client.uploadArtifact(name, [...files], path.dirname(files[0] ?? '.'), {
      compressionLevel: request.compressionLevel,
      ...(request.retentionDays === undefined ? {} : { retentionDays: request.retentionDays }),
    });
    if (id === undefined) throw new Error('the service returned no ID');
    return { name, id, url: artifactUrl(id), digest: digest ?? '' };
  } catch (error) {
    throw uploadError(error, name);
  }
}

async function deleteOld(client: { deleteArtifact(name: string): Promise<unknown> }, name: string): Promise<void> {
  try {
    await client.deleteArtifact(name);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ArtifactNotFoundError') throw error;
  }
}

function artifactUrl(id: number): string {
  const { GITHUB_SERVER_URL = '', GITHUB_REPOSITORY = '', GITHUB_RUN_ID = '' } = process.env;
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/artifacts/${String(id)}`;
}

function uploadError(error: unknown, name: string): MixReleaseError {
  const message = messageOf(error);
  if (/409|conflict|already exists/i.test(message)) {
    return new MixReleaseError('artifact-exists', {
      what: `this workflow run already has an artifact '${name}'`,
      next: 'Give each job its own artifact-name, or set overwrite: true to replace it.',
      cause: error,
    });
  }
  return new MixReleaseError('artifact-failed', {
    what: `the artifact '${name}' was not uploaded: ${message}`,
    next: 'The tarball is in the output directory. Run the job again; if it fails again, check the status of GitHub.',
    cause: error,
  });
}
