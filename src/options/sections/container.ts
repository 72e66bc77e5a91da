import { isIP } from 'node:net';
import path from 'node:path';
import { MixReleaseError } from '../../errors.js';

/** A directory or file of the engine's machine in the build container. */
export interface Mount {
  /** Absolute, on the machine of the engine. */
  readonly source: string;
  /** Absolute, in the container. */
  readonly target: string;
  readonly writable: boolean;
}

/** What the build container is given. */
export interface ContainerOptions {
  /** Bytes; undefined for no limit. */
  readonly memory: number | undefined;
  /** Processors, in fractions, too; undefined for all. */
  readonly cpus: number | undefined;
  /** Name of a network, or what Docker calls `host`, `bridge` and `none`; undefined for the engine's own choice. */
  readonly network: string | undefined;
  /** Added to its hosts, each as `NAME:ADDRESS`. */
  readonly hosts: readonly string[];
  readonly mounts: readonly Mount[];
}

/** Options by their names, with the other spellings of `docker run`. */
const NAMES: Readonly<Partial<Record<string, keyof typeof READERS>>> = {
  '--memory': 'memory',
  '-m': 'memory',
  '--cpus': 'cpus',
  '--network': 'network',
  '--net': 'network',
  '--add-host': 'add-host',
  '--volume': 'volume',
  '-v': 'volume',
  '--mount': 'volume',
};

const READERS = { memory: readMemory, cpus: readCpus, network: readNetwork, 'add-host': readHost, volume: readMount };

/**
 * Reads options of a container: words as for `docker run`, several on a line or one. A value is the next word, or comes
 * after an equals sign.
 *
 * @throws MixReleaseError `bad-option` for an option that is not among them, a value that it does not take, and options
 *   that contradict
 */
export function readContainerOptions(lines: readonly string[]): ContainerOptions {
  const given: Given = { memory: [], cpus: [], network: [], 'add-host': [], volume: [] };
  const words = lines.flatMap((line) => line.split(/\s+/)).filter((word) => word !== '');
  for (let at = 0; at < words.length; at += 1) {
    const [, flag = '', after] = /^([^=]*)(?:=([^]*))?$/.exec(words[at] ?? '') ?? [];
    const name = NAMES[flag];
    if (name === undefined) throw unknown(flag);
    const value = after ?? words[(at += 1)];
    if (value === undefined || value === '' || NAMES[value] !== undefined) {
      throw bad(`--${name} has no value`, `Write --${name} VALUE.`);
    }
    given[name].push(value);
  }
  return {
    memory: only('memory', given.memory.map(READERS.memory)),
    cpus: only('cpus', given.cpus.map(READERS.cpus)),
    network: only('network', given.network.map(READERS.network)),
    hosts: hostsOf(given['add-host'].map(READERS['add-host'])),
    mounts: mountsOf(given.volume.map(READERS.volume)),
  };
}

type Given = Record<keyof typeof READERS, string[]>;

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
/** In bytes: what Docker takes at the least. */
const LEAST_MEMORY = 6 * 2 ** 20;

function readMemory(text: string): number {
  const [, amount, unit = 'b'] = /^(\d+(?:\.\d+)?)([bkmg])?b?$/i.exec(text) ?? [];
  const bytes = amount === undefined ? 0 : Math.floor(Number(amount) * (UNITS[unit.toLowerCase()] ?? 1));
  if (bytes >= LEAST_MEMORY && Number.isSafeInteger(bytes)) return bytes;
  throw bad(`--memory is '${text}'`, 'It takes an amount of at least 6m, such as 512m or 4g.');
}

function readCpus(text: string): number {
  const count = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0;
  if (count >= 0.01 && count <= 4096) return count;
  throw bad(`--cpus is '${text}'`, 'It takes a number of processors from 0.01 on, such as 2 or 1.5.');
}

function readNetwork(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(text)) return text;
  throw bad(`--network is '${text}'`, 'It takes host, bridge, none, or the name of a network of the engine.');
}

function readHost(text: string): string {
  const [, name = '', address = ''] = /^([^:=]+)[:=](.+)$/.exec(text) ?? [];
  const bare = address.replace(/^\[(.*)\]$/, '$1');
  const isName = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/.test(name);
  if (isName && (bare === 'host-gateway' || isIP(bare) !== 0)) return `${name}:${bare}`;
  throw bad(
    `--add-host is '${text}'`,
    'It takes NAME:ADDRESS, such as hex.example:10.0.0.5 or hex.example:host-gateway.',
  );
}

/** Places in the container that a build needs as they are. */
const TAKEN = ['/build', '/opt/mix-release', '/proc', '/sys', '/dev'];

function readMount(text: string): Mount {
  const [source = '', target = '', mode, ...more] = text.split(':');
  const next =
    'It takes HOST:CONTAINER or HOST:CONTAINER:rw, two absolute paths; that of the host is one of the machine that the engine runs on.';
  if (!path.posix.isAbsolute(source) || !path.posix.isAbsolute(target) || more.length > 0) {
    throw bad(`--volume is '${text}'`, next);
  }
  if (mode !== undefined && mode !== 'ro' && mode !== 'rw') throw bad(`--volume ${text} has the mode '${mode}'`, next);
  const place = withoutSlash(path.posix.normalize(target));
  const clash = TAKEN.find((taken) => within(taken, place) || within(place, taken));
  if (clash !== undefined) {
    throw bad(`--volume ${text} covers ${clash}, which the build needs`, 'Mount it elsewhere, such as below /mnt.');
  }
  return { source: withoutSlash(path.posix.normalize(source)), target: place, writable: mode === 'rw' };
}

const withoutSlash = (name: string): string => (name === '/' ? name : name.replace(/\/+$/, ''));

/** Whether a path is another, or lies below it. */
const within = (name: string, directory: string): boolean =>
  directory === '/' || name === directory || name.startsWith(`${directory}/`);

function only<T extends string | number>(name: string, values: readonly T[]): T | undefined {
  const [first, ...more] = [...new Set(values)];
  if (more.length > 0) throw bad(`--${name} is given twice, with different values`, `Give --${name} one value.`);
  return first;
}

function hostsOf(hosts: readonly string[]): readonly string[] {
  const all = [...new Set(hosts)];
  const names = all.map((host) => host.slice(0, host.indexOf(':')));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw bad(`--add-host gives ${twice} two addresses`, 'Give each name one address.');
  return all;
}

function mountsOf(mounts: readonly Mount[]): readonly Mount[] {
  const all = [...new Map(mounts.map((mount) => [JSON.stringify(mount), mount])).values()];
  const twice = all.find(({ target }, at) => all.findIndex((each) => each.target === target) !== at);
  if (twice !== undefined)
    throw bad(`--volume names ${twice.target} twice`, 'Mount one thing at each place, in one mode.');
  return all;
}

function unknown(word: string): MixReleaseError {
  const known = ['--memory', '--cpus', '--network', '--add-host', '--volume'].join(', ');
  return word.startsWith('-')
    ? bad(`it has ${word}, which is not among its options`, `It takes ${known}.`)
    : bad(`'${word}' is not an option`, `It takes ${known}, each with a value.`);
}

function bad(what: string, next: string): MixReleaseError {
  return new MixReleaseError('bad-option', { what: `container-options: ${what}`, next });
}
