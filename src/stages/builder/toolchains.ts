import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunningContainer } from '../../engine/container.js';
import type { BuildRequest } from '../../options/request.js';
import { readVersionDirectories } from '../../versions/directories.js';
import {
  installedToolchains,
  namedToolchains,
  toolchainsIn,
  toolchainText,
  type NamedToolchain,
} from '../../versions/toolchains.js';

const ASK = `
if command -v node >/dev/null; then echo "node $(node --version)"; fi
if command -v rustc >/dev/null; then rustc --version; fi
`;

/** Says of the toolchains that version files of the project name what the builder has. */
export async function noteToolchains(
  container: RunningContainer,
  request: BuildRequest,
  note: (text: string) => void,
): Promise<void> {
  const named = await namedBy(request);
  if (named.length === 0) return;
  const lines: string[] = [];
  await container.run({ title: 'the look for toolchains', argv: ['sh', '-c', ASK] }, (line) => lines.push(line));
  const installed = installedToolchains(lines);
  for (const each of named) note(toolchainText(each, installed));
}

/** Those in the file of `version-file`, or in the version files of the project. */
async function namedBy({ image, project, checkout }: BuildRequest): Promise<readonly NamedToolchain[]> {
  const { file } = image.versions;
  if (file === undefined) return namedToolchains(await readVersionDirectories(project, checkout));
  return toolchainsIn(file, await readFile(path.resolve(checkout, file), 'utf8'));
}
