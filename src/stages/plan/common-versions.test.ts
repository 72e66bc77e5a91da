import { expect, it } from '@jest/globals';
import { findTarget } from '../../targets/find.js';
import { catalogue } from '../../../test/rig/listing/catalogue.js';
import { startRegistry } from '../../../test/rig/listing/registry.js';
import { startListing } from '../../../test/rig/listing/server.js';
import { fakeEngine } from '../../../test/support/fake-engine/engine.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { requestWith } from '../../../test/unit/support/request.js';
import { resolveOfOneVersion } from './common-versions.js';

const PLATFORMS = ['linux/amd64', 'linux/arm64/v8'];

/** The tags that targets get of a registry with these, where only it and the listing have images. */
async function tagsFor(published: readonly string[]): Promise<readonly (string | undefined)[]> {
  await using listing = await startListing(catalogue());
  await using registry = await startRegistry({ challenge: 'bearer' });
  for (const tag of published) registry.putIndex('proxy/hexpm/elixir', tag, PLATFORMS);
  const checkout = await directoryWith({ 'mix.exs': '' });
  const image = { registry: `${registry.host}/proxy`, versions: { elixir: '1.18', otp: '27', file: undefined } };
  const [gnu, musl] = ['x64-gnu', 'x64-musl'].map((name) => ({
    ...requestWith({ checkout, project: checkout, target: findTarget(name), image }),
  }));
  if (!gnu || !musl) throw new Error('there are two requests');
  const plans = await resolveOfOneVersion(fakeEngine(), [gnu, musl], {
    signal: new AbortController().signal,
    env: { MIX_RELEASE_BUILDER_API: listing.api, HOME: checkout },
    note: () => undefined,
  });
  return plans.map((plan) => plan.image?.wanted.reference.split('/elixir:')[1]);
}

const NEW_GNU = '1.18.4-erlang-27.3.4.16-debian-bookworm-20260713-slim';
const OLD_GNU = '1.18.3-erlang-27.3.4.3-debian-bookworm-20250929-slim';
const NEW_MUSL = '1.18.4-erlang-27.3.4.16-alpine-3.22.4';
const OLD_MUSL = '1.18.3-erlang-27.3.4.3-alpine-3.22.1';
const OTHER_MUSL = '1.18.4-erlang-27.3.4.3-alpine-3.22.1';

it.each([
  [
    [NEW_GNU, OLD_GNU, NEW_MUSL, OLD_MUSL],
    [NEW_GNU, NEW_MUSL],
  ],
  [
    [NEW_GNU, OLD_GNU, OTHER_MUSL, OLD_MUSL],
    [OLD_GNU, OLD_MUSL],
  ],
])('of the images %j, those of the newest common versions are taken: %j', async (published, taken) => {
  expect(await tagsFor(published)).toEqual(taken);
});

it('says what each target has where nothing is common', async () => {
  const error = await errorOf(() => tagsFor([NEW_GNU, OLD_MUSL]));
  expect(error.code).toBe('cannot-cross');
  expect(error.message).toContain('has Elixir 1.18.4 with OTP 27.3.4.16 at best; x86_64-unknown-linux-musl');
});
