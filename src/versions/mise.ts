import { TomlError, parse } from 'smol-toml';
import { MixReleaseError, messageOf } from '../errors.js';
import { isTable, keyLines, kindOf, type Table } from '../toml.js';
import type { VersionText, VersionTexts } from './requirement.js';

const EXAMPLE = 'elixir = "1.18.3" or erlang = "27.3.4"';

/**
 * The versions in the `[tools]` table of a mise.toml: a string, a table with `version`, or an array of those, of which
 * the first is the one in use (https://mise.jdx.dev/configuration.html).
 *
 * @throws MixReleaseError `bad-version-file`
 */
export function readMise(name: string, text: string): VersionTexts {
  const { tools } = parseToml(name, text);
  if (tools === undefined) return { elixir: undefined, otp: undefined };
  if (!isTable(tools)) {
    throw new MixReleaseError('bad-version-file', {
      what: `${name}: tools is ${kindOf(tools)}`,
      next: `Make it a table: a line [tools], and below it ${EXAMPLE}.`,
    });
  }
  return { elixir: readTool(name, text, tools, 'elixir'), otp: readTool(name, text, tools, 'erlang') };
}

function parseToml(name: string, text: string): Table {
  try {
    return parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    // Further lines of the message are an excerpt of the file.
    const [reason = ''] = messageOf(error).split('\n');
    const where = error instanceof TomlError ? `${name}:${String(error.line)}` : name;
    throw new MixReleaseError('bad-version-file', {
      what: `${where} is not TOML: ${reason}`,
      next: `Fix the syntax; [tools] takes ${EXAMPLE}.`,
      cause: error,
    });
  }
}

function readTool(name: string, text: string, tools: Table, tool: string): VersionText | undefined {
  const key = [tool, `core:${tool}`].find((each) => tools[each] !== undefined);
  if (key === undefined) return undefined;
  const line = keyLines(text.replace(/^\uFEFF/, '')).of(['tools', key]);
  const origin = line === undefined ? name : `${name}:${String(line)}`;
  const value = tools[key];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const version = isTable(first) ? first.version : first;
  if (typeof version === 'string') return { text: version, origin };
  const read = version === undefined ? 'without a version' : kindOf(version);
  // A number has lost its last zero (1.20 is 1.2), so the intended version is unknown.
  throw new MixReleaseError('bad-version-file', {
    what: `${origin}: ${key} is ${read}`,
    next: `Write the version in quotes: ${EXAMPLE}.`,
  });
}
