import { describe, it } from '@jest/globals';
import { BOOKWORM, BULLSEYE } from '../support/cli.js';
import { springProjectTraps, springUmbrellaTraps, springVersionTraps } from '../support/traps-of-mix.js';
import { springTraps } from '../support/traps.js';

const FORKY = 'hexpm/elixir:1.20.4-erlang-29.1.1-debian-forky-20260801-slim';

const ALL = [
  ['1.14', BOOKWORM],
  ['1.10', BULLSEYE],
  ['1.20', FORKY],
] as const;

describe('a build that takes up the state of earlier ones gives what a clean one gives', () => {
  it.concurrent.each(ALL)('on Elixir %s, after each trap in turn', (_, image) => springTraps(image), 1_800_000);

  it.concurrent.each(ALL)('on Elixir %s, in a project', (_, image) => springProjectTraps(image), 1_800_000);

  it.concurrent.each(ALL)('on Elixir %s, with versions', (_, image) => springVersionTraps(image), 1_800_000);

  it.concurrent.each(ALL)('on Elixir %s, in an umbrella', (_, image) => springUmbrellaTraps(image), 1_800_000);
});
