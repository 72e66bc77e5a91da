import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What `npm pack --json` says of a package. */
interface Packed {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly integrity: string;
}

/**
 * Writes a static npm registry with the real tarballs of packages, which npm gets from the registry of this machine.
 * A container needs no certificate for it, and what is asked of it can be counted.
 *
 * @param directory - made
 * @param url - where the directory will be served, without a slash at the end
 * @param packages - such as `esbuild@0.28.2`
 */
export async function writeNpmRegistry(directory: string, url: string, packages: readonly string[]): Promise<void> {
  const tarballs = path.join(directory, 'tarballs');
  await mkdir(tarballs, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--json', ...packages], { cwd: tarballs });
  // npm 12 gives an object by name, older ones an array.
  const packed: readonly Packed[] = Object.values(JSON.parse(stdout) as Readonly<Record<string, Packed>>);
  for (const { name, version, filename, integrity } of packed) {
    const { stdout: manifest } = await run('tar', ['-xOzf', path.join(tarballs, filename), 'package/package.json']);
    const facts = JSON.parse(manifest) as Readonly<Record<string, unknown>>;
    const dist = { tarball: `${url}/tarballs/${filename}`, integrity };
    const versions = { [version]: { ...facts, dist } };
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify({ name, 'dist-tags': { latest: version }, versions }));
  }
}

/** `esbuild@0.28.2` and its program for this machine, as the lock of a project names them. */
export async function esbuildPackages(lockFile: string): Promise<readonly string[]> {
  const { packages } = JSON.parse(await readFile(lockFile, 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version?: string }>>;
  };
  const names = ['esbuild', `@esbuild/linux-${process.arch}`];
  return names.map((name) => `${name}@${packages[`node_modules/${name}`]?.version ?? ''}`);
}
