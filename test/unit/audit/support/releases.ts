import { auditRelease, type AuditOptions } from '../../../../src/audit/audit.js';
import type { AuditReport, Finding } from '../../../../src/audit/report.js';
import { findTarget } from '../../../../src/targets/find.js';
import { directoryWith, type Tree } from '../../support/files.js';
import { assemble, type Plan } from './assembler.js';

export const GNU = 'x86_64-unknown-linux-gnu';
export const MUSL = 'x86_64-unknown-linux-musl';
export const ARM = 'aarch64-unknown-linux-gnu';

const LOADERS: Readonly<Record<string, string>> = {
  [GNU]: '/lib64/ld-linux-x86-64.so.2',
  [MUSL]: '/lib/ld-musl-x86_64.so.1',
  [ARM]: '/lib/ld-linux-aarch64.so.1',
};
const LIBC: Readonly<Record<string, string>> = {
  [GNU]: 'libc.so.6',
  [MUSL]: 'libc.musl-x86_64.so.1',
  [ARM]: 'libc.so.6',
};
const DT_DEBUG = 21;
const READ_WRITE = 6;

const machine = (target: string): number => (target === ARM ? 183 : 62);

/** A library of a target, changed. */
export function library(plan: Plan = {}, target = GNU): Buffer {
  return assemble({ machine: machine(target), needed: [LIBC[target] ?? ''], stack: READ_WRITE, ...plan }).bytes;
}

/** A program of a target, changed. */
export function program(plan: Plan = {}, target = GNU): Buffer {
  return library({ interpreter: LOADERS[target] ?? '', tags: [[DT_DEBUG, 0]], ...plan }, target);
}

/** A NIF of a target that calls a function of the emulator's, changed. */
export function nif(plan: Plan = {}, target = GNU): Buffer {
  return library({ symbols: [{ name: 'nif_init', defined: true }, { name: 'enif_make_int' }], ...plan }, target);
}

/** An emulator of OTP 27 with the functions of the NIF above. */
export function emulator(target = GNU, version = 'Erlang/OTP 27%s [erts-15.2.7] [source]'): Buffer {
  const symbols = ['enif_make_int', 'enif_alloc', 'driver_alloc'].map((name) => ({ name, defined: true }));
  return Buffer.concat([program({ symbols }, target), Buffer.from(`\0${version}\0`)]);
}

export function application(name: string, version: string, erts = 'erts-15.2'): Tree {
  const text = `{application,${name},[{vsn,"${version}"},{runtime_dependencies,["${erts}"]}]}.\n`;
  return { [`lib/${name}-${version}/ebin/${name}.app`]: text };
}

/** A release of one target with nothing wrong in it. */
export function release(target = GNU): Tree {
  return {
    'bin/web': { content: '#!/bin/sh\nexec "$RELEASE_ROOT/erts-15.2.7/bin/erl"\n', mode: 0o755 },
    'erts-15.2.7/bin/beam.smp': emulator(target),
    'erts-15.2.7/bin/erlexec': program({}, target),
    'releases/start_erl.data': '15.2.7 0.1.0\n',
    ...application('kernel', '10.2.7', 'erts-15.2.5'),
    ...application('stdlib', '6.2.2', 'erts-15.0'),
    'lib/web-0.1.0/priv/web.so': nif({}, target),
    'lib/web-0.1.0/priv/port': program({}, target),
  };
}

export type TestOptions = Partial<Omit<AuditOptions, 'target'>> & { readonly target?: string | undefined };

/** Audits a release that is written for it. */
export async function audited(tree: Tree, options: TestOptions = {}): Promise<AuditReport> {
  return auditedPlace(await directoryWith(tree), options);
}

export function auditedPlace(place: string, { target, ...options }: TestOptions = {}): Promise<AuditReport> {
  return auditRelease(place, {
    target: target === undefined ? undefined : findTarget(target),
    glibc: undefined,
    allowedLibraries: [],
    except: [],
    ...options,
  });
}

/** What was found in a release for x86_64 with glibc and some more files, which fits glibc 2.36 otherwise. */
export async function found(more: Tree, options: TestOptions = {}): Promise<readonly Finding[]> {
  const tree = { ...release(options.target), ...more };
  return (await audited(tree, { target: GNU, ...(options.target === MUSL ? {} : { glibc: '2.36' }), ...options }))
    .findings;
}

/** Its code, severity and file, one text a finding. */
export async function codes(more: Tree, options: TestOptions = {}): Promise<readonly string[]> {
  return (await found(more, options)).map(({ code, severity, file = '-' }) => `${severity} ${code} ${file}`);
}
