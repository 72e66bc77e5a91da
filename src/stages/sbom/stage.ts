import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { outputError } from '../../package/output.js';
import type { OptionalStage } from '../../pipeline/stage.js';
import type { Audited } from '../audit/stage.js';
import type { Prepared } from '../builder/stage.js';
import type { WithMix } from '../deps/stage.js';
import type { Fetched } from '../fetch/fetch.js';
import type { OfPlan } from '../plan/stage.js';
import type { Assembled } from '../release/stage.js';
import type { Sent } from '../sources/stage.js';

/** A release with a list of what is inside. */
export interface Listed {
  readonly sbom: {
    /** Absolute path that the list will have under the output directory. */
    readonly path: string;
    /** 64 lowercase hex digits. */
    readonly sha256: string;
    /** How many components the list has, without files. */
    readonly components: number;
  };
}

type Needs = OfPlan &
  Pick<Prepared, 'builder'> &
  Pick<WithMix, 'probe'> &
  Pick<Sent, 'date'> &
  Assembled &
  Fetched &
  Partial<Audited>;

/** Lists what is inside a release, as CycloneDX. */
export const sbom: OptionalStage<'sbom', Needs, Listed> = {
  name: 'sbom',
  does: 'Lists what is inside the release, as an SBOM.',
  skip: (_, { request }) => (request.sbom ? undefined : 'sbom is off'),
  run: async (have, { request, files, log }) => {
    const { of, plan, builder, probe, date, facts, inventory, packageName, directory, audit } = have;
    // Loaded where it is used alone: it is large.
    const { listOf } = await import('./list.js');
    const { target } = plan;
    const { text, components, unread } = listOf(inventory ?? '', directory, date, {
      ...{ facts, probe, audit, target, method: of.method, image: builder.base },
    });
    unread.forEach((path) => log.warn(`${path} is no lock of Cargo: the SBOM has no crates of it`));
    const file = files.file('sbom', packageName);
    try {
      await writeFile(file.made, text);
    } catch (error) {
      throw outputError(error, request.output);
    }
    const sha256 = createHash('sha256').update(text).digest('hex');
    return { sbom: { path: files.add(file).path, sha256, components } };
  },
  outcome: ({ sbom: { components } }) => `${String(components)} components`,
  outputs: {
    sbom: {
      summary:
        'Absolute path of the SBOM, a list of what is inside the release; one per line when several releases were built.',
      value: ({ sbom: { path } }) => path,
    },
  },
  summary: ({ sbom: { components } }) => ({ rows: [['SBOM', `${String(components)} components`]] }),
  errors: ['release-unreadable'],
};
