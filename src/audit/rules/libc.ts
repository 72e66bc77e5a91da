import type { CodeFile } from '../code-file.js';
import type { Policy } from '../policy.js';
import type { Finding } from '../report.js';
import { error, warning } from './finding.js';

/** Whether a file is linked with the target's C library, or does not say otherwise. */
export function fitsLibc({ libc, kind }: CodeFile, { target }: Policy): boolean {
  return libc === target.libc || libc === 'none' || libc === 'unknown' || kind === 'object';
}

/** C library and loader of files that are for the target's machine. */
export function libcFindings(files: readonly CodeFile[], policy: Policy): readonly Finding[] {
  return files.flatMap((file) => [...wrongLibc(file, policy), ...wrongLoader(file, policy), ...unknownLibc(file)]);
}

function wrongLibc(file: CodeFile, policy: Policy): readonly Finding[] {
  if (fitsLibc(file, policy)) return [];
  const { target } = policy;
  const needs = file.libc === 'both' ? 'glibc and musl at once' : file.libc;
  return [
    error(
      'wrong-libc',
      file.path,
      `it needs ${needs}, and the target has ${target.libc}`,
      `Have it compiled in a builder of ${target.triple}; a precompiled one has to be that for ${target.libc === 'musl' ? 'musl' : 'gnu'}.`,
    ),
  ];
}

function wrongLoader(file: CodeFile, policy: Policy): readonly Finding[] {
  const { interpreter, kind, path } = file;
  const { loader } = policy.target;
  const isProgram = kind === 'erts' || kind === 'port' || kind === 'static';
  if (!isProgram || interpreter === undefined || interpreter === loader || !fitsLibc(file, policy)) return [];
  return [
    error(
      'wrong-loader',
      path,
      `it is started by ${interpreter}, and the target's loader is ${loader}`,
      'Link it with a toolchain of the target: no other machine has a loader in that place.',
    ),
  ];
}

function unknownLibc({ libc, kind, path, leansOnOthers }: CodeFile): readonly Finding[] {
  if (libc !== 'unknown' || kind === 'object' || !leansOnOthers) return [];
  return [
    warning(
      'libc-unknown',
      path,
      'it does not say which C library it was linked with',
      'Nothing is wrong as long as it was compiled for the target; load it there once to be sure.',
    ),
  ];
}
