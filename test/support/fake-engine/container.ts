import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import {
  NOT_STARTED,
  type Command,
  type ContainerSpec,
  type RunningContainer,
  type Talk,
} from '../../../src/engine/container.js';
import { containerGone, lost, refused } from '../../../src/engine/failure.js';
import { splitLines } from '../../../src/engine/lines.js';
import { FakeFiles, packed, unpacked } from './files.js';
import { freshId, type FakeImage, type FakeVolume, type World } from './world.js';

/** A container of the fake engine, as its handlers and tests see it. */
export class FakeContainer {
  readonly id = freshId();
  readonly name: string;
  /** How it ended; undefined while it runs. */
  ended: 'removed' | 'disposed' | undefined;
  /** Whether it was never started. */
  still = false;
  readonly #files: FakeFiles;
  readonly #gone = Promise.withResolvers<never>();
  readonly #streams = new Set<Readable>();

  constructor(
    readonly world: World,
    readonly spec: ContainerSpec,
    image: FakeImage,
    readonly volume: FakeVolume | undefined,
    readonly created = new Date(),
  ) {
    this.name = spec.name ?? `fake_${this.id.slice(0, 12)}`;
    this.#files = new FakeFiles(['/tmp', ...image.directories]);
    for (const [place, file] of Object.entries(image.files ?? {})) this.#files.add(place, file);
    if (spec.volume) this.#files.mkdir(spec.volume.path);
    this.#fillVolume();
    this.#gone.promise.catch(() => undefined);
  }

  /** A volume that is empty gets what the image has at its place. */
  #fillVolume(): void {
    const [place, files] = [this.spec.volume?.path, this.volume?.files];
    if (place === undefined || !files || files.below('/').length > 1) return;
    for (const [name, file] of this.#files.below(place)) files.set(`/${path.posix.relative(place, name)}`, file);
  }

  /** The files at a path: those of the volume that is mounted there, or its own. */
  at(place: string): { readonly files: FakeFiles; readonly path: string } {
    const mount = this.spec.volume?.path;
    if (mount === undefined || !this.volume) return { files: this.#files, path: place };
    const relative = path.posix.relative(mount, path.posix.normalize(place));
    if (relative.startsWith('..')) return { files: this.#files, path: place };
    return { files: this.volume.files, path: `/${relative}` };
  }

  /** The text of a file in it. */
  read(place: string): string {
    const { files, path: at } = this.at(place);
    return files.read(at);
  }

  /** Writes a file in it, with the directories that lead to it. */
  write(place: string, content: string | Buffer, mode = 0o644): void {
    const { files, path: at } = this.at(place);
    files.write(at, content, { mode });
  }

  has(place: string): boolean {
    const { files, path: at } = this.at(place);
    return files.get(at) !== undefined;
  }

  /** Ends everything in it, and removes it with its anonymous volume. */
  end(how: 'removed' | 'disposed'): void {
    if (this.ended !== undefined) return;
    this.ended = how;
    this.world.containers.delete(this.id);
    if (this.volume?.anonymous) this.world.volumes.delete(this.volume.name);
    this.#gone.reject(containerGone('that was running', 404));
    for (const stream of this.#streams) stream.destroy(containerGone('for its files', 404));
  }

  /** Rejects when it ends. */
  get gone(): Promise<never> {
    return this.#gone.promise;
  }

  #follow(stream: Readable): Readable {
    this.#streams.add(stream);
    // Whoever reads it later finds the error on it.
    stream.on('error', () => undefined);
    return stream.once('close', () => this.#streams.delete(stream));
  }

  #requireRunning(doing: string): void {
    if (this.ended !== undefined) throw containerGone(doing, 404);
  }

  /** As callers of the engine have it. */
  running(): RunningContainer {
    const { faults } = this.world;
    const kill = (): Promise<void> =>
      faults.call({ name: 'container.kill', about: this.name }, () => this.end('removed'));
    return {
      id: this.id,
      run: (command, onLine) =>
        faults.call({ name: 'container.run', about: command.title }, (midway) => this.#run(command, onLine, midway)),
      talk: (command) => faults.call({ name: 'container.talk', about: command.title }, () => this.#talk(command)),
      put: (archive, place) =>
        faults.call({ name: 'container.put', about: place }, (midway) => this.#put(archive, place, midway)),
      get: (place) =>
        faults.call({ name: 'container.get', about: place }, (midway) => this.#get(place, midway), {
          answerStreams: true,
        }),
      kill,
      [Symbol.asyncDispose]: kill,
    };
  }

  async #run(command: Command, onLine: (line: string) => void, midway: boolean): Promise<number> {
    this.#requireRunning(`to run ${command.title}`);
    const lines = splitLines(onLine);
    const print = (line: string): void => {
      if (this.ended === undefined) lines.write(Buffer.from(`${line}\n`));
    };
    const work = Promise.resolve(this.world.handlers.run(command, this, print));
    const answer = await Promise.race([work, this.#gone.promise]);
    if (!answer) {
      onLine(`exec: "${command.argv[0] ?? ''}": executable file not found in $PATH`);
      return NOT_STARTED;
    }
    const output = answer.output ?? Buffer.from((answer.lines ?? []).map((line) => `${line}\n`).join(''));
    lines.write(midway ? output.subarray(0, output.length / 2) : output);
    await finished(lines.end());
    return answer.status ?? 0;
  }

  #talk(command: Command): Talk {
    this.#requireRunning(`to run ${command.title}`);
    const [input, output] = [new PassThrough(), new PassThrough()];
    this.#gone.promise.catch(() => output.end());
    this.world.handlers.talk(command, this, input, output);
    const close = async (): Promise<void> => {
      input.end();
      await finished(output.resume());
    };
    return { input, output, [Symbol.asyncDispose]: close };
  }

  async #put(archive: Readable, place: string, midway: boolean): Promise<void> {
    const doing = `to take files into ${place}`;
    try {
      this.#requireRunning(doing);
      const { files, path: at } = this.at(place);
      if (files.get(at)?.type !== 'Directory')
        throw refused(doing, `Could not find the file ${place} in container`, 404);
      this.#follow(archive);
      const entries = await unpacked(archive);
      for (const [name, file] of midway ? entries.slice(0, entries.length / 2) : entries) {
        // Below the place a volume may be mounted.
        const target = this.at(path.posix.join(place, name));
        target.files.set(target.path, file);
      }
    } finally {
      archive.destroy();
    }
  }

  async #get(place: string, midway: boolean): Promise<Readable> {
    const doing = `to hand out ${place}`;
    this.#requireRunning(doing);
    const { files, path: at } = this.at(place);
    // The top of a volume has no name of its own there.
    if (at === '/') return this.#follow(this.#wholeVolume(files, path.posix.basename(place)));
    if (!files.get(at)) throw refused(doing, `Could not find the file ${place} in container`, 404);
    const archive = packed(files, at);
    if (!midway) return this.#follow(archive);
    const whole = await buffer(archive);
    const half = async function* (): AsyncGenerator<Buffer, void> {
      yield whole.subarray(0, whole.length / 2);
      await new Promise(setImmediate);
      throw lost(doing, 'read ECONNRESET');
    };
    return this.#follow(Readable.from(half()));
  }

  #wholeVolume(files: FakeFiles, name: string): Readable {
    const copy = new FakeFiles();
    for (const [place, file] of files.below('/')) copy.set(path.posix.join('/', name, place), file);
    return packed(copy, `/${name}`);
  }
}
