import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseMessage } from '../../builder/messages.js';
import { BUILDING } from '../../causes/building/rules.js';
import { CRLF } from '../../causes/building/shell.js';

import { viewOf, type FileView } from '../../causes/file-view.js';
import { adviceFor, because, likelyCauses } from '../../causes/find.js';
import type { RunningContainer } from '../../engine/container.js';
import { keepLast } from '../../engine/lines.js';
import { MixReleaseError } from '../../errors.js';
import { relativeInside } from '../../paths.js';
import { packFiles } from '../../archive/files.js';
import { BUILDER_UID } from '../../builder/builder.js';
import { HOME, SOURCES } from '../../builder/layout.js';
import type { Hook, HookName } from '../../options/sections/hooks.js';
import { RESERVED_VARIABLES } from '../../options/reserved-env.js';

/** Where a hook runs, and where its output goes. */
export interface HookContext {
  readonly container: RunningContainer;
  /** Directory of the project in the container. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  readonly note: (text: string) => void;
}

/** A shell script that runs as a hook. */
export interface HookScript extends HookContext {
  readonly hook: HookName;
  /** Absolute path in the container. */
  readonly script: string;
  /** Its path as it was given. */
  readonly name: string;
  /** Whether its first line asks for bash; otherwise sh runs it. */
  readonly bash: boolean;
  /** The checkout by its paths in the container, for causes of failures. */
  readonly sources?: FileView;
}

const OUTPUT_KEPT = 40;
/** What a shell sets by itself. */
const OF_THE_SHELL = new Set(['_', 'PWD', 'OLDPWD', 'SHLVL']);

// The script is read by this shell, so that what it exports can be seen when it ends, also where it calls `exit`.
const RUN = `
exec 9>&1
mix_release_mark=$1 mix_release_script=$2
shift 2
mix_release_say() {
  printf '%s fact %s ' "$mix_release_mark" "$1" >&9
  env -0 | base64 | tr -d '\\n' >&9
  echo >&9
}
mix_release_say before
trap 'set -- "$?"; mix_release_say after; exit "$1"' EXIT
set -e
. "$mix_release_script"
mix_release_say after
`;

/**
 * Runs a hook: a file of the checkout where it lies in the container, or commands, whose text becomes a file there.
 *
 * @returns the environment of the Mix commands: the one given, with what the script exported
 * @throws MixReleaseError `before-build-failed` or `before-release-failed`
 */
export async function runHook(
  hook: HookName,
  { file, text }: Hook,
  checkout: string,
  hookContext: HookContext,
): Promise<Readonly<Record<string, string>>> {
  const context = { ...hookContext, sources: viewOf(checkout, SOURCES) };
  if (file !== undefined) {
    const name = relativeInside(checkout, file) ?? file;
    const bash = usesBash(await readFile(file, 'utf8'));
    return runScript({ ...context, hook, script: path.posix.join(SOURCES, name), name, bash });
  }
  const owner = { uid: BUILDER_UID, gid: BUILDER_UID };
  await context.container.put(packFiles([{ path: hook, text: `${text}\n`, ...owner }]), HOME);
  return runScript({ ...context, hook, script: path.posix.join(HOME, hook), name: 'commands', bash: usesBash(text) });
}

/** Whether the first line of a script asks for bash. */
function usesBash(script: string): boolean {
  return /^#!.*\bbash\b/.test(script);
}

/**
 * Runs the script in the container, as the builder's user, in the project's directory.
 *
 * @returns the environment of the Mix commands: the one given, with what the script exported
 * @throws MixReleaseError `before-build-failed` or `before-release-failed`
 */
export async function runScript(spec: HookScript): Promise<Readonly<Record<string, string>>> {
  const { hook, container, script, name, bash, cwd, env, onLine } = spec;
  const mark = randomUUID();
  const facts = new Map<string, string>();
  const output = keepLast(OUTPUT_KEPT, onLine);
  const argv = [bash ? 'bash' : 'sh', '-c', RUN, hook, mark, script];
  const status = await container.run({ title: `${hook} (${name})`, argv, cwd, env }, (line) => {
    // What the script printed last may lack its line end.
    const at = Math.max(0, line.indexOf(mark));
    const message = parseMessage(line.slice(at), mark);
    if (message) facts.set(message.name, message.value);
    if (!message || at > 0) output.say(message ? line.slice(0, at) : line);
  });
  const [before, after] = [facts.get('before'), facts.get('after')];
  if (status !== 0 || before === undefined || after === undefined) {
    throw failed(spec, status, output.last);
  }
  return withExports(spec, variables(before), variables(after));
}

function failed(
  { hook, name, script, cwd, sources }: HookScript,
  status: number,
  output: readonly string[],
): MixReleaseError {
  if (status === 0) {
    return new MixReleaseError(`${hook}-failed`, {
      what: `${hook} (${name}) ended before its exports could be read`,
      next: 'It is read by the shell that reports them: let it end without exec, and without exit if it has its own EXIT trap.',
      output,
    });
  }
  const what = `${hook} (${name}) failed with exit status ${String(status)}`;
  const fact = sources?.at(script);
  const about = { cwd, ...(sources && { sources }) };
  const causes =
    fact?.kind === 'other' && fact.crlf
      ? [{ name: 'crlf', ...CRLF }]
      : likelyCauses(BUILDING, [...output, what], about);
  return new MixReleaseError(`${hook}-failed`, {
    what: `${what}${because(causes)}`,
    next:
      adviceFor(causes) ??
      'Read what it printed above. It runs as an unprivileged user: steps that need root belong in packages or dockerfile.',
    output,
  });
}

/** `NAME=value` texts that each end in a NUL. */
function variables(text: string): ReadonlyMap<string, string> {
  const entries = text.split('\0').filter((entry) => entry.includes('='));
  return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
}

function withExports(
  { env, name, note }: HookScript,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const result = new Map(Object.entries(env));
  const allowed = (variable: string): boolean => {
    if (OF_THE_SHELL.has(variable)) return false;
    if (!RESERVED_VARIABLES.has(variable)) return true;
    note(`${name} changes ${variable}, which the builder sets itself: not used`);
    return false;
  };
  for (const [variable, value] of after) {
    if (before.get(variable) !== value && allowed(variable)) result.set(variable, value);
  }
  for (const variable of before.keys()) {
    if (!after.has(variable) && allowed(variable)) result.delete(variable);
  }
  return Object.fromEntries(result);
}
