import path from 'node:path';
import type { CodeFile } from '../code-file.js';
import type { Policy } from '../policy.js';
import type { Finding } from '../report.js';
import { packageOf } from '../runtime-packages.js';
import type { Survey } from '../survey.js';
import { warning } from './finding.js';
import type { Libraries } from './libraries.js';

/** What works here and may not elsewhere, or makes a release weaker than it need be. */
export function hardeningFindings(files: readonly CodeFile[], policy: Policy): readonly Finding[] {
  return files.flatMap((file) => [
    ...searchPath(file),
    ...isaLevel(file, policy),
    ...executableStack(file),
    ...pageSize(file, policy),
  ]);
}

/** Directories where loaders look anyway, or that only the system's administrator can write. */
const SYSTEM_DIRECTORY = /^\/(?:usr\/(?:local\/)?)?lib(?:32|64|x32)?(?:\/[\w.-]+-linux-[\w.-]+)?\/?$/;

/** A directory in the list that OTP's own `configure` writes into `crypto.so`, whatever the machine. */
const OTP_LIST = '/usr/sfw/lib';

function searchPath({ path: file, searchPath: directories }: CodeFile): readonly Finding[] {
  if (directories.includes(OTP_LIST) || directories.includes(`${OTP_LIST}64`)) return [];
  const outside = directories.filter((directory) => leadsOut(file, directory));
  if (outside.length === 0) return [];
  return [
    warning(
      'absolute-rpath',
      file,
      `it looks for libraries outside the release first: ${outside.map((each) => each || 'the current directory').join(', ')}`,
      'Link it with -Wl,-rpath,$ORIGIN/… or without a search path: whoever can write such a directory can run code in the release.',
    ),
  ];
}

/** An empty one is the current directory. */
function leadsOut(file: string, directory: string): boolean {
  if (SYSTEM_DIRECTORY.test(directory)) return false;
  const [, below] = /^\$(?:ORIGIN|\{ORIGIN\})(\/.*)?$/.exec(directory) ?? [];
  if (!/^\$(?:ORIGIN|\{ORIGIN\})(?:\/|$)/.test(directory)) return true;
  return path.posix.join(path.posix.dirname(file), below ?? '').startsWith('..');
}

function isaLevel({ path: file, x86Level }: CodeFile, policy: Policy): readonly Finding[] {
  if (x86Level === undefined || x86Level <= policy.x86Level) return [];
  return [
    warning(
      'isa-level',
      file,
      `it needs a processor of x86-64-v${String(x86Level)}`,
      'Compile it without -march=native or -march=x86-64-v… if it is to run on every x86_64 machine.',
    ),
  ];
}

function executableStack({ path: file, executableStack: requested, kind }: CodeFile): readonly Finding[] {
  if (!requested || kind === 'object') return [];
  return [
    warning(
      'executable-stack',
      file,
      'it asks for a stack that can be executed, which glibc 2.41 and newer refuse for libraries',
      'Link it with -Wl,-z,noexecstack; assembler sources need a .note.GNU-stack section.',
    ),
  ];
}

function pageSize({ path: file, alignment, kind }: CodeFile, policy: Policy): readonly Finding[] {
  if (alignment === undefined || alignment >= policy.pageSize || kind === 'object') return [];
  return [
    warning(
      'page-size',
      file,
      `it is aligned to ${String(alignment / 1024)} KiB, and kernels with larger pages cannot load it`,
      `Link it with -Wl,-z,max-page-size=${String(policy.pageSize)} if it is to run with every kernel.`,
    ),
  ];
}

/** Libraries that a file names in its data and loads when it wants them. */
export function dlopenFindings(
  { loadedByName }: Survey,
  files: readonly CodeFile[],
  policy: Policy,
  libraries: Libraries,
): readonly Finding[] {
  const needed = new Set(files.flatMap((file) => file.needed));
  return files.flatMap(({ path: file }) => {
    const names = (loadedByName.get(file) ?? []).filter(
      (name) =>
        !needed.has(name) &&
        !libraries.has(name) &&
        !policy.isBase(name) &&
        !policy.allowedLibraries.has(name) &&
        packageOf(name, policy.target.libc) !== undefined,
    );
    if (names.length === 0) return [];
    return [
      warning(
        'dlopen',
        file,
        `it loads ${names.join(', ')} by name when it is wanted`,
        `Install ${names.length === 1 ? 'it' : 'them'} on the target where the release uses what that is for; otherwise nothing is to be done.`,
      ),
    ];
  });
}
