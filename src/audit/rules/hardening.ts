import path from 'node:path';
import type { CodeFile } from '../code-file.js';
import type { Policy } from '../policy.js';
import type { Finding } from '../report.js';
import type { Survey } from '../survey.js';
import { warning } from './finding.js';
import type { Libraries } from './libraries.js';

/** Properties that restrict where a file runs, or weaken the release's security. */
export function hardeningFindings(files: readonly CodeFile[], policy: Policy): readonly Finding[] {
  return files.flatMap((file) => [
    ...searchPath(file),
    ...isaLevel(file, policy),
    ...executableStack(file),
    ...pageSize(file, policy),
  ]);
}

/** Directories that loaders search by default, or that only the administrator can write. */
const SYSTEM_DIRECTORY = /^\/(?:usr\/(?:local\/)?)?lib(?:32|64|x32)?(?:\/[\w.-]+-linux-[\w.-]+)?\/?$/;

/** A directory in the rpath that OTP's `configure` sets in `crypto.so` on every machine. */
const OTP_RPATH = '/usr/sfw/lib';

function searchPath({ path: file, searchPath: directories }: CodeFile): readonly Finding[] {
  if (directories.includes(OTP_RPATH) || directories.includes(`${OTP_RPATH}64`)) return [];
  const outside = directories.filter((directory) => isOutside(file, directory));
  if (outside.length === 0) return [];
  return [
    warning(
      'absolute-rpath',
      file,
      `its rpath has directories outside the release: ${outside.map((each) => each || 'the current directory').join(', ')}`,
      'Link it with -Wl,-rpath,$ORIGIN/… or without an rpath: anyone who can write to such a directory can run code in the release.',
    ),
  ];
}

/** An empty one is the current directory. */
function isOutside(file: string, directory: string): boolean {
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
      `it needs an x86-64-v${String(x86Level)} processor`,
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
      'it needs an executable stack, which glibc 2.41 and newer refuse for libraries',
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
      `its segments are aligned to ${String(alignment / 1024)} KiB; kernels with larger pages cannot load it`,
      `Link it with -Wl,-z,max-page-size=${String(policy.pageSize)} if it is to run with every kernel.`,
    ),
  ];
}

/** Libraries that a file names in its data and may load with `dlopen`. */
export function dlopenFindings(
  { loadedByName }: Survey,
  files: readonly CodeFile[],
  policy: Policy,
  libraries: Libraries,
  isPackaged: (library: string) => boolean,
): readonly Finding[] {
  const needed = new Set(files.flatMap((file) => file.needed));
  return files.flatMap(({ path: file }) => {
    const names = (loadedByName.get(file) ?? []).filter(
      (name) =>
        !needed.has(name) &&
        !libraries.has(name) &&
        !policy.isBase(name) &&
        !policy.allowedLibraries.has(name) &&
        isPackaged(name),
    );
    if (names.length === 0) return [];
    return [
      warning(
        'dlopen',
        file,
        `it may load ${names.join(', ')} with dlopen`,
        `Install ${names.length === 1 ? 'it' : 'them'} on the target if the release uses that feature; otherwise ignore this warning.`,
      ),
    ];
  });
}
