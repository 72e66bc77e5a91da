import path from 'node:path';
import { Parser, type ReadEntry } from 'tar';
import { docker } from './engine.js';

/** Reads files of an image without starting anything in it; links are followed. */
export interface ImageFiles extends AsyncDisposable {
  read(file: string): Promise<Buffer>;
}

export async function filesOf(image: string): Promise<ImageFiles> {
  const { Os, Architecture } = await docker.getImage(image).inspect();
  const container = await docker.createContainer({ Image: image, platform: `${Os}/${Architecture}`, Cmd: ['true'] });
  const read = async (file: string, depth = 0): Promise<Buffer> => {
    const { content, linkTo } = await firstEntry(await container.getArchive({ path: file }));
    if (linkTo === undefined) return content;
    if (depth > 10) throw new Error(`${file} is a link to itself`);
    return read(path.posix.resolve(path.posix.dirname(file), linkTo), depth + 1);
  };
  return {
    read: (file) => read(file),
    [Symbol.asyncDispose]: async () => {
      await container.remove({ force: true });
    },
  };
}

async function firstEntry(archive: NodeJS.ReadableStream): Promise<{ content: Buffer; linkTo: string | undefined }> {
  const chunks: Buffer[] = [];
  let linkTo: string | undefined;
  const parser = new Parser({ strict: true });
  parser.on('entry', (entry: ReadEntry) => {
    if (entry.type === 'SymbolicLink') linkTo = entry.linkpath;
    entry.on('data', (chunk: Buffer) => chunks.push(chunk));
  });
  await new Promise<void>((resolve, reject) => {
    parser.on('end', resolve).on('error', reject);
    archive.on('error', reject);
    archive.pipe(parser);
  });
  return { content: Buffer.concat(chunks), linkTo };
}
