import { readRequests } from '../../../src/options/request.js';
import type { RawOptions } from '../../../src/options/table.js';
import { findSources, type FoundSources } from '../../../src/stages/sources/find.js';
import { lookAtCheckout } from '../../../src/stages/sources/look.js';
import { sendSources, type SentCounts } from '../../../src/stages/sources/send.js';
import { localBuilder, type LocalBuilder } from './local-builder.js';

/** What a builder gets of a checkout. */
export interface Copy {
  /** The copy of the checkout. */
  readonly files: string;
  readonly found: FoundSources;
  readonly notes: readonly string[];
  readonly counts: Omit<SentCounts, 'notes'>;
}

/** Finds the sources of a checkout and sends them, to a new builder or to one that has an earlier copy. */
export async function copyOf(checkout: string, options: RawOptions = {}, builder?: LocalBuilder): Promise<Copy> {
  const used = builder ?? (await localBuilder());
  const { container } = used;
  const [request] = await readRequests(
    { target: 'x86_64-unknown-linux-gnu', ...options },
    { checkout, cwd: checkout, env: {} },
  );
  const before = await lookAtCheckout(container, true);
  const found = await findSources(request);
  const { notes, ...counts } = await sendSources(container, request.checkout, found, before, 0);
  return { files: used.at('/build/src'), found, notes: [...found.notes, ...notes], counts };
}
