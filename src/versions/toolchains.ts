import path from 'node:path';
import { parse } from 'smol-toml';
import type { VersionDirectory } from './files.js';
import type { VersionText } from './requirement.js';

/** A tool that native code and assets are built with. The build does not install it by itself. */
export type Toolchain = 'node' | 'rust';

/** The version of a toolchain in a version file, as it is written there. */
export interface NamedToolchain extends VersionText {
  readonly tool: Toolchain;
}

/** What the builder has, by tool: whole versions without a prefix. */
export type InstalledToolchains = Readonly<Partial<Record<Toolchain, string>>>;

/** Names in asdf and mise. */
const NAMES: Readonly<Record<string, Toolchain>> = {
  node: 'node',
  nodejs: 'node',
  'core:node': 'node',
  rust: 'rust',
  'core:rust': 'rust',
};
const FILES = ['.tool-versions', 'mise.toml', '.mise.toml'] as const;
const WORDS: Readonly<Record<Toolchain, string>> = { node: 'Node.js', rust: 'Rust' };

/**
 * The toolchains that version files name, each from the nearest directory. A file with a syntax error names none: where
 * it is needed for Elixir and OTP, it has failed the plan.
 *
 * @param directories the project's first, then each one above it up to the checkout
 */
export function namedToolchains(directories: readonly VersionDirectory[]): readonly NamedToolchain[] {
  const found = new Map<Toolchain, NamedToolchain>();
  for (const { path: directory, files } of directories) {
    for (const name of FILES) {
      const named = toolchainsIn(path.posix.join(directory, name), files.get(name) ?? '');
      for (const each of named) if (!found.has(each.tool)) found.set(each.tool, each);
    }
  }
  return [...found.values()];
}

/** The toolchains in one file, in the format that its name says: mise's for `*.toml`, else asdf's. */
export function toolchainsIn(name: string, text: string): readonly NamedToolchain[] {
  return name.endsWith('.toml') ? inToml(name, text) : inLines(name, text);
}

function inLines(name: string, text: string): readonly NamedToolchain[] {
  return text.split(/\r\n|\n|\r/).flatMap((line, index) => {
    const [key = '', version] = line.replace(/#.*/, '').trim().split(/\s+/);
    const tool = NAMES[key];
    return tool === undefined || version === undefined
      ? []
      : [{ tool, text: version, origin: `${name}:${String(index + 1)}` }];
  });
}

function inToml(name: string, text: string): readonly NamedToolchain[] {
  return Object.entries(toolsOf(text)).flatMap(([key, value]) => {
    const tool = NAMES[key];
    const first: unknown = Array.isArray(value) ? value[0] : value;
    const version = isTable(first) ? first.version : first;
    return tool === undefined || typeof version !== 'string' ? [] : [{ tool, text: version, origin: name }];
  });
}

function toolsOf(text: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return {};
  }
  return isTable(document) && isTable(document.tools) ? document.tools : {};
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** For the log: what a version file names, beside what the builder has. */
export function toolchainText({ tool, text, origin }: NamedToolchain, installed: InstalledToolchains): string {
  const name = `${WORDS[tool]} ${text} (from ${origin})`;
  const there = installed[tool];
  const way = 'a dockerfile can copy it from its official image (docs/recipes.md, "Rust and Node")';
  if (there === undefined) {
    const packages = tool === 'node' ? 'nodejs npm' : 'cargo';
    return `${name} is not in the builder, and nothing installs it by itself. Where the build needs it: packages (${packages}) installs the version of the system, and ${way}`;
  }
  if (!/^v?\d+(?:\.\d+)*$/.test(text)) return `${name} cannot be compared: the builder has ${there}`;
  return isWithin(text, there)
    ? `${name} is in the builder: ${there}`
    : `${name} is not what the builder has: ${there}. To have that version, ${way}`;
}

/** Whether a version is the one that was named, or has the parts that were. */
function isWithin(named: string, version: string): boolean {
  return `${version}.`.startsWith(`${named.replace(/^v/, '')}.`);
}

/** Reads `node v20.19.2` and `rustc 1.85.1 (4eb161250 2025-03-15)`. */
export function installedToolchains(lines: readonly string[]): InstalledToolchains {
  const found = (pattern: RegExp): string | undefined =>
    lines.map((line) => pattern.exec(line)?.[1]).find((version) => version !== undefined);
  const [node, rust] = [found(/^node v(\d\S*)/), found(/^rustc (\d\S*)/)];
  return { ...(node !== undefined && { node }), ...(rust !== undefined && { rust }) };
}
