/** Data of the system that a release reads beside its libraries. */
export type SystemDataKind = 'ca-certificates' | 'time-zones';

/** What of the system's data a release reads, and which of its files do. */
export interface SystemData {
  readonly kind: SystemDataKind;
  /** Paths below the release's root, sorted. */
  readonly readBy: readonly string[];
}

/** The package with it, which has the same name on all systems that we know. */
export const DATA_PACKAGES: Readonly<Record<SystemDataKind, string>> = {
  'ca-certificates': 'ca-certificates',
  'time-zones': 'tzdata',
};

/** What it is called in messages. */
export const DATA_NAMES: Readonly<Record<SystemDataKind, string>> = {
  'ca-certificates': 'CA certificates',
  'time-zones': 'time zone data',
};
