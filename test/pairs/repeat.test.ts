import { afterAll, describe, it } from '@jest/globals';
import { ARM64, TARGET, TRIXIE } from '../support/cli.js';
import { noContainerWithin } from '../support/engine.js';
import { repeatBuilds } from '../support/repeat.js';

afterAll(() => noContainerWithin(7));

const ARM_IMAGES = ['--image', `x86_64-* => ${TRIXIE}`, '--image', `aarch64-* => ${ARM64}`];

describe('builds of one commit, ten times', () => {
  it.concurrent.each([TARGET, 'x86_64-unknown-linux-musl'])(
    'for %s give the same tarball',
    (target) => repeatBuilds(target, 5),
    1_200_000,
  );

  it.concurrent(
    'for aarch64, assembled on x86_64, give the same tarball',
    () => repeatBuilds('aarch64-unknown-linux-gnu', 5, [...ARM_IMAGES, '--smoke-test', 'off']),
    1_200_000,
  );
});
