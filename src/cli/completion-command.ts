import { describeCommands, type Shell } from './completion/describe.js';
import { completionScript } from './completion/scripts.js';
import { allCommands } from './program.js';

/** The script that completes this program's commands in a shell. Ends with a line end. */
export function completionText(shell: Shell): string {
  return completionScript(shell, describeCommands(allCommands()));
}
