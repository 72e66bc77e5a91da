import type { Readable, Writable } from 'node:stream';

/** What a container is started with. */
export interface ContainerSpec {
  readonly image: string;
  /** A name that only one container can have at a time; undefined for one that the engine makes up. */
  readonly name?: string;
  /** `os/arch`, always passed to the engine. */
  readonly platform: string;
  /** `uid:gid` or a name. */
  readonly user: string;
  readonly labels: Record<string, string>;
  /**
   * Volume mounted at `path`, made with `labels` when it does not exist. Without a name, the engine makes one up, and
   * removes the volume with the container.
   */
  readonly volume?: { readonly name?: string; readonly path: string; readonly labels: Record<string, string> };
  /**
   * Whether it is closed: no network unless one is given, and nothing to write to but the volume and `/tmp`, which is in
   * memory. Its host name leads to itself. Its loopback has IPv6 where the kernel has.
   */
  readonly sealed?: boolean;
  /** The network that it is in, instead of the engine's default or of none; or the container whose network it shares. */
  readonly network?: NetworkSpec | { readonly of: string };
  /** What it may use, where it is, and what of the engine's machine is in it. */
  readonly options?: ContainerSettings;
}

/** A network of ours, and the names of other machines in it. */
export interface NetworkSpec {
  /** The network's identifier or name. */
  readonly network: string;
  /** Addresses by host name; they need no name service. */
  readonly hosts: Readonly<Record<string, string>>;
}

/** A container that runs what its image is made for. */
export interface ServiceSpec extends NetworkSpec {
  readonly image: string;
  /** `os/arch`, always passed to the engine. */
  readonly platform: string;
  /** Its host name, also in the network. */
  readonly host: string;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Record<string, string>;
}

/** How a service is. */
export interface ServiceState {
  readonly running: boolean;
  /** What it ended with; undefined while it runs. */
  readonly exitStatus: number | undefined;
  /** What its image's health check says; undefined where the image has none. */
  readonly health: 'starting' | 'healthy' | 'unhealthy' | undefined;
  /** Its address in the network; undefined where it has none, as when it ended. */
  readonly address: string | undefined;
  /** TCP ports that its image names (`EXPOSE`). */
  readonly ports: readonly number[];
}

/** A service until the end of its scope. Other than other containers, it goes on where this program is killed. */
export interface RunningService extends AsyncDisposable {
  readonly id: string;
  state(): Promise<ServiceState>;
  /** The last lines that it printed so far. */
  readonly log: readonly string[];
}

/** Settings of a container that most do without. */
export interface ContainerSettings {
  /** Bytes. */
  readonly memory?: number | undefined;
  /** Processors, in fractions, too. */
  readonly cpus?: number | undefined;
  /** A network of the engine, or `host`, `bridge` or `none`. */
  readonly network?: string | undefined;
  /** Added to its hosts, each as `NAME:ADDRESS`. */
  readonly hosts?: readonly string[];
  /** Paths of the engine's machine, which must exist. */
  readonly mounts?: readonly { readonly source: string; readonly target: string; readonly writable: boolean }[];
}

/** One command for a running container: arguments, never a line for a shell. */
export interface Command {
  /** What it is called in messages. */
  readonly title: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Where a command takes its input from and prints to: a terminal of a person, or streams. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
  /** Standard error. A terminal has one output for both. */
  readonly errors: Writable;
  /** Undefined where these are no terminal. */
  readonly screen: Screen | undefined;
}

/** The size of a terminal. */
export interface Screen {
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Calls back when the size has changed; returns what ends that. */
  readonly onResize: (changed: () => void) => () => void;
}

/** A command that runs and is talked to, until the end of the scope. */
export interface Talk extends AsyncDisposable {
  /** Its standard input. */
  readonly input: Writable;
  /** Its standard output; ends with it. */
  readonly output: Readable;
}

/** A container that lives as long as this object: it ends with our connection to it, whatever happens to us. */
export interface RunningContainer extends AsyncDisposable {
  readonly id: string;
  /** Runs a command, hands each line of its output to `onLine` as it comes, and returns its exit status. */
  run(command: Command, onLine: (line: string) => void): Promise<number>;
  /** Starts a command that reads from us and writes to us; `onLine` is told what it prints as errors. */
  talk(command: Command, onLine: (line: string) => void): Promise<Talk>;
  /** Unpacks a tar stream under `path`, which must exist. */
  put(archive: Readable, path: string): Promise<void>;
  /** The file or directory at `path` as a tar stream whose first entry is its base name. */
  get(path: string): Promise<Readable>;
  /** Ends everything in the container at once. */
  kill(): Promise<void>;
}

/** What a container that never runs is made of. */
export interface StillSpec {
  readonly image: string;
  /** `os/arch`, always passed to the engine, which needs no emulator for it. */
  readonly platform: string;
  readonly labels: Record<string, string>;
}

/** A container that was never started, until the end of its scope: the files of an image of any platform. */
export interface StillContainer extends AsyncDisposable {
  readonly id: string;
  /** The file, link or directory at `path` as a tar stream whose first entry is its base name. */
  get(path: string): Promise<Readable>;
}

/** Exit status of a command that could not be started in the container. */
export const NOT_STARTED = 127;

/** A container as a list has it. */
export interface ContainerInfo {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly running: boolean;
  /** By the engine's clock; undefined where it does not say. */
  readonly created: Date | undefined;
}
