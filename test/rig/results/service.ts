import type { BlobStore } from './blobs.js';
import { TwirpError, type TwirpRequest, field, requiredField } from './twirp.js';

/** An artifact as the service keeps it. */
export interface StoredArtifact {
  readonly id: number;
  readonly name: string;
  /** As announced by CreateArtifact. */
  readonly mimeType: string | undefined;
  /** As written on the blob. */
  readonly contentType: string | undefined;
  /** Only a finalized artifact is listed and can be downloaded. */
  readonly finalized: boolean;
  /** Bytes; 0 until finalized. */
  readonly size: number;
  /** `sha256:` and 64 hexadecimal digits; undefined until finalized, or when the client sent none. */
  readonly digest: string | undefined;
  readonly createdAt: Date;
  /** Undefined: the repository's default retention. */
  readonly expiresAt: Date | undefined;
}

/** The identifiers that the runtime token carries; the client reads them there and sends them in each request. */
export interface BackendIds {
  readonly run: string;
  readonly job: string;
}

export const artifactMethods = [
  'CreateArtifact',
  'FinalizeArtifact',
  'ListArtifacts',
  'GetSignedArtifactURL',
  'DeleteArtifact',
] as const;

export type ArtifactMethod = (typeof artifactMethods)[number];

export interface ArtifactService {
  /** In order of creation, unfinished ones included. */
  artifacts(): readonly StoredArtifact[];
  /** The bytes as they were uploaded: a ZIP, or the file itself when it was not archived. */
  content(name: string): Promise<Buffer>;
  /** Answers one call. @throws TwirpError */
  call(method: ArtifactMethod, request: TwirpRequest): Promise<object>;
}

/** The artifacts of one workflow run. Messages: `generated/results/api/v1/artifact.ts` of `@actions/artifact`. */
export function artifactService(blobs: BlobStore, ids: BackendIds): ArtifactService {
  const stored = new Map<string, StoredArtifact>();
  let lastId = 0;

  const blobKey = (artifact: StoredArtifact): string => `${ids.run}/${String(artifact.id)}`;

  const finalized = (name: string): StoredArtifact => {
    const artifact = stored.get(name);
    if (!artifact?.finalized) throw new TwirpError(404, `artifact ${name} not found`);
    return artifact;
  };

  const methods: Record<ArtifactMethod, (request: TwirpRequest) => object | Promise<object>> = {
    CreateArtifact(request) {
      const name = requiredField(request, 'name');
      if (stored.has(name)) {
        throw new TwirpError(409, 'an artifact with this name already exists on the workflow run');
      }
      const artifact: StoredArtifact = {
        id: ++lastId,
        name,
        mimeType: field(request, 'mime_type'),
        contentType: undefined,
        finalized: false,
        size: 0,
        digest: undefined,
        createdAt: new Date(),
        expiresAt: futureDate(field(request, 'expires_at')),
      };
      stored.set(name, artifact);
      return { ok: true, signed_upload_url: blobs.uploadUrl(blobKey(artifact)) };
    },

    async FinalizeArtifact(request) {
      const name = requiredField(request, 'name');
      const artifact = stored.get(name);
      if (artifact === undefined) throw new TwirpError(404, `artifact ${name} was not created`);
      const blob = await blobs.inspect(blobKey(artifact));
      if (blob === undefined) throw new TwirpError(400, `nothing was uploaded for artifact ${name}`);
      // The JSON mapping leaves out a field that holds its default, so no size is size 0.
      const size = field(request, 'size') ?? '0';
      if (size !== String(blob.size))
        throw new TwirpError(400, `size ${size}, but ${String(blob.size)} bytes were uploaded`);
      const digest = field(request, 'hash');
      if (digest !== undefined && digest !== blob.digest) {
        throw new TwirpError(400, `hash ${digest}, but what was uploaded has ${blob.digest}`);
      }
      stored.set(name, { ...artifact, contentType: blob.contentType, finalized: true, size: blob.size, digest });
      return { ok: true, artifact_id: String(artifact.id) };
    },

    ListArtifacts(request) {
      const name = field(request, 'name_filter');
      const id = field(request, 'id_filter');
      const matching = [...stored.values()]
        .filter((artifact) => artifact.finalized)
        .filter((artifact) => name === undefined || artifact.name === name)
        .filter((artifact) => id === undefined || String(artifact.id) === id);
      return { artifacts: matching.map((artifact) => listing(artifact, ids)) };
    },

    GetSignedArtifactURL(request) {
      const artifact = finalized(requiredField(request, 'name'));
      const fileName = artifact.contentType === 'application/zip' ? `${artifact.name}.zip` : artifact.name;
      return { signed_url: blobs.downloadUrl(blobKey(artifact), fileName) };
    },

    async DeleteArtifact(request) {
      const artifact = finalized(requiredField(request, 'name'));
      stored.delete(artifact.name);
      await blobs.remove(blobKey(artifact));
      return { ok: true, artifact_id: String(artifact.id) };
    },
  };

  return {
    artifacts: () => [...stored.values()],
    content: (name) => blobs.read(blobKey(finalized(name))),
    async call(method, request) {
      if (
        requiredField(request, 'workflow_run_backend_id') !== ids.run ||
        requiredField(request, 'workflow_job_run_backend_id') !== ids.job
      ) {
        throw new TwirpError(403, 'the token is for another workflow run or job');
      }
      return methods[method](request);
    },
  };
}

function listing(artifact: StoredArtifact, ids: BackendIds): object {
  return {
    workflow_run_backend_id: ids.run,
    workflow_job_run_backend_id: ids.job,
    database_id: String(artifact.id),
    name: artifact.name,
    size: String(artifact.size),
    created_at: artifact.createdAt.toISOString(),
    ...(artifact.digest === undefined ? {} : { digest: artifact.digest }),
  };
}

function futureDate(timestamp: string | undefined): Date | undefined {
  if (timestamp === undefined) return undefined;
  const date = new Date(timestamp);
  if (!(date.getTime() > Date.now())) throw new TwirpError(400, `expires_at is not in the future: ${timestamp}`);
  return date;
}
