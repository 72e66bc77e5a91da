import { describe, expect, it } from '@jest/globals';
import { digestOf } from '../../../src/builder/image.js';
import type { ImageInfo } from '../../../src/engine/engine.js';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const ID = digest('f');

function imageWith(digests: readonly string[]): ImageInfo {
  return { id: ID, platform: 'linux/amd64', names: [], digests, labels: {} };
}

describe('digestOf', () => {
  it.each<[string, readonly string[], string, string]>([
    ['that it was pulled with', [`hexpm/elixir@${digest('1')}`], 'hexpm/elixir:1.18', digest('1')],
    ['of its own name', [`a.io/x/y@${digest('1')}`, `b.io/x/y@${digest('2')}`], 'b.io/x/y:1', digest('2')],
    ['of a name without a tag', [`team/elixir@${digest('1')}`], 'team/elixir', digest('1')],
    ['of a name with a digest', [`team/elixir@${digest('1')}`], `team/elixir@${digest('1')}`, digest('1')],
    ['of a name with a port', [`localhost:5000/elixir@${digest('1')}`], 'localhost:5000/elixir:1', digest('1')],
    ['of an official image, short', [`elixir@${digest('1')}`], 'elixir:1.18', digest('1')],
    ['of an official image, at length', [`elixir@${digest('1')}`], 'docker.io/library/elixir:1.18', digest('1')],
    ['that is its identifier, where it was made here', [], 'hexpm/elixir:1.18', ID],
    ['that is its identifier, where only another name has one', [`other/elixir@${digest('1')}`], 'team/elixir:1', ID],
    ['that is its identifier, for a longer name', [`team/elixir-x@${digest('1')}`], 'team/elixir:1', ID],
    ['that is its identifier, for the end of a name', [`mirror.io/elixir@${digest('1')}`], 'elixir:1', ID],
  ])('is the one %s', (_, digests, reference, expected) => {
    expect(digestOf(imageWith(digests), reference)).toBe(expected);
  });
});
