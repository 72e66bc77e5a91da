import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/** What a fixture needs beside its files. */
export interface Fixture {
  /** It defines no release, so that its release cannot be asked for by name. */
  readonly nameless?: true;
  /** The Mix project inside it. */
  readonly workingDirectory?: string;
  /** Further arguments of every build. */
  readonly args?: readonly string[];
  /** Makes what git or a file listing cannot hold. */
  readonly prepare?: (checkout: string) => Promise<void>;
}

/** The fixtures that need more than their files. */
export const FIXTURES: Readonly<Partial<Record<string, Fixture>>> = {
  plain: { nameless: true },
  options: {
    prepare: async (checkout) => {
      // git keeps no empty directories.
      await mkdir(path.join(checkout, 'extra/one/empty'), { recursive: true });
    },
  },
  configured: { args: ['--env', 'BUILD_VALUE=frozen'] },
  monorepo: { workingDirectory: 'app' },
};
