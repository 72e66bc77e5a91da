import { ElfError } from './elf/error.js';
import { sniff } from './elf/sniff.js';
import { readCodeFile, type CodeFile } from './code-file.js';
import { isCompiled, readModule } from './beam.js';
import { builderPathFindings } from './rules/compiled.js';
import { contentFindings } from './rules/content.js';
import { keyOf, type KeyFile } from './rules/keys.js';
import { setIdFindings } from './rules/modes.js';
import { UpdateScanner } from './rules/updates.js';
import { applicationOf, emulatorVersion, isOfOtp, versionOfApplication, type OtpFacts } from './otp-facts.js';
import { librariesByName } from './dlopen-names.js';
import { textOf, type ReleaseFile, type Visitor } from './release-file.js';
import type { Finding } from './report.js';
import type { SystemData } from './system-data.js';
import { SystemDataScanner } from './system-data-scanner.js';

/** A native binary that is not ELF, or a malformed ELF file. */
export interface UnusableFile {
  readonly path: string;
  readonly format: 'mach-o' | 'pe' | 'elf';
  /** Set for a malformed ELF file. */
  readonly error: ElfError | undefined;
}

/** The input of the rules. */
export interface Survey {
  readonly code: readonly CodeFile[];
  readonly unusable: readonly UnusableFile[];
  /** Paths of the libraries in the release, by file name, link name and soname. */
  readonly libraries: ReadonlyMap<string, readonly string[]>;
  /** Names of libraries in a file's data, by the file's path. */
  readonly loadedByName: ReadonlyMap<string, readonly string[]>;
  readonly otp: OtpFacts;
  /** Data of the system that it reads. */
  readonly data: readonly SystemData[];
  /** Findings that do not depend on the target. */
  readonly findings: readonly Finding[];
  readonly keys: readonly KeyFile[];
  /** Names of the releases: those of `releases/VERSION/NAME.rel`. */
  readonly names: ReadonlySet<string>;
  /** Native binaries that `audit-except` matched. */
  readonly excepted: readonly string[];
}

/** A visitor that collects the facts that the rules need. */
export class ReleaseScanner implements Visitor {
  readonly #code: CodeFile[] = [];
  readonly #unusable: UnusableFile[] = [];
  readonly #libraries = new Map<string, string[]>();
  readonly #loadedByName = new Map<string, readonly string[]>();
  readonly #findings: Finding[] = [];
  readonly #excepted: string[] = [];
  readonly #data = new SystemDataScanner();
  readonly #isExcepted: (path: string) => boolean;
  readonly #keys: KeyFile[] = [];
  readonly #names = new Set<string>();
  readonly #updates = new UpdateScanner();
  /** Directories that others cannot enter. */
  readonly #closed: string[] = [];
  readonly #releasesBelow = new Set<string>();
  #isRelease = false;
  #emulator: OtpFacts['emulator'];
  #startErl: string | undefined;
  readonly #ertsDirectories = new Set<string>();
  readonly #applications = new Map<string, OtpFacts['applications'][number]>();

  constructor(isExcepted: (path: string) => boolean) {
    this.#isExcepted = isExcepted;
  }

  /** Whether the visited tree is a release. */
  get isRelease(): boolean {
    return this.#isRelease;
  }

  /** Top-level directories that contain a release each. */
  get releasesBelow(): readonly string[] {
    return [...this.#releasesBelow];
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
      data: this.#data.result(),
      findings: [...this.#findings, ...this.#updates.findings()],
      keys: this.#keys,
      names: this.#names,
      excepted: this.#excepted.toSorted(),
    };
  }

  directory(path: string, mode: number): boolean {
    this.#addErtsDirectory(path);
    if ((mode & 0o001) === 0) this.#closed.push(`${path}/`);
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
    this.#addErtsDirectory(file.path);
    this.#readMarkers(file);
    if (/(?:^|\/)\.git\//.test(file.path)) return; // a tarball's entries are visited even below a directory that was declined
    const format = sniff(file.head);
    const isCode = format === 'elf' || format === 'mach-o' || format === 'pe';
    if (isCode && isLibraryName(baseName(file.path))) this.#addLibrary(baseName(file.path), file.path);
    this.#updates.file(file);
    if (this.#isExcepted(file.path)) {
      if (isCode) this.#excepted.push(file.path);
      return;
    }
    this.#findings.push(...setIdFindings(file));
    if (format === 'elf') this.#addElf(file);
    else if (isCode) this.#unusable.push({ path: file.path, format, error: undefined });
    else this.#addOther(file);
  }

  #addOther(file: ReleaseFile): void {
    this.#data.file(file);
    if (isCompiled(file.path, file.head)) this.#addModule(file);
    else this.#addContent(file);
  }

  #addContent(file: ReleaseFile): void {
    this.#findings.push(...contentFindings.file(file));
    const key = keyOf(
      file,
      this.#closed.some((directory) => file.path.startsWith(directory)),
    );
    if (key) this.#keys.push(key);
  }

  /** OTP and Elixir were compiled elsewhere; what is too large to be held has no rule. */
  #addModule({ path, size, content }: ReleaseFile): void {
    if (isOfOtp(applicationOf(path) ?? '') || content.size < size) return;
    const module = readModule(content.read(0, size));
    if (!module) return;
    this.#updates.module(path, module.atoms);
    this.#findings.push(...builderPathFindings(path, module));
  }

  #addElf(file: ReleaseFile): void {
    const code = readCodeFile(file);
    if (code instanceof ElfError) {
      this.#unusable.push({ path: file.path, format: 'elf', error: code });
      return;
    }
    this.#code.push(code);
    this.#data.code(file, code);
    if (code.soname !== undefined) this.#addLibrary(code.soname, file.path);
    if (code.usesDlopen) this.#loadedByName.set(file.path, librariesByName(file.content, code.data));
    if (/^erts-[^/]+\/bin\/beam(?:\.\w+)*$/.test(file.path)) {
      this.#emulator = { path: file.path, ...emulatorVersion(file.content) };
    }
  }

  /** Reads the files that identify a release and its versions. */
  #readMarkers(file: ReleaseFile): void {
    const { path } = file;
    if (path === 'releases/start_erl.data') {
      this.#isRelease = true;
      this.#startErl = textOf(file).trim().split(/\s+/)[0];
    }
    const [, name] = /^releases\/[^/]+\/([^/]+)\.rel$/.exec(path) ?? [];
    if (name !== undefined) {
      this.#isRelease = true;
      this.#names.add(name);
    }
    const [, top] = /^([^/]+)\/releases\/start_erl\.data$/.exec(path) ?? [];
    if (top !== undefined) this.#releasesBelow.add(top);
    const application = versionOfApplication(file);
    if (application) this.#applications.set(path, application);
  }

  #addErtsDirectory(path: string): void {
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
