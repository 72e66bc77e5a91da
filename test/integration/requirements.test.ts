import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditRelease } from '../../src/audit/audit.js';
import { packageOf } from '../../src/audit/runtime-packages.js';
import { BASES, makeParts, type Base, type Parts } from '../corpus/parts.js';
import { bootAndAsk, hostWith, noContainerWithin } from '../support/engine.js';
import { bareRuntime } from '../support/runtime.js';

const CHECK = 'IO.inspect(Corpus.check(), width: 200)';
const CHECKED = '{42, 6, "corpus", 32, true}';

let parts: Parts;
beforeAll(async () => {
  parts = await makeParts();
}, 1_200_000);
afterAll(() => noContainerWithin(7));

/** What the audit says that the machine of a release needs: the libraries, and the packages for Debian. */
async function requirementsOf(base: Base) {
  const options = { target: undefined, glibc: BASES[base].glibc, allowedLibraries: [], except: [] };
  return (await auditRelease(tarballOf(base), options)).requirements;
}

function tarballOf(base: Base): string {
  return path.join(parts[base], 'corpus.tar.gz');
}

// The release has a NIF in C++, uses OpenSSL, and its distribution starts epmd.
describe.each([
  ['trixie', 'trixie'],
  ['bookworm', 'bookworm'],
  ['compiled', 'bookworm'],
] as const)('the packages that the audit names for %s', (base, suite) => {
  it.concurrent('are enough to start it, where there is nothing else', async () => {
    const { debian } = await requirementsOf(base);
    expect(debian).toEqual(expect.arrayContaining(['libstdc++6', 'libtinfo6']));
    await using host = await hostWith(await bareRuntime(suite, debian), tarballOf(base));
    const { status, output } = await host.run(['/srv/app/bin/corpus', 'eval', CHECK]);
    expect(output).toContain(CHECKED);
    expect(status).toBe(0);
    expect(await bootAndAsk(host, 'corpus', CHECK)).toContain(CHECKED);
  });

  it.concurrent('are not there by chance', async () => {
    await using host = await hostWith(await bareRuntime(suite, []), tarballOf(base));
    const { status, output } = await host.run(['/srv/app/bin/corpus', 'eval', CHECK]);
    expect(output).toMatch(/error while loading shared libraries: lib\S+: cannot open shared object file/);
    expect(status).toBe(127);
  });

  it.concurrent('are needed, each of them', async () => {
    const { debian, libraries } = await requirementsOf(base);
    const image = await bareRuntime(suite, debian);
    const packages = new Map<string, string[]>();
    for (const library of libraries) {
      const { debian: names } = packageOf(library, 'glibc') ?? {};
      const name = [names].flat().find((each) => each !== undefined && debian.includes(each));
      if (name !== undefined) packages.set(name, [...(packages.get(name) ?? []), library]);
    }
    expect([...packages.keys()].sort()).toEqual(debian);
    const without = async ([name, itsLibraries]: readonly [string, readonly string[]]): Promise<void> => {
      await using host = await hostWith(image, tarballOf(base), 'root');
      const files = itsLibraries.map((library) => `/usr/lib/x86_64-linux-gnu/${library}`);
      expect(await host.run(['rm', ...files])).toEqual({ status: 0, output: '' });
      // What `eval` does not start is epmd.
      const script = `/srv/app/bin/corpus eval '${CHECK}' && /srv/app/erts-*/bin/epmd -daemon`;
      const { status, output } = await host.run(['sh', '-c', script]);
      const said = itsLibraries.map((library) => `${library}: cannot open shared object file`);
      expect({ name, output, told: said.some((each) => output.includes(each)) }).toMatchObject({ name, told: true });
      expect(status).not.toBe(0);
    };
    await Promise.all([...packages].map(without));
  });
});
