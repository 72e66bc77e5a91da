import { stripVTControlCharacters } from 'node:util';

/** What is read of the output of `docker buildx build --progress plain`. */
export interface BuildxOutput {
  /** Takes one line. */
  readonly line: (text: string) => void;
  /** What it gave as the reason of its failure; undefined where it gave none. */
  readonly reason: () => string | undefined;
}

// `#7 12.34 what a step printed`, `#7 [2/3] RUN …`, `#7 DONE 0.1s`.
const OF_A_STEP = /^#\d+ (\d+\.\d+ )?(.*)$/s;
const HEADING = /^\[(?!internal\])|^CACHED$/;
// What went wrong, or what a linter has to say.
const REPORT = /^(?:-{6,}$|\s*\d+ warnings? found)/;
const REASON = /^ERROR: (?:failed to build: )?(?:failed to solve: )*(.*)$/;

/**
 * Reads the output of a build: the headings of its steps and what they print are handed on. BuildKit's own account of
 * transfers and times is not, nor its report at the end, which repeats both.
 */
export function buildxOutput(onText: (line: string) => void): BuildxOutput {
  let reason: string | undefined;
  let reporting = false;
  const line = (coloured: string): void => {
    const text = stripVTControlCharacters(coloured);
    const failed = REASON.exec(text)?.[1];
    if (failed !== undefined) reason = failed;
    else if (REPORT.test(text)) reporting = true;
    else if (!reporting) handOn(text);
  };
  const handOn = (text: string): void => {
    const ofStep = OF_A_STEP.exec(text);
    const content = ofStep?.[2] ?? text;
    if (!ofStep || ofStep[1] !== undefined || HEADING.test(content)) onText(content);
  };
  return { line, reason: () => reason };
}
