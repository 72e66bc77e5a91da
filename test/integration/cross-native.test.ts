import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { BuiltRelease } from '../../src/pipeline/result.js';
import { nif } from '../unit/audit/support/releases.js';
import { checkoutOf, git, temporary } from '../support/checkout.js';
import { ALPINE, ALPINE_ARM64, ARM64, runCli, TRIXIE } from '../support/cli.js';
import { machineAuthorities } from '../support/cross.js';

const GNU = 'x86_64-unknown-linux-gnu';
const MUSL = 'x86_64-unknown-linux-musl';
const ARM = 'aarch64-unknown-linux-gnu';
const ARM_MUSL = 'aarch64-unknown-linux-musl';
const IMAGES: Readonly<Record<string, string>> = {
  [GNU]: TRIXIE,
  [MUSL]: ALPINE,
  [ARM]: ARM64,
  [ARM_MUSL]: ALPINE_ARM64,
};
/** Milliseconds: packages and zig are fetched, and releases for another machine are emulated. */
const TIMEOUT = 900_000;

/** Applications whose native code needs no more than a C compiler. */
const PLAIN = ['honours_cc', 'asks_uname', 'port_program', 'by_rebar', 'loads_early'];
const PACKAGES = '*-gnu => cmake pkg-config zlib1g-dev';

/** Prints a line for each application, with what its native code says that it was compiled for. */
const SMOKE = `set -eu
native eval 'for {app, machine} <- Native.machines(), do: IO.puts("#{app} is for #{machine}")'
`;

interface Built {
  readonly status: number | null;
  readonly stderr: string;
  readonly releases: readonly BuiltRelease[];
}

/** What a project and a build are made of besides. */
interface Changes {
  readonly files?: Readonly<Record<string, Buffer>>;
  readonly args?: readonly string[];
}

/** Builds the fixtures with native code for targets; `applications` are those that the release has. */
async function build(
  targets: readonly string[],
  applications: readonly string[],
  { files = {}, args = ['--smoke-test', 'smoke.sh'] }: Changes = {},
): Promise<Built> {
  await using checkout = await checkoutOf('test/fixtures/native');
  await using out = await temporary();
  // zig is fetched by the Elixir of the builder, which has to trust what this machine trusts.
  const authorities = await machineAuthorities();
  await writeFile(path.join(checkout.path, 'authorities.pem'), authorities.join('\n'));
  await writeFile(path.join(checkout.path, 'smoke.sh'), SMOKE);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(checkout.path, name)), { recursive: true });
    await writeFile(path.join(checkout.path, name), content);
  }
  // Git ignores some of them.
  await git(checkout.path, 'add', '--force', '--all');
  const { status, stdout, stderr } = await runCli([
    ...['build', checkout.path, '--output', out.path, '--json', '--verbose'],
    ...(authorities.length > 0 ? ['--ca-certificates', 'authorities.pem'] : []),
    ...targets.flatMap((each) => ['--target', each]),
    ...Object.entries(IMAGES).flatMap(([triple, image]) => ['--image', `${triple} => ${image}`]),
    ...['--env', `NATIVE=${applications.join(' ')}`, ...args],
  ]);
  const releases = status === 0 ? (JSON.parse(stdout) as { releases: readonly BuiltRelease[] }).releases : [];
  return { status, stderr, releases };
}

/** What the smoke tests printed, as the log has it. */
const printedIn = (stderr: string): readonly string[] =>
  [...stderr.matchAll(/^ *\| (\w+ is for \w+)$/gm)].map(([, line = '']) => line).toSorted();

const linesOf = (applications: readonly string[], machine: string): readonly string[] =>
  applications.map((app) => `${app} is for ${machine}`);

/** Asserts that a build went well, with its log where it did not. */
function requireBuilt({ status, stderr }: Built): void {
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
}

describe('native code in the ways that packages build it', () => {
  it(
    'is compiled for another machine by Mix, and each NIF and program runs there',
    async () => {
      const applications = [...PLAIN, 'in_cxx', 'with_cmake', 'with_zlib'];
      const args = ['--smoke-test', 'smoke.sh', '--packages', PACKAGES];
      const built = await build([ARM], applications, { args });
      requireBuilt(built);
      expect(printedIn(built.stderr)).toEqual(linesOf(applications, 'aarch64').toSorted());
      expect(new Set(built.releases[0]?.audit?.files.map(({ machine }) => machine))).toEqual(new Set(['aarch64']));
    },
    TIMEOUT,
  );

  it(
    'is compiled for four targets in one run, and runs on each',
    async () => {
      const built = await build([GNU, ARM, MUSL, ARM_MUSL], PLAIN);
      requireBuilt(built);
      const [own, foreign] = [linesOf(PLAIN, 'x86_64'), linesOf(PLAIN, 'aarch64')];
      expect(printedIn(built.stderr)).toEqual([...own, ...own, ...foreign, ...foreign].toSorted());
      expect(built.releases.map(({ target, method }) => `${target} ${method}`)).toEqual([
        ...[`${GNU} native`, `${ARM} cross`, `${MUSL} cross`, `${ARM_MUSL} cross`],
      ]);
    },
    TIMEOUT,
  );

  it(
    'in C++ with exceptions and atomics runs on musl of another machine',
    async () => {
      const built = await build([GNU, ARM_MUSL], ['in_cxx']);
      requireBuilt(built);
      expect(printedIn(built.stderr)).toEqual(['in_cxx is for aarch64', 'in_cxx is for x86_64']);
    },
    TIMEOUT,
  );

  it(
    'that was compiled before is chosen by the target',
    async () => {
      const files = {
        'precompiled/files/x86_64-linux-gnu.so': nif({}, GNU),
        'precompiled/files/aarch64-linux-gnu.so': nif({}, ARM),
      };
      const built = await build([GNU, ARM], ['precompiled'], { files, args: ['--smoke-test', 'off'] });
      requireBuilt(built);
      const chosen = built.releases.map(({ audit }) =>
        audit?.files.map(({ path: file }) => file).filter((file) => file.includes('precompiled')),
      );
      expect(chosen).toEqual([
        ['lib/precompiled-0.1.0/priv/x86_64-linux-gnu.so'],
        ['lib/precompiled-0.1.0/priv/aarch64-linux-gnu.so'],
      ]);
    },
    TIMEOUT,
  );

  it(
    'that names its compiler is refused, with the file',
    async () => {
      const { status, stderr } = await build([ARM], ['honours_cc', 'hard_coded']);
      expect(status).toBe(5);
      expect(stderr).toMatch(
        /error \(cannot-cross\): application hard_coded cannot be compiled for aarch64-\S+ .*hard_coded\.so is for x86_64/,
      );
    },
    TIMEOUT,
  );
});
