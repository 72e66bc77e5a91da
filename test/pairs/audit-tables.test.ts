import { describe, expect, it } from '@jest/globals';
import { readElf } from '../../src/audit/elf/elf.js';
import { bufferSource } from '../../src/audit/elf/source.js';
import { allowedFloor } from '../../src/audit/floors.js';
import { nameFor, RUNTIME_PACKAGES } from '../../src/audit/runtime-packages.js';
import { compareDotted } from '../../src/dotted-numbers.js';
import { ABI_VERSIONS, floorOf, readVersionName } from '../../src/audit/symbol-versions.js';
import { findSystemRelease } from '../../src/targets/systems.js';
import { docker } from '../support/engine.js';
import { filesOf, type ImageFiles } from '../support/image-files.js';

const SUITES = ['bullseye', 'bookworm', 'trixie', 'forky'];
const LIBRARIES = '/usr/lib/x86_64-linux-gnu';

function glibcOf(suite: string): string {
  const found = findSystemRelease('debian', suite);
  if (!found) throw new Error(`${suite} is in no table`);
  return found.libcVersion;
}

/** The names of the versions that a library in an image offers. */
async function versionsOf(files: ImageFiles, library: string): Promise<readonly string[]> {
  const { versionDefinitions } = readElf(bufferSource(await files.read(library)));
  return versionDefinitions.filter(({ base }) => !base).map(({ name }) => name);
}

describe('the table of floors', () => {
  it.concurrent.each(SUITES)('says of %s what its libraries offer', async (suite) => {
    await using files = await filesOf(`debian:${suite}-slim`);
    // The libraries of GCC moved to /usr with bookworm.
    const gcc = suite === 'bullseye' || suite === 'bookworm' ? '/lib/x86_64-linux-gnu' : LIBRARIES;
    const offered = [
      ...(await versionsOf(files, `${LIBRARIES}/libstdc++.so.6`)),
      ...(await versionsOf(files, `${gcc}/libgcc_s.so.1`)),
    ];
    const read = offered.map((name) => readVersionName(name)).filter((each) => each !== undefined);
    expect({ glibc: glibcOf(suite), ...floorOf(read) }).toEqual(allowedFloor(glibcOf(suite), 'x86_64'));
  });

  it.concurrent.each(SUITES)('knows the words among the versions of glibc in %s', async (suite) => {
    await using files = await filesOf(`debian:${suite}-slim`);
    const names = await versionsOf(files, '/lib/x86_64-linux-gnu/libc.so.6');
    const numbers = names.flatMap((name) => (/^GLIBC_\d/.test(name) ? [name.slice('GLIBC_'.length)] : []));
    const [highest = ''] = numbers.toSorted((a, b) => compareDotted(b, a));
    expect(compareDotted(highest, glibcOf(suite))).toBeLessThanOrEqual(0);
    const words = names.filter((name) => !/^GLIBC_(?:\d|PRIVATE$)/.test(name));
    for (const word of words) {
      expect([word, ABI_VERSIONS[word]]).toEqual([word, expect.stringMatching(/^2\.\d+$/)]);
      expect(compareDotted(ABI_VERSIONS[word] ?? '', glibcOf(suite))).toBeLessThanOrEqual(0);
    }
  });
});

/** What `libodbc.so.2` was called before the others. */
const EXCEPTIONS: Readonly<Record<string, string>> = { 'bullseye libodbc.so.2': 'libodbc1' };

/** Runs a shell script in a new container of a suite, as root, and gives what it printed. */
async function ranIn(suite: string, script: string): Promise<string> {
  const container = await docker.createContainer({
    Image: `debian:${suite}-slim`,
    Cmd: ['sh', '-c', `${AGAIN}\n${script}`],
    HostConfig: { Init: true },
    Tty: true,
  });
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    let output = '';
    for await (const chunk of stream) output += (chunk as Buffer).toString();
    const { StatusCode: status } = (await container.wait()) as { StatusCode: number };
    if (status !== 0) throw new Error(`the script in ${suite} ended with ${String(status)}: ${output.slice(-2000)}`);
    return output;
  } finally {
    await container.remove({ force: true });
  }
}

/** Mirrors are away now and then, and apt takes that lightly when it updates. */
const AGAIN = `set -e
export DEBIAN_FRONTEND=noninteractive
again() {
  for wait in 2 5 10 20 0; do
    if "$@" >/tmp/log 2>&1; then return; fi
    sleep "$wait"
  done
  cat /tmp/log
  return 1
}
update() { again apt-get update -q -o APT::Update::Error-Mode=any; }`;

/**
 * Each library that a suite has a package of, with those packages, by the index of files of its archive. That is fetched
 * by its address: while a mirror is being brought up to date, the index is not the one that apt expects.
 */
async function packagesIn(suite: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const output = await ranIn(
    suite,
    [
      'again apt-get update -q',
      `archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: ${suite}' | head -n 1)`,
      `again /usr/lib/apt/apt-helper download-file "\${archive}dists/${suite}/main/Contents-amd64.gz" /tmp/contents.gz`,
      `zcat /tmp/contents.gz | grep -E '^(usr/)?lib/(x86_64-linux-gnu/)?lib[^/]*\\.so\\.[0-9][^/ ]* '`,
    ].join('\n'),
  );
  const found = new Map<string, readonly string[]>();
  for (const line of output.split(/\r?\n/)) {
    const [, library, packages] = /^\S+\/([^/\s]+)\s+(\S+)$/.exec(line) ?? [];
    if (library === undefined || packages === undefined) continue;
    // A package is named with its section, which may have one of its own: `libs/libc6`, `contrib/libs/…`.
    const names = packages.split(',').map((each) => each.slice(each.lastIndexOf('/') + 1));
    found.set(library, [...(found.get(library) ?? []), ...names]);
  }
  return found;
}

describe('the table of packages', () => {
  const seen = new Set<string>();

  it.concurrent.each(SUITES)(
    'has the names of %s, for each library that is there',
    async (suite) => {
      const packages = await packagesIn(suite);
      expect(packages.size).toBeGreaterThan(1000);
      for (const { library, debian } of RUNTIME_PACKAGES) {
        const having = packages.get(library);
        if (!having || debian === undefined) continue;
        seen.add(library);
        const name = EXCEPTIONS[`${suite} ${library}`] ?? nameFor(debian, glibcOf(suite));
        expect({ library, having }).toEqual({ library, having: expect.arrayContaining([name]) });
      }
    },
    900_000,
  );

  // Such a row would be a guess. It counts what the tests before have seen.
  it('has no library that none of them has', () => {
    expect(RUNTIME_PACKAGES.map(({ library }) => library).filter((library) => !seen.has(library))).toEqual([]);
  });

  it.concurrent(
    'may give the older names on newer systems, where packages provide them',
    async () => {
      const renamed = RUNTIME_PACKAGES.map(({ debian }) => debian).filter((each) => typeof each === 'object');
      const names = [...new Set(renamed.map(([before]) => before))];
      expect(names.length).toBeGreaterThan(5);
      const install = `apt-get install -q --no-install-recommends --dry-run ${names.join(' ')}`;
      const output = await ranIn('trixie', `update\n${install} >/tmp/plan\ngrep -c '^Inst [^ ]*t64 ' /tmp/plan`);
      // What is there already, such as OpenSSL where apt needs it, is not installed again.
      expect(Number(output.trim())).toBeGreaterThanOrEqual(names.length - 2);
    },
    300_000,
  );
});
