import type { AuditReport } from '../audit/report.js';
import type { Probe } from '../builder/probe.js';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { MixReleaseError } from '../errors.js';
import type { FileKind } from '../package/file-kinds.js';
import type { SmokeNotRun, SmokeReport } from '../smoke/report.js';
import type { SummaryPart } from './summary-part.js';

/** One release, built and packed: an entry of the `releases` that `--json` prints. */
export interface BuiltRelease {
  readonly name: string;
  readonly version: string;
  readonly target: string;
  /** Absolute path. */
  readonly tarball: string;
  /** 64 lowercase hex digits. */
  readonly sha256: string;
  /** Bytes of the tarball. */
  readonly size: number;
  /** Absolute path of the unpacked release. */
  readonly directory: string;
  readonly otp: string;
  readonly elixir: string;
  readonly erts: string;
  readonly image: string;
  /** Digest of the base image's manifest; its identifier in the engine where no registry gave one. */
  readonly imageDigest: string;
  /** How it came about: natively, from code that another builder compiled, or emulated. */
  readonly method: 'native' | 'cross' | 'emulate';
  /** What the probe found in the builder. */
  readonly probe: Probe;
  /** What the audit found; null where there was none. */
  readonly audit: AuditReport | null;
  /** Absolute path of the file that has the report; null where there was no audit. */
  readonly auditReport: string | null;
  /** Absolute path of the list of what is inside; null where none was made. */
  readonly sbom: string | null;
  /** What its smoke test did; undefined where there was none. */
  readonly smoke: SmokeReport | SmokeNotRun | undefined;
  /** Everything that was made of it, by absolute paths. */
  readonly files: readonly { readonly kind: FileKind; readonly path: string }[];
  /** Seconds by stage, of the whole run. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** How a run ended, and what there is of it. */
export interface BuildOutcome {
  /** How it failed; undefined where it did not. */
  readonly error: MixReleaseError | undefined;
  /** The releases whose files are in their places, also where publishing failed afterwards. */
  readonly releases: readonly BuiltRelease[];
  /** Outputs of the action by name; empty where no file is in its place. */
  readonly outputs: Readonly<Record<string, string>>;
  /** For each of `releases`, what the stages have on the summary, in their order. */
  readonly summaries: readonly (readonly SummaryPart[])[];
  /** What compilers found in the repository's own files, the most important first. */
  readonly diagnostics: readonly Diagnostic[];
}
