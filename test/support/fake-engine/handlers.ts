import type { Readable, Writable } from 'node:stream';
import type { Command, ServiceSpec, ServiceState, Terminal } from '../../../src/engine/container.js';
import type { ImageBuild } from '../../../src/engine/engine.js';
import type { FakeContainer } from './container.js';
import type { FakeFile } from './files.js';

/** What a command prints, and what it ends with. */
export interface FakeAnswer {
  readonly lines?: readonly string[];
  /** Bytes instead of lines. */
  readonly output?: Buffer;
  /** 0 unless given. */
  readonly status?: number;
}

/** What a build prints, and why it fails; an image comes of it otherwise. */
export interface FakeBuildAnswer {
  readonly output?: string;
  readonly error?: string;
}

/** What the programs of a fake engine do. */
export interface FakeHandlers {
  /**
   * A command in a container; undefined for a program that is not in its image.
   *
   * @param print - prints a line at once, before the command ends
   */
  run: (
    command: Command,
    container: FakeContainer,
    print: (line: string) => void,
  ) => FakeAnswer | undefined | Promise<FakeAnswer | undefined>;
  /** A command that is talked to: reads from `input` and writes to `output` until it ends that. */
  talk: (command: Command, container: FakeContainer, input: Readable, output: Writable) => void;
  /** A command with a person's input and output, and its exit status; undefined for what `talk` does, and 0. */
  attach?: (command: Command, container: FakeContainer, terminal: Terminal) => number | Promise<number>;
  /** What a service is like when it is looked at, and what it has printed; running and healthy unless said. */
  service: (spec: ServiceSpec) => Partial<ServiceState> & { readonly log?: readonly string[] };
  /** @param context - the files that came, by path */
  build: (
    build: Omit<ImageBuild, 'context'>,
    context: ReadonlyMap<string, FakeFile>,
  ) => FakeBuildAnswer | Promise<FakeBuildAnswer>;
}

/** Every command ends with 0 and prints nothing, every build succeeds. */
export const DEFAULT_HANDLERS: FakeHandlers = {
  run: () => ({}),
  talk: (_command, _container, input, output) => {
    input.resume().once('end', () => output.end());
  },
  service: () => ({}),
  build: () => ({}),
};
