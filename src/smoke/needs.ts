import type { RuntimeRequirements } from '../audit/report.js';
import { nameFor, packageOf } from '../audit/runtime-packages.js';
import { DATA_NAMES, DATA_PACKAGES, type SystemData, type SystemDataKind } from '../audit/system-data.js';
import { runCommand, SmokeFailure, type CommandContext } from './command.js';
import type { PackageFamily } from './system-image.js';

/** The package of a family of systems that provides a library, if known, by the name that all its releases accept. */
export function packageFor(library: string, family: PackageFamily): string | undefined {
  const name = packageOf(library, family === 'alpine' ? 'musl' : 'glibc')?.[family];
  return name === undefined ? undefined : nameFor(name, undefined);
}

// The default search paths of the loaders of Debian, Ubuntu, Fedora and Alpine.
const MISSING = `
for name in "$@"; do
  for place in /lib /usr/lib /lib64 /usr/lib64 /usr/local/lib /lib/*-linux-gnu /usr/lib/*-linux-gnu; do
    [ ! -e "$place/$name" ] || continue 2
  done
  echo "$name: cannot open shared object file"
done`;

/** Fails like the loader where the image lacks a library. @throws SmokeFailure */
export async function requireLibraries(context: CommandContext, libraries: readonly string[]): Promise<void> {
  if (libraries.length === 0) return;
  const argv = (): readonly string[] => ['sh', '-c', MISSING, 'sh', ...libraries];
  const quiet = { ...context, onLine: () => undefined };
  const { output } = await runCommand(quiet, { check: 'eval', title: 'the search for libraries', argv });
  if (output.length > 0) throw new SmokeFailure('eval', 'the image lacks libraries that its files need', output);
}

/** Where OTP and others look for them; any of the paths will do. */
const DATA_PATHS: Readonly<Record<SystemDataKind, string>> = {
  'ca-certificates':
    '/etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/pki/tls/cacert.pem /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem /etc/ssl/cert.pem',
  'time-zones': '/usr/share/zoneinfo/Etc/UTC /usr/share/zoneinfo/UTC',
};

const MISSING_DATA = `
while [ $# -gt 0 ]; do
  found=''
  for path in $2; do [ ! -s "$path" ] || found=yes; done
  [ -n "$found" ] || echo "the system has no $1"
  shift 2
done`;

/** Fails where the image lacks data of the system. @throws SmokeFailure */
export async function requireData(context: CommandContext, data: readonly SystemData[]): Promise<void> {
  if (data.length === 0) return;
  const words = data.flatMap(({ kind }) => [kind, DATA_PATHS[kind]]);
  const argv = (): readonly string[] => ['sh', '-c', MISSING_DATA, 'sh', ...words];
  const quiet = { ...context, onLine: () => undefined };
  const { output } = await runCommand(quiet, { check: 'eval', title: 'the search for data', argv });
  if (output.length > 0) throw new SmokeFailure('eval', 'the image lacks data that the release reads', output);
}

/** What a release prints that has not found some data of the system. */
const WITHOUT_DATA: Readonly<Record<SystemDataKind, RegExp>> = {
  'ca-certificates':
    /the system has no ca-certificates|pubkey_os_cacerts|no_cacerts_found|default CA trust store not available/,
  'time-zones': /the system has no time-zones|\/usr\/share\/zoneinfo\b[^\n]*(?:no such file|enoent)/i,
};

/** The packages that an image lacks, where a failure is about data of the system. */
export function missingData(
  { message, output }: Pick<SmokeFailure, 'message' | 'output'>,
  {
    packageFamily,
    needs,
  }: { readonly packageFamily: PackageFamily | undefined; readonly needs: RuntimeRequirements | undefined },
  packages: readonly string[],
): { readonly library: string; readonly packages: readonly string[] } | undefined {
  if (packageFamily === undefined) return undefined;
  const text = [message, ...output].join('\n');
  const kinds = Object.entries(WITHOUT_DATA).flatMap(([kind, find]) =>
    find.test(text) ? [kind as SystemDataKind] : [],
  );
  const known = needs?.data.some(({ kind }) => kinds.includes(kind)) === true ? needs[packageFamily] : [];
  const wanted = [...new Set([...known, ...kinds.map((kind) => DATA_PACKAGES[kind])])];
  const missing = wanted.filter((name) => !packages.includes(name));
  const isNew = kinds.some((kind) => missing.includes(DATA_PACKAGES[kind]));
  return isNew ? { library: kinds.map((kind) => DATA_NAMES[kind]).join(' and no '), packages: missing } : undefined;
}
