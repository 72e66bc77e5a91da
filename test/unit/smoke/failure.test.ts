import { describe, expect, it } from '@jest/globals';
import { SmokeFailure } from '../../../src/smoke/command.js';
import { missingPackages, smokeError } from '../../../src/smoke/failure.js';
import { runtimeTag } from '../../../src/smoke/runtime-image.js';

const TRIED = { release: { name: 'app' }, image: 'debian:bookworm-slim', packages: [], about: {} };
const LIBRARY = 'libcrypto.so.3: cannot open shared object file: No such file or directory';
const failure = (line: string, timedOut = false): SmokeFailure =>
  new SmokeFailure('eval', 'eval ended with exit status 1', [line], timedOut);

describe('smokeError', () => {
  it.each([
    ['smoke-missing-variable', failure('environment variable PORT is missing.')],
    ['smoke-missing-library', failure(LIBRARY)],
    ['smoke-timeout', failure('', true)],
    ['smoke-missing-variable', failure('environment variable PORT is missing.', true)],
    ['smoke-failed', failure("version `GLIBC_2.38' not found")],
    ['smoke-failed', failure('nothing that is known')],
  ])('is %s for %s', (code, thrown) => {
    expect(smokeError(thrown, TRIED)).toMatchObject({ code, exitStatus: 7, output: thrown.output });
  });

  it('says the release, the image with its packages, the step and the cause', () => {
    const { message } = smokeError(failure('environment variable PORT is missing.'), {
      ...TRIED,
      packages: ['libssl3'],
    });
    expect(message).toBe(
      'release app does not run in debian:bookworm-slim with libssl3: eval ended with exit status 1, probably because the environment variable PORT is missing',
    );
  });

  it('shows the last lines', () => {
    const lines = Array.from({ length: 100 }, (_, at) => `line ${String(at)}`);
    const { output } = smokeError(new SmokeFailure('start', 'x', lines), TRIED);
    expect(output).toHaveLength(40);
    expect(output.at(-1)).toBe('line 99');
  });
});

const NEEDS = {
  libraries: ['libcrypto.so.3'],
  debian: ['libssl3', 'libx'],
  ubuntu: [],
  rhel: [],
  alpine: [],
  data: [],
  derived: {},
};

describe('lackingPackages', () => {
  it('are that of the missing library in the family of the image', () => {
    const found = missingPackages(failure(LIBRARY), { packageFamily: 'debian', needs: undefined }, []);
    expect(found).toEqual({ library: 'libcrypto.so.3', packages: ['libssl3'] });
    const alpine = missingPackages(failure(LIBRARY), { packageFamily: 'alpine', needs: undefined }, []);
    expect(alpine?.packages).toEqual(['libcrypto3']);
  });

  it('are all that are known to be needed, at once', () => {
    const found = missingPackages(failure(LIBRARY), { packageFamily: 'debian', needs: NEEDS }, []);
    expect(found?.packages).toEqual(['libssl3', 'libx']);
  });

  it.each([
    ['there already', LIBRARY, 'debian' as const, ['libssl3']],
    ['unknown', 'libnobody.so.1: cannot open shared object file', 'debian' as const, []],
    ['not to be added', LIBRARY, undefined, []],
    ['not what failed', 'environment variable PORT is missing.', 'debian' as const, []],
  ])('are none where it is %s', (_, line, packageFamily, packages) => {
    expect(
      missingPackages(failure(line), { packageFamily: packageFamily, needs: undefined }, packages),
    ).toBeUndefined();
  });
});

describe('runtimeTag', () => {
  it('is the same for equal parts, in any order of packages, and another for others', () => {
    const tag = runtimeTag('sha256:a', 'linux/amd64', ['b', 'a']);
    expect(tag).toMatch(/^mix-release-runtime:[0-9a-f]{16}$/);
    expect(runtimeTag('sha256:a', 'linux/amd64', ['a', 'b'])).toBe(tag);
    expect(runtimeTag('sha256:b', 'linux/amd64', ['a', 'b'])).not.toBe(tag);
    expect(runtimeTag('sha256:a', 'linux/arm64', ['a', 'b'])).not.toBe(tag);
    expect(runtimeTag('sha256:a', 'linux/amd64', ['a'])).not.toBe(tag);
  });
});
