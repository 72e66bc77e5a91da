import type { Readable } from 'node:stream';
import type {
  Command,
  ContainerInfo,
  ContainerSpec,
  RunningContainer,
  RunningService,
  ServiceSpec,
  StillContainer,
  StillSpec,
  Terminal,
} from './container.js';

/** Labels that a thing has to carry: each with its value, or with any where `true` is given. */
export type LabelFilter = Readonly<Record<string, string | true>>;

/**
 * A container engine that answered. Each call fails with an `EngineError`: `engine-connection-lost` where the connection broke,
 * `engine-error` with a status where the engine refused. A call with a signal fails with the signal's reason once that is
 * aborted. Disposing of the engine breaks every connection that is open, so that nothing keeps this program running.
 */
export interface Engine extends AsyncDisposable {
  /** `arch` in the engine's words: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly version: string;
  readonly facts: EngineFacts;
  /** The engine's clock minus ours, in milliseconds; a remote engine's may differ. */
  readonly clockSkew: number;
  readonly images: Images;
  readonly containers: Containers;
  readonly volumes: Volumes;
  readonly networks: Networks;
}

/** What an engine says of itself, for people. */
export interface EngineFacts {
  /** `Docker` or `Podman`. */
  readonly product: string;
  /** Where it answers, such as `unix:///var/run/docker.sock`. */
  readonly address: string;
  /** Whether that is a socket of this machine. Its kernel may still be another one: that of Docker Desktop is. */
  readonly local: boolean;
  /** The operating system of its machine; undefined where it does not say. */
  readonly system: string | undefined;
  /** How it stores images: the name of its driver, with `containerd` before it for that image store. */
  readonly store: string | undefined;
  /** Directory of its images, on its own machine. */
  readonly root: string | undefined;
}

/** An image that is present in the engine. */
export interface ImageInfo {
  /** `sha256:` and 64 hex digits. */
  readonly id: string;
  /** `os/arch` in the engine's words; empty where the engine has not all that it would read it from. */
  readonly platform: string;
  /** Digest of the manifest of that platform, where the engine tells it. Never that of an index. */
  readonly manifest?: string;
  /** Its names, `repository:tag`; none for an image that has lost them. */
  readonly names: readonly string[];
  /** `repository@sha256:…`, as registries gave it. */
  readonly digests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** The directories of its `PATH`; none where it sets none. */
  readonly searchPath?: readonly string[];
}

/** An image as a list has it. */
export type ListedImage = Pick<ImageInfo, 'id' | 'names' | 'labels'>;

/** A login for a registry. */
export type RegistryLogin =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string; readonly serveraddress: string };

/** How an image travels from or to a registry. */
export interface TransferOptions {
  /** `os/arch`. */
  readonly platform: string;
  /** Undefined for nobody's. */
  readonly login: RegistryLogin | undefined;
  readonly signal: AbortSignal;
}

/** An image that is to be built. */
export interface ImageBuild {
  /** Tar stream with the Dockerfile and what it copies. */
  readonly context: Readable;
  /** Path of the Dockerfile in the context. */
  readonly dockerfile: string;
  readonly platform: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly tag: string | undefined;
  /** Whether the images that it starts from are pulled again. */
  readonly pull: boolean;
  readonly signal: AbortSignal;
  /** Gets what the steps print: whole lines or parts of them. */
  readonly onOutput: (text: string) => void;
}

/**
 * The images of an engine. Where an engine keeps several platforms of one name apart, `platform` (`os/arch`) says which
 * is meant; where it keeps one image a name, that is the one, whatever its platform.
 */
export interface Images {
  /** The image of that name or identifier, for the platform where there are several; undefined where there is none. */
  inspect(reference: string, platform?: string): Promise<ImageInfo | undefined>;
  /**
   * @param filter - `reference` is a repository or `repository:tag`; without a platform, images of all
   */
  list(filter: {
    readonly labels?: LabelFilter;
    readonly reference?: string;
    readonly platform?: string;
  }): Promise<readonly ListedImage[]>;
  /**
   * The identifier by which an image of one platform is found alone, for steps of a Dockerfile and for names. Engines with
   * the containerd image store know the images of an index by its name alone: those are copied out of it, within the
   * engine.
   */
  single(image: ImageInfo, reference: string): Promise<string>;
  /** Pulls an image; a reference without a tag or a digest means `latest`. */
  pull(reference: string, options: TransferOptions): Promise<void>;
  /** Pushes an image to the registry that its name begins with. */
  push(reference: string, options: TransferOptions): Promise<void>;
  /** Gives an image one more name, for all of its platforms. */
  tag(image: string, name: { readonly repository: string; readonly tag: string }): Promise<void>;
  /**
   * Whether images are built by BuildKit, which knows `RUN --mount` and here-documents: where the `docker` command has
   * buildx. Else the engine builds them by its older builder.
   */
  buildKit(): Promise<boolean>;
  /**
   * Builds an image, and returns its identifier. An identifier as the argument `BASE` is an image in the engine that the
   * Dockerfile starts from; one that was built without a tag may be gone once another image was built on it.
   */
  build(build: ImageBuild): Promise<string>;
  /**
   * Removes a name, and the image with its last one, for all of its platforms; an image that is not there is what was
   * wanted.
   *
   * @param options - `force` removes all names; `keepParents` leaves images that it was made from
   */
  remove(reference: string, options?: { readonly force?: boolean; readonly keepParents?: boolean }): Promise<void>;
}

/** The containers of an engine. */
export interface Containers {
  /**
   * Starts a container whose first process only waits for its standard input to end. That input is our connection, so
   * that the container, made with automatic removal, is gone soon after this program is, even after a SIGKILL. Where it
   * does not start, nothing of it is left. A name that is taken is a conflict: see `isConflict`.
   */
  start(spec: ContainerSpec): Promise<RunningContainer>;
  /** Creates a container that is never started. It stays where this program is killed: `clean` finds it by its labels. */
  create(spec: StillSpec): Promise<StillContainer>;
  /** Starts what an image is made for. Where it does not start, nothing of it is left. */
  startService(spec: ServiceSpec): Promise<RunningService>;
  /**
   * Runs a command in a container that runs, with a person's input and output, and returns its exit status. Its input
   * ends with theirs.
   */
  attach(id: string, command: Command, terminal: Terminal): Promise<number>;
  /** All of them, whether they run or not. */
  list(filter: { readonly labels: LabelFilter }): Promise<readonly ContainerInfo[]>;
  /** Removes one by force, with the volumes that have no name; one that is gone is what was wanted. */
  remove(id: string): Promise<void>;
}

/** A volume that is present in the engine. */
export interface VolumeInfo {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** By the engine's clock; undefined where it does not say. */
  readonly created: Date | undefined;
}

/** The volumes of an engine. */
export interface Volumes {
  /** Makes one; one of that name that is there already stays as it is. */
  create(volume: { readonly name: string; readonly labels: Readonly<Record<string, string>> }): Promise<void>;
  /** Undefined where there is none. */
  inspect(name: string): Promise<VolumeInfo | undefined>;
  /** @param filter - with `unused`, only those that no container has, running or not */
  list(filter: { readonly labels: LabelFilter; readonly unused?: boolean }): Promise<readonly VolumeInfo[]>;
  /** One that is not there is what was wanted; one that a container has is a conflict: see `isConflict`. */
  remove(name: string): Promise<void>;
}

/** A network that is present in the engine. */
export interface NetworkInfo {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** By the engine's clock; undefined where it does not say. */
  readonly created: Date | undefined;
}

/** A network to make. */
export interface NewNetwork {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether no way leads out of it. */
  readonly internal?: boolean;
}

/** The networks of an engine. */
export interface Networks {
  /** @returns its identifier */
  create(network: NewNetwork): Promise<string>;
  list(filter: { readonly labels: LabelFilter }): Promise<readonly NetworkInfo[]>;
  /** By its identifier or name; one that is not there is what was wanted. */
  remove(network: string): Promise<void>;
}
