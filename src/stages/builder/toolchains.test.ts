import { describe, expect, it } from '@jest/globals';
import { stubContainer } from '../../../test/unit/support/container.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { requestWith } from '../../../test/unit/support/request.js';
import { noteToolchains } from './toolchains.js';

const LINES = ['node v20.19.2', 'rustc 1.85.1 (4eb161250 2025-03-15)'];

async function noted(files: Readonly<Record<string, string>>, file?: string) {
  const checkout = await directoryWith(files);
  const container = stubContainer({ lines: LINES });
  const versions = { elixir: undefined, otp: undefined, file };
  const notes: string[] = [];
  const request = requestWith({ checkout, project: checkout, output: checkout, image: { versions } });
  await noteToolchains(container, request, (text) => notes.push(text));
  return { notes, commands: container.commands.length };
}

describe('noteToolchains', () => {
  it('compares what the version files name with what the builder has', async () => {
    const { notes } = await noted({ '.tool-versions': 'nodejs 22.1.0\nrust 1.85\n' });
    expect(notes).toEqual([
      expect.stringContaining('Node.js 22.1.0 (from .tool-versions:1) is not what the builder has: 20.19.2'),
      'Rust 1.85 (from .tool-versions:2) is in the builder: 1.85.1',
    ]);
  });

  it('reads the file that version-file names, and no other', async () => {
    const files = { '.tool-versions': 'nodejs 22.1.0\n', 'ci/tools.toml': '[tools]\nrust = "1.80"\n' };
    const { notes } = await noted(files, 'ci/tools.toml');
    expect(notes).toEqual([expect.stringContaining('Rust 1.80 (from ci/tools.toml) is not what the builder has')]);
  });

  it('asks the builder nothing where no file names one', async () => {
    expect(await noted({ '.tool-versions': 'elixir 1.18.3\n' })).toEqual({ notes: [], commands: 0 });
  });
});
