import { ElfError } from './elf/error.js';
import { sniff } from './elf/sniff.js';
import { readCodeFile, type CodeFile } from './code-file.js';
import { contentFindings } from './rules/content.js';
import { emulatorVersion, versionOfApplication, type OtpFacts } from './otp-facts.js';
import { librariesByName } from './dlopen-names.js';
import { textOf, type ReleaseFile, type Visitor } from './release-file.js';
import type { Finding } from './report.js';

/** A file of machine code that is no ELF file, or one that is damaged. */
export interface UnusableFile {
  readonly path: string;
  readonly format: 'mach-o' | 'pe' | 'elf';
  /** Of a damaged ELF file. */
  readonly error: ElfError | undefined;
}

/** All that the rules look at. */
export interface Survey {
  readonly code: readonly CodeFile[];
  readonly unusable: readonly UnusableFile[];
  /** What libraries in the release are called: by their files, by links to them, by their own names. */
  readonly libraries: ReadonlyMap<string, readonly string[]>;
  /** Libraries that files name in their data, by the path of the file. */
  readonly loadedByName: ReadonlyMap<string, readonly string[]>;
  readonly otp: OtpFacts;
  /** What is in the tree that should not be, or should not stay unseen. */
  readonly findings: readonly Finding[];
  /** Files of machine code that were excepted. */
  readonly excepted: readonly string[];
}

/** A visitor of a release that remembers what the rules need. */
export class ReleaseScanner implements Visitor {
  readonly #code: CodeFile[] = [];
  readonly #unusable: UnusableFile[] = [];
  readonly #libraries = new Map<string, string[]>();
  readonly #loadedByName = new Map<string, readonly string[]>();
  readonly #findings: Finding[] = [];
  readonly #excepted: string[] = [];
  readonly #isExcepted: (path: string) => boolean;
  readonly #tops = new Set<string>();
  #isRelease = false;
  #emulator: OtpFacts['emulator'];
  #startErl: string | undefined;
  readonly #ertsDirectories = new Set<string>();
  readonly #applications = new Map<string, OtpFacts['applications'][number]>();

  constructor(isExcepted: (path: string) => boolean) {
    this.#isExcepted = isExcepted;
  }

  /** Whether what was visited is a release. */
  get isRelease(): boolean {
    return this.#isRelease;
  }

  /** Directories at the top that hold a release each. */
  get releasesBelow(): readonly string[] {
    return [...this.#tops];
  }

  survey(): Survey {
    return {
      code: this.#code.toSorted(byPath),
      unusable: this.#unusable.toSorted(byPath),
      libraries: this.#libraries,
      loadedByName: this.#loadedByName,
      otp: {
        emulator: this.#emulator,
        startErl: this.#startErl,
        ertsDirectories: [...this.#ertsDirectories],
        applications: [...this.#applications.values()],
      },
      findings: this.#findings,
      excepted: this.#excepted.toSorted(),
    };
  }

  directory(path: string): boolean {
    this.#seeErts(path);
    const isGit = /(?:^|\/)\.git$/.test(path);
    if (isGit && !this.#isExcepted(path)) this.#findings.push(...contentFindings.git(path));
    return !isGit;
  }

  link(path: string, target: string): void {
    const name = baseName(path);
    if (isLibraryName(name)) this.#addLibrary(name, path);
    if (!this.#isExcepted(path)) this.#findings.push(...contentFindings.link(path, target));
  }

  file(file: ReleaseFile): void {
    this.#seeErts(file.path);
    this.#seeMarks(file);
    if (/(?:^|\/)\.git\//.test(file.path)) return; // an archive shows them whatever it is told
    const format = sniff(file.head);
    const isCode = format === 'elf' || format === 'mach-o' || format === 'pe';
    if (isCode && isLibraryName(baseName(file.path))) this.#addLibrary(baseName(file.path), file.path);
    if (this.#isExcepted(file.path)) {
      if (isCode) this.#excepted.push(file.path);
      return;
    }
    if (format === 'elf') this.#seeElf(file);
    else if (isCode) this.#unusable.push({ path: file.path, format, error: undefined });
    else this.#findings.push(...contentFindings.file(file, format));
  }

  #seeElf(file: ReleaseFile): void {
    const code = readCodeFile(file);
    if (code instanceof ElfError) {
      this.#unusable.push({ path: file.path, format: 'elf', error: code });
      return;
    }
    this.#code.push(code);
    if (code.soname !== undefined) this.#addLibrary(code.soname, file.path);
    if (code.usesDlopen) this.#loadedByName.set(file.path, librariesByName(file.content, code.data));
    if (/^erts-[^/]+\/bin\/beam(?:\.\w+)*$/.test(file.path)) {
      this.#emulator = { path: file.path, ...emulatorVersion(file.content) };
    }
  }

  /** What tells that this is a release, and of which versions. */
  #seeMarks(file: ReleaseFile): void {
    const { path } = file;
    if (path === 'releases/start_erl.data') {
      this.#isRelease = true;
      this.#startErl = textOf(file).trim().split(/\s+/)[0];
    }
    if (/^releases\/[^/]+\/[^/]+\.rel$/.test(path)) this.#isRelease = true;
    const [, top] = /^([^/]+)\/releases\/start_erl\.data$/.exec(path) ?? [];
    if (top !== undefined) this.#tops.add(top);
    const application = versionOfApplication(file);
    if (application) this.#applications.set(path, application);
  }

  #seeErts(path: string): void {
    const [, version] = /^erts-([^/]+)\/bin(?:\/|$)/.exec(path) ?? [];
    if (version !== undefined) this.#ertsDirectories.add(version);
  }

  #addLibrary(name: string, path: string): void {
    this.#libraries.set(name, [...(this.#libraries.get(name) ?? []), path]);
  }
}

function isLibraryName(name: string): boolean {
  return /\.so(?:\.|$)/.test(name);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}
