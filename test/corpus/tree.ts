import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Base, Parts } from './parts.js';

/** Where the corpus puts what it adds: the private directory of the project's own application. */
export const PRIV = 'lib/corpus-1.0.0/priv';

/** A release of the corpus that can be changed: a copy of one that was built, by hard links. */
export class Tree implements Disposable {
  readonly root: string;
  readonly #parts: Parts;

  constructor(parts: Parts, base: Base, name: 'corpus' | 'without_erts') {
    this.#parts = parts;
    // Beside the parts, because hard links do not reach other file systems.
    this.root = mkdtempSync(path.join(path.dirname(parts.objects), 'scratch-'));
    linkTree(path.join(parts[base], name), this.root);
  }

  /** Adds a file of machine code of the rig's, such as `x86_64-gnu/nif.so`. */
  add(object: string, to: string, mode?: number): void {
    this.write(to, readFileSync(path.join(this.#parts.objects, object)), mode);
  }

  /** Adds a directory, or adds or replaces a file, of another release of the rig's. */
  take(from: Base, file: string, to = file): void {
    const source = path.join(this.#parts[from], 'corpus', file);
    if (statSync(source).isDirectory()) {
      linkTree(source, this.#path(to));
    } else {
      this.write(to, readFileSync(source), statSync(source).mode);
    }
  }

  /** Never changes a file in place: it is the same file as in the release that this is a copy of. */
  write(file: string, content: Buffer | string, mode = 0o755): void {
    const target = this.#path(file);
    mkdirSync(path.dirname(target), { recursive: true });
    rmSync(target, { force: true });
    writeFileSync(target, content);
    chmodSync(target, mode);
  }

  read(file: string): Buffer {
    return readFileSync(this.#path(file));
  }

  /** Changes the bytes of a file. */
  edit(file: string, change: (bytes: Buffer) => Buffer): void {
    this.write(file, change(Buffer.from(this.read(file))));
  }

  remove(file: string): void {
    rmSync(this.#path(file), { recursive: true });
  }

  rename(from: string, to: string): void {
    mkdirSync(path.dirname(this.#path(to)), { recursive: true });
    renameSync(this.#path(from), this.#path(to));
  }

  /** The one name in a directory that begins so, such as that of `erts-` at the top. */
  find(directory: string, beginning: string): string {
    const found = readdirSync(this.#path(directory)).filter((name) => name.startsWith(beginning));
    if (found.length !== 1) throw new Error(`${directory} has ${String(found.length)} names that begin ${beginning}`);
    return path.posix.join(directory, found[0] ?? '');
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #path(file: string): string {
    return path.join(this.root, file);
  }
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.isFile()) linkSync(source, target);
    else throw new Error(`${source} is no file`);
  }
}
