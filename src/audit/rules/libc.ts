import type { CodeFile } from '../code-file.js';
import type { Policy } from '../policy.js';
import type { Finding } from '../report.js';
import { error, warning } from './finding.js';

/** Whether a file is linked with the target's C library, with none, or with an unknown one. */
export function fitsLibc({ libc, kind }: CodeFile, { target }: Policy): boolean {
  return libc === target.libc || libc === 'none' || libc === 'unknown' || kind === 'object';
}

/** Findings about C library and loader of files for the target's machine. */
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
      `it needs ${needs}, but the target has ${target.libc}`,
      `Compile it in a builder for ${target.triple}; a precompiled binary must be the one for ${target.libc === 'musl' ? 'musl' : 'gnu'}.`,
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
      `its loader is ${interpreter}, but the target's is ${loader}`,
      'Link it with a toolchain of the target, or set the loader with patchelf --set-interpreter.',
    ),
  ];
}

function unknownLibc({ libc, kind, path, usesUnnamedLibraries: leansOnOthers }: CodeFile): readonly Finding[] {
  if (libc !== 'unknown' || kind === 'object' || !leansOnOthers) return [];
  return [
    warning(
      'unknown-libc',
      path,
      'the C library that it was linked with is unknown',
      'If it was compiled for the target, ignore this warning; load it there once to be sure.',
    ),
  ];
}
