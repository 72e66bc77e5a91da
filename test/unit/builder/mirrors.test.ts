import { describe, expect, it } from '@jest/globals';
import { declaredArguments, mirrorArguments, mirrorsOf } from '../../../src/builder/mirrors.js';

describe('mirrorsOf', () => {
  it('has the variables that say where packages come from, where they are set, and nothing else', () => {
    const given = {
      ...{ HEX_MIRROR: 'https://hex.test', HEX_BUILDS_URL: 'https://builds.test', HEX_API_URL: 'https://api.test' },
      ...{ NPM_CONFIG_REGISTRY: 'https://npm.test', npm_config_registry: 'https://npm.test' },
      ...{ CARGO_REGISTRIES_COMPANY_INDEX: 'sparse+https://cargo.test/', RUSTUP_DIST_SERVER: 'https://rust.test' },
      ...{ PIP_INDEX_URL: 'https://pip.test', GOPROXY: 'https://go.test,direct' },
    };
    const others = { ...{ HEX_API_KEY: 'x', NPM_TOKEN: 'x', CARGO_REGISTRIES_COMPANY_TOKEN: 'x' }, PATH: 'x' };
    expect(mirrorsOf({ ...given, ...others, HEX_HOME: '/x', RUSTUP_UPDATE_ROOT: '' })).toEqual(given);
  });
});

describe('mirrorArguments', () => {
  it('has those that are declared, and withholds those with a password', () => {
    const mirrors = { HEX_MIRROR: 'https://me:token@hex.test', HEX_BUILDS_URL: 'https://builds.test', GOPROXY: 'x' };
    expect(mirrorArguments(mirrors, ['HEX_MIRROR', 'HEX_BUILDS_URL'])).toEqual({
      args: { HEX_BUILDS_URL: 'https://builds.test' },
      withheld: ['HEX_MIRROR'],
    });
  });

  it.each([
    'https://token@go.test',
    'https://go.test,https://me:x@other.test|direct',
    'sparse+https://me:x@cargo.test/',
  ])('withholds %s', (value) => {
    expect(mirrorArguments({ GOPROXY: value }, ['GOPROXY']).withheld).toEqual(['GOPROXY']);
  });

  it.each(['https://npm.test/@scope/', 'https://npm.test:8443/?a=@b'])('passes %s on', (value) => {
    expect(mirrorArguments({ GOPROXY: value }, ['GOPROXY'])).toEqual({ args: { GOPROXY: value }, withheld: [] });
  });
});

describe('declaredArguments', () => {
  it('reads the names from a Dockerfile', () => {
    const text = 'ARG BASE\nFROM ${BASE}\n  arg HEX_MIRROR="https://x"\nARG A=1 B\\\n  C\n# ARG D\nRUN echo ARG E\n';
    expect(declaredArguments(text)).toEqual(['BASE', 'HEX_MIRROR', 'A', 'B', 'C']);
  });
});
