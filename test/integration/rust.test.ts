import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildRelease, ROOT } from '../support/cli.js';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { bootAndAsk, hostWith, runtimeWith } from '../support/engine.js';
import { ran } from '../support/ran.js';
import { componentOf, needsOf, validBom } from '../unit/support/sbom.js';

const MUSL = 'x86_64-unknown-linux-musl';
/** Milliseconds: where nothing was made before, Rust's standard library for musl is compiled first. */
const TIMEOUT = 1_200_000;
/** Cargo in the container trusts what this machine trusts: its registry may be reached by a proxy with its own authority. */
const CERTIFICATES = process.env.SSL_CERT_FILE ?? '/etc/ssl/certs/ca-certificates.crt';
const CARGO = ['--env', 'CARGO_HTTP_CAINFO=/build/src/ci/ca.pem'];
const QUESTION = 'IO.inspect(RustNif.count("to be or not to be") |> Enum.sort())';
const ANSWER = '[{"be", 2}, {"not", 1}, {"or", 1}, {"to", 2}]\n';

let checkout: Temporary;
let out: Temporary;

beforeAll(async () => {
  checkout = await checkoutOf('examples/rust');
  out = await temporary();
  const ci = path.join(checkout.path, 'ci');
  await mkdir(ci);
  await copyFile(path.join(ROOT, 'test/rig/rust/musl.Dockerfile'), path.join(ci, 'Dockerfile'));
  await copyFile(CERTIFICATES, path.join(ci, 'ca.pem'));
});
afterAll(async () => {
  await checkout[Symbol.asyncDispose]();
  await out[Symbol.asyncDispose]();
});

const build = (...args: readonly string[]): ReturnType<typeof buildRelease> =>
  buildRelease([checkout.path, '--output', out.path, '--smoke-test', 'boot', ...CARGO, ...args]);

describe('a NIF in Rust', () => {
  it(
    'is built by the cargo of the system, with crates from the registry',
    async () => {
      const release = await build('--os', 'debian:trixie', '--packages', 'cargo');
      expect(ran(release.smoke).nativeApplications.map(({ name }) => name)).toEqual(['rust_nif']);
      const bom = await validBom(await readFile(release.sbom ?? '', 'utf8'));
      expect(needsOf(bom, 'words')).toEqual(['rustler']);
      expect(componentOf(bom, 'rustler').purl).toMatch(/^pkg:cargo\/rustler@\d/);
      const packages = ran(release.smoke).packages;
      await using host = await hostWith(await runtimeWith('debian:trixie-slim', ...packages), release.tarball);
      expect(await bootAndAsk(host, 'rust_nif', QUESTION)).toBe(ANSWER);
    },
    TIMEOUT,
  );

  it(
    'is built again from the crates that cargo keeps in the builder’s home',
    async () => {
      const args = ['--os', 'debian:trixie', '--packages', 'cargo'];
      const release = await build(...args, '--env', 'CARGO_NET_OFFLINE=true');
      expect(ran(release.smoke).nativeApplications.map(({ name }) => name)).toEqual(['rust_nif']);
    },
    TIMEOUT,
  );

  it(
    'is a shared object for musl, too',
    async () => {
      const release = await build('--target', MUSL, '--dockerfile', 'ci/Dockerfile');
      expect(release.smoke).toMatchObject({ image: 'alpine:3.22', packages: [] });
      await using host = await hostWith('alpine:3.22', release.tarball);
      expect(await bootAndAsk(host, 'rust_nif', QUESTION)).toBe(ANSWER);
    },
    TIMEOUT,
  );
});
