import { describe, expect, it } from '@jest/globals';
import { LicenseExpression, SpdxLicense } from '@cyclonedx/cyclonedx-library/Models';
import { licencesOf } from './licences.js';

const shown = (names: readonly string[]): readonly string[] =>
  [...licencesOf(names)].map((licence) => {
    if (licence instanceof LicenseExpression) return `expression ${licence.expression}`;
    return licence instanceof SpdxLicense ? `id ${licence.id}` : `name ${licence.name}`;
  });

describe('licencesOf', () => {
  it.each([
    [['MIT'], ['id MIT']],
    [
      ['mit', ' Apache-2.0 '],
      ['id Apache-2.0', 'id MIT'],
    ],
    [['Apache 2.0'], ['name Apache 2.0']],
    [['MIT OR Apache-2.0'], ['expression MIT OR Apache-2.0']],
    [['(MIT OR Apache-2.0) AND BSD-3-Clause'], ['expression (MIT OR Apache-2.0) AND BSD-3-Clause']],
    [['GPL-2.0-only WITH Classpath-exception-2.0'], ['expression GPL-2.0-only WITH Classpath-exception-2.0']],
    [['MIT OR Ours'], ['name MIT OR Ours']],
    [['MIT OR'], ['name MIT OR']],
    [['(MIT OR Apache-2.0'], ['name (MIT OR Apache-2.0']],
    [['MIT Apache-2.0'], ['name MIT Apache-2.0']],
    [
      ['Apache-2.0', 'MIT OR ISC'],
      ['id Apache-2.0', 'name MIT OR ISC'],
    ],
    [['', '  '], []],
    [['MIT', 'MIT'], ['id MIT']],
  ])('takes %j for what it is', (names, licences) => {
    expect(shown(names)).toEqual(licences);
  });
});
