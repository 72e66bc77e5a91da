import type Docker from 'dockerode';

/** Follows a long answer of the engine, one event a line, to its end; fails with the error that an event tells of. */
export function followed(
  docker: Docker,
  progress: NodeJS.ReadableStream,
  onEvent: (event: { readonly stream?: string }) => void = () => undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const finished = (error: Error | null): void => {
      if (error) reject(error);
      else resolve();
    };
    docker.modem.followProgress(progress, finished, onEvent);
  });
}
