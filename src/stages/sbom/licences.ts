import { LicenseAcknowledgement } from '@cyclonedx/cyclonedx-library/Enums';
import { LicenseExpression, LicenseRepository, NamedLicense, SpdxLicense } from '@cyclonedx/cyclonedx-library/Models';
import { fixupSpdxId } from '@cyclonedx/cyclonedx-library/SPDX';

/** A name of SPDX, a `+` after it, a parenthesis, or a word between names. */
const PARTS = /\s+|([()])|([A-Za-z0-9.\-:]+\+?)/y;
const WORDS: ReadonlySet<string> = new Set(['AND', 'OR', 'WITH']);

/**
 * Licences as whoever made something declares them: by the identifier of SPDX where it is one, as an expression where
 * it is a single one, and by the same words otherwise.
 */
export function licencesOf(names: readonly string[]): LicenseRepository {
  const given = [...new Set(names.map((name) => name.trim()))].filter((name) => name !== '').sort();
  const [only] = given;
  const licences = given.map((name) => {
    const id = fixupSpdxId(name);
    if (id !== undefined) return new SpdxLicense(id);
    // An expression stands alone, or the others would not count.
    return given.length === 1 && isExpression(only ?? '') ? new LicenseExpression(name) : new NamedLicense(name);
  });
  for (const licence of licences) licence.acknowledgement = LicenseAcknowledgement.Declared;
  return new LicenseRepository(licences);
}

/** Whether a text is an expression of SPDX with nothing but known names, such as `MIT OR Apache-2.0`. */
function isExpression(text: string): boolean {
  const names: string[] = [];
  const parts = new RegExp(PARTS);
  let open = 0;
  while (parts.lastIndex < text.length) {
    const [found, parenthesis, word] = parts.exec(text) ?? [];
    if (found === undefined) return false;
    open += parenthesis === '(' ? 1 : parenthesis === ')' ? -1 : 0;
    if (open < 0) return false;
    if (word !== undefined) names.push(word);
  }
  // Names and words take turns.
  const fits = names.every((name, at) =>
    at % 2 === 1 ? WORDS.has(name) : names[at - 1] === 'WITH' || fixupSpdxId(name.replace(/\+$/, '')) !== undefined,
  );
  return fits && open === 0 && names.length % 2 === 1;
}
