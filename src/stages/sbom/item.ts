/** Where to read more of something: the kind as CycloneDX has it, and an address. */
export interface Link {
  readonly type: 'vcs' | 'website' | 'documentation' | 'release-notes' | 'issue-tracker' | 'distribution' | 'other';
  readonly url: string;
}

/** Something that is inside a release, or that it needs. */
export interface Item {
  /** Unique in the list. */
  readonly ref: string;
  readonly type: 'application' | 'library' | 'framework' | 'file';
  readonly name: string;
  readonly version?: string | undefined;
  readonly purl?: string | undefined;
  readonly cpe?: string | undefined;
  /** Whether the machine has to have it: it is not inside. */
  readonly outside?: true;
  /** 64 lowercase hex digits. */
  readonly sha256?: string | undefined;
  /** As whoever made it names them. */
  readonly licenses?: readonly string[];
  readonly links?: readonly Link[];
  /** Names without the prefix that all have. */
  readonly properties?: Readonly<Record<string, string | undefined>>;
  /** Files that it consists of. */
  readonly files?: readonly Item[];
  /** References of what it needs. */
  readonly needs: readonly string[];
}

/** The list of what is inside a release. */
export interface Inventory {
  readonly release: Item;
  /** By reference. */
  readonly items: readonly Item[];
  /** Paths of Cargo locks that could not be read. */
  readonly unread: readonly string[];
}
