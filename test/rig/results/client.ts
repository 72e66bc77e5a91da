/**
 * A program: the real `@actions/artifact` client does one thing, told by a message of its parent, and reports by
 * another. A process of its own keeps the environment it reads and the workflow commands it prints out of the tests.
 */
import { DefaultArtifactClient, type UploadArtifactOptions } from '@actions/artifact';

export type ClientTask =
  | {
      readonly do: 'upload';
      readonly name: string;
      readonly files: readonly string[];
      /** Names inside the ZIP are relative to this folder. */
      readonly root: string;
      readonly options?: UploadArtifactOptions;
    }
  | { readonly do: 'download'; readonly name: string; readonly directory: string }
  | { readonly do: 'delete'; readonly name: string }
  | { readonly do: 'list' };

/** What a client's method returned, or its error as `name: message`. */
export type ClientReport =
  { readonly ok: true; readonly value: object } | { readonly ok: false; readonly error: string };

async function perform(task: ClientTask): Promise<object> {
  const client = new DefaultArtifactClient();
  switch (task.do) {
    case 'upload':
      return client.uploadArtifact(task.name, [...task.files], task.root, task.options);
    case 'download': {
      const { artifact } = await client.getArtifact(task.name);
      const expected = artifact.digest === undefined ? {} : { expectedHash: artifact.digest };
      const result = await client.downloadArtifact(artifact.id, { path: task.directory, ...expected });
      if (result.digestMismatch) throw new Error(`The digest of artifact ${task.name} is not ${artifact.digest}`);
      return result;
    }
    case 'delete':
      return client.deleteArtifact(task.name);
    case 'list':
      return client.listArtifacts();
  }
}

// Also when the parent is gone: the waits between two attempts take longer than anyone would look for.
process.once('disconnect', () => process.exit());
process.once('message', (task: ClientTask) => {
  void perform(task)
    .then(
      (value): ClientReport => ({ ok: true, value }),
      (error: unknown): ClientReport => ({ ok: false, error: String(error) }),
    )
    .then((report) => process.send?.(report, () => process.disconnect()));
});
