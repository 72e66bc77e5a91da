import { describe, it } from '@jest/globals';
import { TRIXIE } from '../support/cli.js';
import { springProjectTraps, springUmbrellaTraps, springVersionTraps } from '../support/traps-of-mix.js';
import { springTraps, switchTargets } from '../support/traps.js';

const MUSL = {
  target: 'x86_64-unknown-linux-musl',
  image: 'hexpm/elixir:1.18.3-erlang-27.3.4.1-alpine-3.22.1',
};

// On other Elixirs: test/pairs/traps.test.ts.
describe('a build that takes up the state of earlier ones gives what a clean one gives', () => {
  it.concurrent('on Elixir 1.18, after each trap in turn', () => springTraps(TRIXIE), 1_800_000);

  it.concurrent(
    'on Elixir 1.18, after what a project and its path dependency generate, and what decides about dependencies',
    () => springProjectTraps(TRIXIE),
    1_800_000,
  );

  it.concurrent('on Elixir 1.18, in an umbrella', () => springUmbrellaTraps(TRIXIE), 1_800_000);

  it.concurrent('on Elixir 1.18, with versions that code asks for', () => springVersionTraps(TRIXIE), 1_800_000);

  it.concurrent(
    'and after switching targets back and forth in one checkout',
    () => switchTargets({ image: TRIXIE }, MUSL),
    1_800_000,
  );
});
