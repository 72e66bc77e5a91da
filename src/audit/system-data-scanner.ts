import { readModule } from './beam.js';
import type { CodeFile } from './code-file.js';
import { isOfOtp } from './otp-facts.js';
import { textOf, type ReleaseFile } from './release-file.js';
import { chunksOf } from './search-bytes.js';
import type { SystemData, SystemDataKind } from './system-data.js';

/** Paths of the system's data, as a program has them in its literals. */
const PATHS: Readonly<Record<SystemDataKind, readonly string[]>> = {
  'ca-certificates': ['/etc/ssl/cert', '/etc/pki/tls/cert', '/etc/pki/ca-trust/', '/etc/ssl/ca-bundle.pem'],
  'time-zones': ['/usr/share/zoneinfo'],
};

/** Tools, which read such data while something else is compiled. */
const TOOLS: ReadonlySet<string> = new Set(
  'cc_precompiler dart_sass elixir_make esbuild hex rustler_precompiled tailwind'.split(' '),
);

/** Whether what an application reads says nothing: OTP and Elixir read such data only for others. */
const isExempt = (application: string): boolean => isOfOtp(application) || TOOLS.has(application);

/** Applications that bring certificates, by the module that others ask. */
const OWN_CERTIFICATES: Readonly<Record<string, string>> = { castore: 'Elixir.CAStore', certifi: 'certifi' };

/** Finds out which data of the system a release reads, file by file. */
export class SystemDataScanner {
  readonly #found: { readonly kind: SystemDataKind; readonly file: string; readonly unless: readonly string[] }[] = [];
  readonly #applications = new Set<string>();

  /** Looks at a file that is no native binary. */
  file(file: ReleaseFile): void {
    const [, application] = /^lib\/([a-z]\w*)-[^/]+\/ebin\/[^/]+\.beam$/.exec(file.path) ?? [];
    if (application !== undefined) {
      this.#applications.add(application);
      if (!isExempt(application)) this.#beam(file);
    } else if (/^releases\/[^/]+\/(?:[^/]+\.exs|sys\.config)$/.test(file.path)) this.#configuration(file);
  }

  /** Looks at a native binary. */
  code(file: ReleaseFile, { kind, data }: CodeFile): void {
    const [, application = ''] = /^lib\/([a-z]\w*)-/.exec(file.path) ?? [];
    if (kind === 'erts' || isExempt(application)) return;
    const chunks = data.flatMap((range) => [...chunksOf(file.content, range)]);
    this.#addPaths(file.path, (path) => chunks.some((chunk) => chunk.includes(path)));
  }

  result(): readonly SystemData[] {
    const kinds: readonly SystemDataKind[] = ['ca-certificates', 'time-zones'];
    return kinds.flatMap((kind) => {
      const files = this.#found
        .filter((each) => each.kind === kind && !each.unless.some((name) => this.#applications.has(name)))
        .map(({ file }) => file);
      return files.length === 0 ? [] : [{ kind, readBy: [...new Set(files)].sort() }];
    });
  }

  #beam(file: ReleaseFile): void {
    // Whether a damaged one can be loaded is for the smoke test.
    const module = readModule(file.content.read(0, file.content.size));
    if (!module) return;
    const { literals } = module;
    const atoms = module.atoms.toString('latin1');
    if (atoms.includes('public_key') && /cacerts_(?:get|load)/.test(atoms)) {
      const unless = Object.entries(OWN_CERTIFICATES).flatMap(([name, module]) =>
        atoms.includes(module) ? [name] : [],
      );
      this.#found.push({ kind: 'ca-certificates', file: file.path, unless });
    }
    this.#addPaths(file.path, (path) => literals.includes(path));
  }

  #configuration(file: ReleaseFile): void {
    const text = textOf(file).replaceAll(/^\s*[#%].*$/gm, '');
    if (/\bcacerts_(?:get|load)\b/.test(text)) {
      this.#found.push({ kind: 'ca-certificates', file: file.path, unless: [] });
    }
    this.#addPaths(file.path, (path) => text.includes(path));
  }

  #addPaths(file: string, has: (path: string) => boolean): void {
    for (const [kind, paths] of Object.entries(PATHS)) {
      if (paths.some(has)) this.#found.push({ kind: kind as SystemDataKind, file, unless: [] });
    }
  }
}
