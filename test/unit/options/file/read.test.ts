import { describe, expect, it } from '@jest/globals';
import { readConfigText } from '../../../../src/options/file/read.js';
import { errorOf } from '../../support/errors.js';

const read = (text: string) => readConfigText('mix-release.toml', text);

describe('readConfigText', () => {
  it.each([
    ['', {}],
    ['\uFEFFos = "debian:trixie"\r\n', { os: 'debian:trixie' }],
    ['target = "linux-x64-gnu"', { target: 'linux-x64-gnu' }],
    ['target = ["a", "b"]', { target: ['a', 'b'] }],
    ['targets = ["a", "b"]', { target: ['a', 'b'] }],
    ['own-base = true\ncheck-locked = false', { 'own-base': true, 'check-locked': false }],
    ['smoke-timeout = 90', { 'smoke-timeout': '90' }],
    ['cache = true', { cache: 'true' }],
    ['cache = "deps"', { cache: 'deps' }],
    ['smoke-test = "ci/smoke.sh"', { 'smoke-test': 'ci/smoke.sh' }],
    ['packages = "a b"', { packages: 'a b' }],
    ['env = ["A=1", "B=two\\nlines"]', { env: ['A=1', 'B=two\nlines'] }],
    ['before-build = ["npm ci", "export A=1"]', { 'before-build': 'npm ci\nexport A=1' }],
    ['before-build = """\nnpm ci\n"""', { 'before-build': 'npm ci\n' }],
    ['deps-env = ["KEY", "OTHER"]', { 'deps-env': ['KEY', 'OTHER'] }],
    ['os = "a"\n[target."*-musl"]\nos = "b"', { os: ['a', '*-musl => b'] }],
    ['[target."*-musl"]\nos = "b"\n[target."*-gnu"]\nos = "c"', { os: ['*-musl => b', '*-gnu => c'] }],
    ['target."*-musl".os = "b"', { os: ['*-musl => b'] }],
    ['targets = "a"\n[target.linux-arm64-musl]\nos = "b"', { target: 'a', os: ['linux-arm64-musl => b'] }],
    ['packages = ["a"]\n[target."*-musl"]\npackages = ["b", "c"]', { packages: ['a', '*-musl => b', '*-musl => c'] }],
    ['[target."*-musl"]\nenv = ["A=x\\ny", "B=1"]', { env: ['*-musl => A=x\ny', '*-musl => B=1'] }],
    ['[target."*-musl"]\nenv = "A=x\\nB=1"', { env: ['*-musl => A=x', '*-musl => B=1'] }],
    ['os = "a"\n[target."*-musl"]\nos = ""', { os: ['a', '*-musl => '] }],
  ])('reads %j', (text, options) => {
    expect(read(text)).toEqual(options);
  });

  it.each([
    ['os = ', 'mix-release.toml:1 is not TOML', 'Fix the syntax'],
    ['target = "a"\n[target."*-musl"]\nos = "b"', 'mix-release.toml:2 is not TOML', 'targets = [...]'],
    ['# x\n\ntagret = "a"', "mix-release.toml:3: there is no option 'tagret'", "Did you mean 'target'?"],
    ['emulate = true', "mix-release.toml:1: there is no option 'emulate'", 'as an input of the action'],
    [
      'pakages = "a"\n\ntypo-x = 1',
      "mix-release.toml:1: there is no option 'pakages'; mix-release.toml:3:",
      "'packages'",
    ],
    ['[smoke]\nenv = "A=1"', "mix-release.toml:1: there is no option 'smoke'", 'as an input'],
    ['own-base = "true"', "mix-release.toml:1: own-base is the string 'true'", 'own-base takes true or false.'],
    ['otp-version = 27', 'otp-version is the number 27', 'in quotes'],
    ['smoke-timeout = "90"', "smoke-timeout is the string '90'", 'a whole number from 1 to 3600'],
    ['smoke-timeout = 0', "mix-release.toml:1: smoke-timeout is '0'", 'from 1 to 3600'],
    ['smoke-timeout = 1.5', "smoke-timeout is '1.5'", 'a whole number'],
    ['pull = "sometimes"', "mix-release.toml:1: pull is 'sometimes'", 'missing, always or never'],
    ['pull = true', 'pull is true', '"missing", "always" or "never", in quotes'],
    ['mix-env = ["prod"]', 'mix-env is an array', 'mix-env takes a string.'],
    ['packages = ["a", 2]', 'packages is an array with the number 2', 'a string or an array of strings'],
    ['packages = { a = 1 }', 'packages is a table', 'a string or an array'],
    ['os = 2024-01-01', 'os is a date', 'os takes'],
    ['target = "a"\ntargets = "b"', 'targets and target are the same option', 'Leave one'],
    ['[target]\nos = "a"', "target.os is the string 'a', and not a section", '[target."PATTERN"]'],
    ['\n[target."*-mulsl"]\nos = "a"', "mix-release.toml:2: the section is for '*-mulsl'", "Did you mean '*-musl'?"],
    ['[target."two words"]\nos = "a"', "the section is for 'two words'", 'triple'],
    ['[target."*-musl"]\noss = "a"', "mix-release.toml:2: there is no option 'oss'", "Did you mean 'os'?"],
    ['[target."*-musl"]\ncache = false', 'mix-release.toml:2: cache has one value for all targets', 'above the first'],
    ['[target."*-musl"]\nos = 3', 'mix-release.toml:2: os is the number 3', 'os takes'],
    [
      'hex-organizations = "acme=key"',
      'mix-release.toml:1: hex-organizations holds secrets',
      'MIX_RELEASE_HEX_ORGANIZATIONS',
    ],
    ['git-credentials = []', 'git-credentials holds secrets', 'secret'],
    ['deps-env = ["A", "KEY=s3cret"]', 'deps-env has a value for KEY', 'Write the name alone, KEY'],
  ])('refuses %j', async (text, what, next) => {
    const error = await errorOf(() => read(text));
    expect(error).toMatchObject({ code: 'bad-config-file', exitStatus: 2 });
    expect(error.message).toContain(what);
    expect(error.next).toContain(next);
    expect(error.message + error.next).not.toMatch(/s3cret|acme=key/);
  });
});
