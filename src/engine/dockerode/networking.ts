import type Docker from 'dockerode';
import type { ContainerSpec, NetworkSpec } from '../container.js';
import { reasonOf } from '../failure.js';

const SEALED_HOST = 'sealed';

/** Programs may be run from /tmp, as on a host. */
const SEALED = {
  ReadonlyRootfs: true,
  Tmpfs: { '/tmp': 'rw,exec,nosuid,nodev,mode=1777' },
};

/** Engines before Docker 26 switch IPv6 off in containers, on the loopback, too. */
const IPV6 = { 'net.ipv6.conf.all.disable_ipv6': '0', 'net.ipv6.conf.lo.disable_ipv6': '0' };

/** What a container's creation is told of its network and of what it may write to. */
export interface Networking {
  readonly Hostname?: string;
  readonly HostConfig: Docker.HostConfig;
}

/** @param ipv6 - whether IPv6 is switched on in a sealed container */
export function networkingOf({ sealed = false, network }: ContainerSpec, ipv6: boolean): Networking {
  const closed = sealed ? SEALED : {};
  // Who shares the network of another has its host name and its addresses, too.
  if (network && 'of' in network) return { HostConfig: { ...closed, NetworkMode: `container:${network.of}` } };
  const joined = network === undefined ? { ExtraHosts: [] } : joining(network);
  if (!sealed) return network ? { HostConfig: joined } : { HostConfig: {} };
  return {
    Hostname: SEALED_HOST,
    HostConfig: {
      ...closed,
      ...(network ? joined : { NetworkMode: 'none' }),
      // Without a name service nobody but /etc/hosts knows the container's own name.
      ExtraHosts: [`${SEALED_HOST}:127.0.0.1`, ...joined.ExtraHosts],
      ...(ipv6 && { Sysctls: IPV6 }),
    },
  };
}

/** A network of ours. The engine's name service asks no other, so that an unknown name is an error at once. */
export function joining({ network, hosts }: NetworkSpec) {
  return {
    NetworkMode: network,
    Dns: ['127.0.0.1'],
    ExtraHosts: Object.entries(hosts).map(([name, address]) => `${name}:${address}`),
  };
}

/** Whether an engine or its kernel refuses to switch IPv6 on. */
export function refusesIpv6(error: unknown): boolean {
  return /sysctl|ipv6/i.test(reasonOf(error));
}
