import ignore from 'ignore';

/** What the patterns of `exclude` say of a path. */
export type Verdict = 'excluded' | 'included' | undefined;

/** Patterns of `.gitignore`, from the root of the checkout. */
export interface Exclusion {
  /**
   * Says of a path whether a pattern excludes it, or one with `!` includes it. What is below an excluded directory is
   * not asked about.
   *
   * @param name - relative to the checkout; a directory without `/` at its end
   */
  readonly judge: (name: string, isDirectory: boolean) => Verdict;
  /** Whether a pattern with `!` names something below a directory. */
  readonly includesBelow: (directory: string) => boolean;
  /** Whether a file is excluded, itself or with a directory above it. */
  readonly excludes: (file: string) => boolean;
}

/** The repository is no file of the project: `*` does not mean it, and neither does a name that is a file in it. */
const REPOSITORY = /(?:^|\/)\.git(?:\/|$)/;

/** Reads patterns, one a line. */
export function readExclusion(patterns: readonly string[]): Exclusion {
  const options = { ignorecase: false };
  const files = ignore(options).add([...patterns]);
  const repository = ignore(options).add(patterns.filter((pattern) => REPOSITORY.test(pattern)));
  const judge = (name: string, isDirectory: boolean): Verdict => {
    const rules = REPOSITORY.test(name) ? repository : files;
    const { ignored, unignored } = rules.test(isDirectory ? `${name}/` : name);
    return ignored ? 'excluded' : unignored ? 'included' : undefined;
  };
  const wanted = patterns.flatMap((pattern) => /^!\/?(.+)/.exec(pattern)?.[1] ?? []);
  const includesBelow = (directory: string): boolean => wanted.some((name) => name.startsWith(`${directory}/`));
  return { judge, includesBelow, excludes: (file) => judge(file, false) === 'excluded' };
}

/** Excludes nothing. */
export const NOTHING_EXCLUDED: Exclusion = {
  judge: () => undefined,
  includesBelow: () => false,
  excludes: () => false,
};

/** A pattern for one path alone. */
export function patternFor(name: string): string {
  return `/${name.replaceAll(/[\\*?[\]]/g, '\\$&').replace(/ $/, '\\ ')}`;
}
