/** What was tried with a release; `load` stands for loading the modules of applications with native functions. */
export type SmokeCheck = 'eval' | 'start' | 'rpc' | 'alive' | 'load' | 'stop' | 'log' | 'script';

/** Something that was not tried, or not as it is usually done, and why. */
export interface SmokeOmission {
  readonly check: SmokeCheck;
  /** One sentence. */
  readonly why: string;
}

/** An application of the release that has shared objects in its `priv`. */
export interface LoadedApplication {
  readonly name: string;
  /** How many of its modules were loaded, or were loaded already. */
  readonly modules: number;
}

/** What the smoke test of one release did; one that failed has an error instead. */
export interface SmokeReport {
  /** Of this shape; a change that readers would not understand makes it one more. */
  readonly version: 1;
  /** How it was tested; `script` is one of the user's. */
  readonly test: 'boot' | 'eval' | 'script';
  /** The image that the release ran in, before packages were added. */
  readonly image: string;
  /** Digest of its manifest; its identifier in the engine where no registry gave one. */
  readonly imageDigest: string;
  /** Whether that image has an Erlang of its own: only for a release without one. */
  readonly imageHasErlang: boolean;
  /** Packages that were added to the image, by the names of its package manager. */
  readonly packages: readonly string[];
  readonly emulated: boolean;
  /** What was tried, in this order, and passed. */
  readonly checks: readonly SmokeCheck[];
  readonly nativeApplications: readonly LoadedApplication[];
  readonly omissions: readonly SmokeOmission[];
  /** Crashes in the log that come of the missing network alone: their first lines. */
  readonly networkCrashes: readonly string[];
  /** From the start of the container to the end of the release, without getting the image. */
  readonly seconds: number;
}
