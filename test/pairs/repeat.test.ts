import { afterAll, describe, it } from '@jest/globals';
import { TARGET } from '../support/cli.js';
import { noContainerWithin } from '../support/engine.js';
import { repeatBuilds } from '../support/repeat.js';

afterAll(() => noContainerWithin(7));

describe('builds of one commit, ten times', () => {
  it.concurrent.each([TARGET, 'x86_64-unknown-linux-musl'])(
    'for %s give the same tarball',
    (target) => repeatBuilds(target, 5),
    1_200_000,
  );
});
