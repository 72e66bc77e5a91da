import path from 'node:path';
import type { Publication, Publish, PublishedArtifact } from '../pipeline/publication.js';
import type { ArtifactRequest } from '../options/request.js';
import { MixReleaseError, messageOf } from '../errors.js';
import { foreignServer, type ForeignServer } from './server.js';

/**
 * What uploads tarballs as workflow artifacts; asked for before the build, so that a build whose result could not be
 * published does not begin.
 *
 * @throws MixReleaseError `artifact-outside-actions` where there is no service to upload to, or
 *   `artifact-server-unsupported` where it is one that the client does not speak to
 */
export function artifactPublisher(request: ArtifactRequest): Publish {
  const server = foreignServer(process.env);
  if (server) throw foreign(server);
  if (!process.env.ACTIONS_RUNTIME_TOKEN || !process.env.ACTIONS_RESULTS_URL) {
    throw new MixReleaseError('artifact-outside-actions', {
      what: 'an artifact was asked for, and there is no artifact service here',
      next: 'Artifacts exist inside GitHub Actions, in steps with uses. Set artifact: false, or leave --artifact out.',
    });
  }
  return async (publications) => {
    const published: PublishedArtifact[] = [];
    for (const upload of uploadsOf(publications, request)) published.push(await publish(upload, request));
    return published;
  };
}

function foreign({ name, uploadBy }: ForeignServer): MixReleaseError {
  return new MixReleaseError('artifact-server-unsupported', {
    what: `this workflow is run by ${name}, which has no artifact service of the kind that this action uploads to`,
    next: `Set artifact: false, and give the outputs tarball and sha256 to a step with ${uploadBy}.`,
  });
}

/** One artifact a release, or, under one name, one that holds them all. */
function uploadsOf(publications: readonly Publication[], { name }: ArtifactRequest): readonly Publication[] {
  return name === undefined ? publications : [{ name, files: publications.flatMap(({ files }) => files) }];
}

async function publish(upload: Publication, request: ArtifactRequest): Promise<PublishedArtifact> {
  // The client brings the Azure SDK: loaded only when there is something to upload.
  const { DefaultArtifactClient } = await import('@actions/artifact');
  const client = new DefaultArtifactClient();
  const { name, files } = upload;
  try {
    if (request.overwrite) await deleteOld(client, name);
    const { id, digest } = await client.uploadArtifact(name, [...files], path.dirname(files[0] ?? '.'), {
      compressionLevel: request.compressionLevel,
      ...(request.retentionDays === undefined ? {} : { retentionDays: request.retentionDays }),
    });
    if (id === undefined) throw new Error('the service gave no id');
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
      what: `this workflow run has an artifact '${name}' already`,
      next: 'Give each job its own artifact-name, or set overwrite: true to replace it.',
      cause: error,
    });
  }
  return new MixReleaseError('artifact-failed', {
    what: `the artifact '${name}' was not uploaded: ${message}`,
    next: 'The tarball is in the output directory. Run the job again; if it fails again, look at the status of GitHub.',
    cause: error,
  });
}
