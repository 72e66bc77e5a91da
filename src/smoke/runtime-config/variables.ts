import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { relativeInside } from '../../paths.js';
import { insistedIn } from './insisted.js';

/** An environment variable without which a release does not start. */
export interface RuntimeVariable {
  readonly name: string;
  /** Below the project or the release, with `/`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Where a configuration for run time is, and what is known before it is read. */
export interface VariablesQuery {
  /** The project or the release; nothing outside of it is read. */
  readonly root: string;
  /** Paths of configurations below the root; one that is not there has no variables. */
  readonly files: readonly string[];
  /** Paths of scripts that run before, and may export variables. */
  readonly scripts: readonly string[];
  /** What `config_env()` is. */
  readonly mixEnv: string;
  /** The variables of the smoke test. */
  readonly env: Readonly<Record<string, string>>;
}

/** What every release has: by its own scripts, by Erlang, or by whatever starts a service. */
const ALWAYS = [
  ...['HOME', 'LANG', 'LOGNAME', 'PATH', 'PWD', 'SHELL', 'USER', 'BINDIR', 'ROOTDIR', 'EMU', 'PROGNAME'],
  ...['RELEASE_BOOT_SCRIPT', 'RELEASE_BOOT_SCRIPT_CLEAN', 'RELEASE_COMMAND', 'RELEASE_COOKIE', 'RELEASE_DISTRIBUTION'],
  ...['RELEASE_MODE', 'RELEASE_NAME', 'RELEASE_NODE', 'RELEASE_PROG', 'RELEASE_REMOTE_VM_ARGS', 'RELEASE_ROOT'],
  ...['RELEASE_SYS_CONFIG', 'RELEASE_TMP', 'RELEASE_VM_ARGS', 'RELEASE_VSN'],
];

/** Larger than any configuration. */
const MAX_LENGTH = 1024 ** 2;
const MAX_FILES = 20;

/** The variables that configurations insist on and nothing gives, in their order. */
async function missingVariables(query: VariablesQuery): Promise<readonly RuntimeVariable[]> {
  const { root, files, scripts, mixEnv, env } = query;
  const given = new Map<string, string | undefined>(ALWAYS.map((name) => [name, undefined]));
  for (const script of scripts) for (const name of exportedIn(await textAt(root, script))) given.set(name, undefined);
  for (const [name, value] of Object.entries(env)) given.set(name, value);
  const found: RuntimeVariable[] = [];
  const pending = [...files];
  const read = new Set<string>();
  for (let file = pending.shift(); file !== undefined && read.size < MAX_FILES; file = pending.shift()) {
    if (read.has(file)) continue;
    read.add(file);
    const needs = insistedIn(await textAt(root, file), { mixEnv, given });
    for (const { variable, line } of needs.insisted) {
      given.set(variable, undefined);
      found.push({ name: variable, file, line });
    }
    const directory = path.dirname(path.join(root, file));
    for (const each of needs.files) {
      const other = relativeInside(root, path.resolve(directory, each));
      if (other !== undefined) pending.push(other);
    }
  }
  return found;
}

/** The variables that a project's configuration for run time insists on. */
export async function variablesOfProject(
  root: string,
  mixEnv: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly RuntimeVariable[]> {
  const mixfile = await textAt(root, 'mix.exs');
  // A release may have another file than the usual one.
  const named = [...mixfile.matchAll(/^[^#\n]*\bruntime_config_path:\s*"([^"\n]+)"/gm)].map(([, file = '']) => file);
  const files = named.length > 0 ? named : ['config/runtime.exs'];
  return missingVariables({ root, files, scripts: ['rel/env.sh.eex'], mixEnv, env });
}

/** The variables that a release's own configuration insists on. */
export async function variablesOfRelease(
  directory: string,
  version: string,
  mixEnv: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly RuntimeVariable[]> {
  const place = `releases/${version}`;
  const entries = await readdir(path.join(directory, place)).catch(() => []);
  const files = entries.filter((name) => name.endsWith('.exs')).map((name) => `${place}/${name}`);
  return missingVariables({ root: directory, files: files.sort(), scripts: [`${place}/env.sh`], mixEnv, env });
}

/** A text; an empty one where it is not there, or is none. */
async function textAt(root: string, file: string): Promise<string> {
  const text = await readFile(path.join(root, file), 'utf8').catch(() => '');
  return text.length > MAX_LENGTH ? '' : text;
}

function exportedIn(script: string): readonly string[] {
  return [...script.matchAll(/^\s*export\s+([A-Za-z_]\w*)=/gm)].map(([, name = '']) => name);
}

/** Values that are enough to start, by what a variable's name says of it. */
const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  [/DATABASE_URL$|^ECTO_\w*URL$|^DB_URL$/, 'ecto://nobody:nothing@127.0.0.1/none'],
  [/(?:URL|URI|ENDPOINT)$/, 'http://127.0.0.1'],
  [
    /SECRET_KEY_BASE|SIGNING_SALT|ENCRYPTION_SALT/,
    'for-the-smoke-test-alone-for-the-smoke-test-alone-for-the-smoke-test',
  ],
  [/PORT$/, '4000'],
  [/(?:POOL|SIZE|COUNT|TIMEOUT|SECONDS|LIMIT)/, '1'],
  [/(?:HOST|HOSTNAME|DOMAIN)$/, 'localhost'],
  [/(?:PATH|DIR|DIRECTORY)$/, '/tmp'],
  [/(?:_IP|^IP)$/, '127.0.0.1'],
  [/EMAIL|_FROM$/, 'nobody@example.com'],
];

/** A variable with a value to begin with, as smoke-env takes it. */
export function assignmentOf(name: string): string {
  const [, value = 'placeholder'] = PLACEHOLDERS.find(([pattern]) => pattern.test(name)) ?? [];
  return `${name}=${value}`;
}

/** What to write for variables that are missing: for a workflow, and for the command line. */
export function smokeEnvBlock(names: readonly string[]): readonly string[] {
  const assignments = names.map(assignmentOf);
  return [
    'smoke-env: |',
    ...assignments.map((text) => `  ${text}`),
    'on the command line:',
    `  ${assignments.map((text) => `--smoke-env ${text}`).join(' ')}`,
  ];
}
