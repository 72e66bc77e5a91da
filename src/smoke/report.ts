/** The checks of a smoke test; `load` loads the modules of applications with native functions. */
export type SmokeCheck = 'eval' | 'start' | 'rpc' | 'alive' | 'load' | 'stop' | 'log' | 'script';

/** An omitted or replaced check, with the reason. */
export interface SmokeOmission {
  readonly check: SmokeCheck;
  /** One sentence. */
  readonly why: string;
}

/** An application of the release that has shared objects in its `priv`. */
export interface LoadedApplication {
  readonly name: string;
  /** The number of its loaded modules. */
  readonly modules: number;
}

/** An image that ran beside the release. */
export interface ServiceReport {
  readonly name: string;
  readonly image: string;
  /** Digest of its manifest; its identifier in the engine where no registry gave one. */
  readonly imageDigest: string;
}

/** The report of a smoke test that could not be run: nothing here runs programs of the target. */
export interface SmokeNotRun {
  readonly version: 1;
  readonly test: 'not-run';
  readonly why: string;
}

/** The report of a passed smoke test; a failed one has an error instead. */
export interface SmokeReport {
  /** The version of this format; incremented by incompatible changes. */
  readonly version: 1;
  /** The kind of test; `script` is the user's script. */
  readonly test: 'boot' | 'eval' | 'script';
  /** The image that the release ran in, before packages were added. */
  readonly image: string;
  /** Digest of its manifest; its identifier in the engine where no registry gave one. */
  readonly imageDigest: string;
  /** Whether that image has Erlang: only for a release without ERTS. */
  readonly imageHasErlang: boolean;
  /** Packages that were added to the image, by the names of its package manager. */
  readonly packages: readonly string[];
  readonly emulated: boolean;
  /** Whether the release could write into its own directory. */
  readonly writable: boolean;
  /** The images that ran beside it. */
  readonly services: readonly ServiceReport[];
  /** The checks that passed, in this order. */
  readonly checks: readonly SmokeCheck[];
  readonly nativeApplications: readonly LoadedApplication[];
  readonly omissions: readonly SmokeOmission[];
  /** The first lines of crashes in the log because of the missing network. */
  readonly networkCrashes: readonly string[];
  /** From the start of the container to the end of the release, without pulling the image. */
  readonly seconds: number;
}
