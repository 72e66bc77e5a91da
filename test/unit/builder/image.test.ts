import { describe, expect, it } from '@jest/globals';
import type Docker from 'dockerode';
import { digestOf, platformOf } from '../../../src/builder/image.js';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const ID = digest('f');

/** The part of the engine's answer that is looked at. */
function answer(RepoDigests: readonly string[] | null, changes: object = {}): Docker.ImageInspectInfo {
  return { Id: ID, Os: 'linux', Architecture: 'amd64', RepoDigests, ...changes } as unknown as Docker.ImageInspectInfo;
}

describe('digestOf', () => {
  it.each<[string, readonly string[] | null, string, string]>([
    ['that it was pulled with', [`hexpm/elixir@${digest('1')}`], 'hexpm/elixir:1.18', digest('1')],
    ['of its own name', [`a.io/x/y@${digest('1')}`, `b.io/x/y@${digest('2')}`], 'b.io/x/y:1', digest('2')],
    ['of a name without a tag', [`team/elixir@${digest('1')}`], 'team/elixir', digest('1')],
    ['of a name with a digest', [`team/elixir@${digest('1')}`], `team/elixir@${digest('1')}`, digest('1')],
    ['of a name with a port', [`localhost:5000/elixir@${digest('1')}`], 'localhost:5000/elixir:1', digest('1')],
    ['of an official image, short', [`elixir@${digest('1')}`], 'elixir:1.18', digest('1')],
    ['of an official image, at length', [`elixir@${digest('1')}`], 'docker.io/library/elixir:1.18', digest('1')],
    ['that is its identifier, where it was made here', [], 'hexpm/elixir:1.18', ID],
    ['that is its identifier, where the engine says null', null, 'hexpm/elixir:1.18', ID],
    ['that is its identifier, where only another name has one', [`other/elixir@${digest('1')}`], 'team/elixir:1', ID],
    ['that is its identifier, for a longer name', [`team/elixir-x@${digest('1')}`], 'team/elixir:1', ID],
    ['that is its identifier, for the end of a name', [`mirror.io/elixir@${digest('1')}`], 'elixir:1', ID],
  ])('is the one %s', (_, digests, reference, expected) => {
    expect(digestOf(answer(digests), reference)).toBe(expected);
  });
});

describe('platformOf', () => {
  it.each([
    ['linux', 'amd64', 'linux/amd64'],
    ['linux', 'arm64', 'linux/arm64'],
    ['windows', 'amd64', 'windows/amd64'],
  ])('of %s and %s is %s', (Os, Architecture, platform) => {
    expect(platformOf(answer([], { Os, Architecture }))).toBe(platform);
  });
});
