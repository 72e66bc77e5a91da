import { closest, distance } from 'fastest-levenshtein';
import { MixReleaseError } from '../errors.js';
import { TARGET_NAMES, targetNamed, targetsOfMachine } from './aliases.js';
import { TARGETS, type Target } from './table.js';

/**
 * The target of a triple or of one of its aliases, in upper or lower case.
 *
 * @throws MixReleaseError `unsupported-target` for a system or an architecture without base images;
 *   `unknown-target` for a machine without a C library, naming the targets it may mean, and for everything else that
 *   is not in the table, listing the known triples and the nearest
 */
export function findTarget(text: string): Target {
  const found = targetNamed(text);
  if (found) return found;
  refuseOtherSystem(text);
  refuseMachineAlone(text);
  refuseOtherArchitecture(text);
  throw new MixReleaseError('unknown-target', {
    what: `unknown target '${text}'`,
    next: `${knownTargets()} ${nearestTriple(text)}`.trim(),
  });
}

/** A suggestion for a misspelt word, or an empty string where nothing is near. */
export function nearest(word: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const candidate = closest(word, [...known]);
  const near = distance(word, candidate) <= Math.max(3, Math.floor(candidate.length * 0.6));
  return near ? didYouMean(candidate) : '';
}

/** A misspelt alias suggests its triple. Aliases are short, so fewer letters may differ than in other words. */
function nearestTriple(text: string): string {
  const word = text.toLowerCase();
  const name = closest(word, [...TARGET_NAMES.keys()]);
  const target = TARGET_NAMES.get(name);
  return target && distance(word, name) <= Math.max(2, Math.floor(name.length * 0.4)) ? didYouMean(target.triple) : '';
}

function didYouMean(candidate: string): string {
  return `Did you mean '${candidate}'?`;
}

function knownTargets(): string {
  return `Known targets: ${TARGETS.map(({ triple }) => triple).join(', ')}.`;
}

// Whole words only; a version may follow, as in darwin23 and win32.
const APPLE_OR_WINDOWS =
  /(?<![a-z])(?:darwin|macos|mac|osx|apple|ios|windows|win|mingw|msvc|cygwin|msys)(?:\d[\d.]*)?(?![a-z])/i;
const OTHER_SYSTEM = /(?<![a-z])(?:freebsd|openbsd|netbsd|dragonfly|solaris|illumos|android(?:eabi)?)(?![a-z])/i;
const OTHER_ARCHITECTURE =
  /(?<![a-z0-9_])(?:aarch64_be|arm(?:v[4-7][a-z]*|hf|el|eb|32v\d)?|thumbv\w+|i?[3-6]86|x86(?![-_]?64)|ia32|riscv(?:32|64)\w*|(?:ppc|powerpc)(?:64)?(?:le)?|s390x?|loong(?:arch)?64|mips\w*|sparc\w*)(?![a-z0-9_])/i;

function refuseOtherSystem(text: string): void {
  const what = `target '${text}' cannot be built in a Linux container`;
  if (APPLE_OR_WINDOWS.test(text)) {
    throw new MixReleaseError('unsupported-target', {
      what,
      next: 'Run `mix release` itself on a native runner (macos-15, windows-2025) with erlef/setup-beam.',
    });
  }
  if (OTHER_SYSTEM.test(text)) {
    throw new MixReleaseError('unsupported-target', {
      what,
      next: `Run \`mix release\` itself on such a system. ${knownTargets()}`,
    });
  }
}

function refuseMachineAlone(text: string): void {
  const candidates = targetsOfMachine(text);
  if (candidates.length === 0) return;
  const described = candidates.map(({ triple, libc, systems }) => `${triple} (${libc}: ${systems.join(', ')})`);
  throw new MixReleaseError('unknown-target', {
    what: `target '${text}' does not name a C library`,
    next: `Name ${described.join(' or ')}.`,
  });
}

function refuseOtherArchitecture(text: string): void {
  if (!OTHER_ARCHITECTURE.test(text)) return;
  throw new MixReleaseError('unsupported-target', {
    what: `target '${text}' has an architecture without hexpm/elixir images`,
    next: knownTargets(),
  });
}
