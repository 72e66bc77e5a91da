/** What a number counts as that one of the two does not have: `3.22` is `3.22.0`, unless the caller says otherwise. */
const MISSING = 0;

/**
 * Compares two versions number by number: 2.4 is lower than 2.36.
 *
 * @param missing - what a number counts as that only the other version has; -1 makes the shorter one the lower
 * @returns negative when `left` is lower, 0 when they are equal, positive when it is higher
 */
export function compareNumbers(left: readonly number[], right: readonly number[], missing = MISSING): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? missing) - (right[index] ?? missing);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The same for versions as text, such as `2.36`. */
export function compareDotted(left: string, right: string, missing = MISSING): number {
  return compareNumbers(numbersOf(left), numbersOf(right), missing);
}

function numbersOf(text: string): readonly number[] {
  return text.split('.').map(Number);
}
