/** Where the packages of a mix.lock come from, besides the public repository of Hex. */
export interface LockSources {
  /** Private organizations on hex.pm. */
  readonly organizations: readonly string[];
  /** Further Hex repositories, by their names. */
  readonly repositories: readonly string[];
  /** Hosts of git repositories that are reached by SSH. */
  readonly sshHosts: readonly string[];
}

/** The repository stands behind the list of a package's dependencies, before a last checksum where there is one. */
const HEX = /\{:hex,[^\n]*\]\s*,\s*"([^"\n]+)"(?:\s*,\s*"[0-9a-f]*")?\s*\}/g;
const GIT = /\{:git,\s*"([^"\n]+)"/g;

const SSH = /^(?:ssh:\/\/(?:[^@/]*@)?|[\w.-]+@)([\w.-]+)/;

/** Reads the text of a mix.lock. An entry is a line of it. */
export function readLock(text: string): LockSources {
  const names = [...text.matchAll(HEX)].map(([, name = '']) => name);
  const addresses = [...text.matchAll(GIT)].map(([, address = '']) => address);
  return {
    organizations: unique(names.flatMap((name) => /^hexpm:([a-z0-9_]+)$/.exec(name)?.[1] ?? [])),
    repositories: unique(names.filter((name) => /^[A-Za-z0-9_.-]+$/.test(name) && name !== 'hexpm')),
    sshHosts: unique(addresses.flatMap((address) => SSH.exec(address)?.[1] ?? [])),
  };
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
