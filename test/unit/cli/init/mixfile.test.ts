import { describe, expect, it } from '@jest/globals';
import { readMixfile } from '../../../../src/cli/init/mixfile.js';

describe('readMixfile', () => {
  it.each([
    ['app: :web, elixir: "~> 1.18"', { app: 'web', elixir: '~> 1.18', appsPath: undefined }],
    ['apps_path: "apps"', { appsPath: 'apps', app: undefined }],
    ['app: compute()', { app: undefined }],
    ['# app: :commented\nversion: "app: :text"', { app: undefined }],
    ['', { app: undefined, releases: [], hasDefaultRelease: false, readsHistory: false }],
    ['def project do [app: :open', { app: 'open' }],
  ])('reads %j', (text, facts) => {
    expect(readMixfile(text)).toMatchObject(facts);
  });

  it('finds dependencies in every form, and nothing that is none', () => {
    const text = `
      deps: [{:a, "~> 1.0"}, {:b, git: "https://x"}, {:c, "~> 1", only: :dev},
        {:d,
          ">= 0.0.0"}, # {:e, "~> 1.0"}
        {:f, in_umbrella: true}]
      mod: {Shop.Application, []}
      x: "{:g, 1}"
      y: {:h, :i}`;
    expect([...readMixfile(text).deps]).toEqual(['a', 'b', 'c', 'd', 'f']);
  });

  it.each([
    ['releases: [web: [a: 1], worker: []]', ['web', 'worker']],
    ['releases: releases()\ndefp releases do\n  [\n    web: [b: [c: 1]],\n    worker: []\n  ]\nend', ['web', 'worker']],
    ['releases: releases()\ndef releases, do: [web: []]\ndef other, do: [d: 1]', ['web']],
    ['releases: build()\ndefp build do\n  compute()\nend\ndefp other do\n  [e: 1]\nend', []],
    ['releases: @releases', []],
    ['x: 1', []],
  ])('finds releases where they are written out: %j', (text, releases) => {
    expect(readMixfile(text).releases).toEqual(releases);
  });

  it.each([
    ['aliases: ["assets.deploy": ["a"], setup: ["b"]]', ['aliases', 'assets.deploy', 'setup']],
    ['["assets.deploy"]', []],
  ])('finds keys, in quotes, too: %j', (text, keys) => {
    expect([...readMixfile(text).keys]).toEqual(keys);
  });

  it.each([
    ['System.cmd("git", ["describe", "--tags"])', true],
    ['System.shell("git describe --tags")', true],
    ['{:a, git: "https://x"}', false],
    ['description: "uses git describe"', false],
  ])('notices a version from the history in %j: %j', (text, reads) => {
    expect(readMixfile(text).readsHistory).toBe(reads);
  });
});
