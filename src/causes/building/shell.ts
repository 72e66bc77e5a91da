import path from 'node:path';
import { DISK_FULL } from '../disk.js';
import { firstGroup, type Rule } from '../rule.js';

/** The cause where a script has line ends of Windows. */
export const CRLF = {
  subject: '',
  why: 'a script has line ends of Windows (CR LF)',
  next: 'Convert it, and keep git from changing it back: `*.sh text eol=lf` in .gitattributes.',
};

/** Scripts, and the container that they run in. */
export const SHELL: readonly Rule[] = [
  {
    name: 'crlf',
    alone: true,
    find: new RegExp(
      [
        String.raw`[‘'"\`]?[\w-]+(?:\\r|\^M|\r)['’"\`]?: (?:No such file or directory|bad interpreter|not found|command not found)`,
        String.raw`\$'\\r': command not found`,
        String.raw`[Ii]llegal option -\r?$`,
        String.raw`set: -\r?: invalid option`,
        // A file that is there and is not found: its interpreter is not.
        String.raw`: (\.{0,2}\/?[\w.-]+\/[\w./-]+): (?:not found|No such file or directory|cannot execute: required file not found)`,
      ].join('|'),
      'm',
    ),
    explain: ([, file], { sources, cwd = '/' }) => {
      const fact = file === undefined ? undefined : sources?.at(path.posix.resolve(cwd, file));
      if (file !== undefined && !(fact?.kind === 'other' && fact.crlf)) return undefined;
      return { ...CRLF, subject: file ?? '', why: `${file ?? 'a script'} has line ends of Windows (CR LF)` };
    },
  },
  {
    name: 'bash',
    find: new RegExp(
      [
        String.raw`^[^\s:]+: (?:line )?\d+: (?:\S+: )?(?:Syntax error: (?:"\(" unexpected|redirection unexpected)|source: not found|\[\[: not found|shopt: not found|declare: not found|set: [Ii]llegal option -o|Bad substitution)`,
        // busybox
        String.raw`: line \d+: syntax error: (?:unexpected "\("|bad substitution)`,
        String.raw`[Ii]llegal option -o pipefail`,
      ].join('|'),
      'm',
    ),
    explain: () => ({
      subject: 'bash',
      why: 'sh runs the script, and it is written for bash',
      next: 'Let its first line name bash: #!/usr/bin/env bash.',
    }),
  },
  {
    name: 'needs-root',
    find: /are you root\?|Unable to lock (?:the administration directory|database)|Could not open lock file [^\n]*(?:Permission denied)|ERROR: Unable to lock database: Permission denied|requires superuser privilege/,
    explain: () => ({
      subject: '',
      why: 'installing packages needs root, and commands in the builder run as an unprivileged user',
      next: 'Use the option packages, or your own dockerfile.',
    }),
  },
  {
    name: 'no-execute-bit',
    find: new RegExp(
      [
        String.raw`^(?:\S*sh|make(?:\[\d+\])?|\S*env|[^\s:]+: (?:line )?\d+): [‘'"]?(\.{0,2}\/[\w./+-]+|[\w.+-]+\/[\w./+-]+)[’'"]?: Permission denied$`,
        String.raw`:eacces\b[^]{0,2000}?spawn_executable, ~?c?["']([^"'\n]+)["']`,
        String.raw`:eacces\b[^]{0,2000}?System\.cmd\("([^"\n]+)"`,
      ].join('|'),
      'm',
    ),
    explain: (found, { sources, cwd = '/' }) => {
      const subject = firstGroup(found);
      const fact = sources?.at(path.posix.resolve(cwd, subject));
      // A redirection into a file may be denied in the same words.
      if (fact && fact.kind !== 'missing' && (fact.kind !== 'other' || fact.executable)) return undefined;
      return {
        subject,
        why: `${subject} may not be executed`,
        next: 'Set its permission in the repository: git update-index --chmod=+x FILE, or chmod +x and commit.',
      };
    },
  },
  {
    name: 'disk-full',
    find: DISK_FULL,
    explain: () => ({
      subject: '',
      why: 'the disk of the container engine is full',
      next: 'Free space there: docker system df shows what uses it, and mix-release clean removes what this program made.',
    }),
  },
  {
    name: 'killed',
    find: /\b(?:exit(?:ed with)?|failed with|ended with) (?:exit )?(?:status|code):? 137\b|Killed signal terminated program|\(signal: 9, SIGKILL|JavaScript heap out of memory|eheap_alloc: Cannot|returned a non-zero code: 137|^(?:\S+: line \d+: +\d+ )?Killed\b/m,
    explain: () => ({
      subject: '',
      why: 'it was killed because memory ran out',
      next: 'Give the engine more memory, or compile less at a time: deps-partitions: 1, and MAKEFLAGS=-j1 in env.',
    }),
  },
];
