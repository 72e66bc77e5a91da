import { describe, expect, it } from '@jest/globals';
import type Docker from 'dockerode';
import { hostAddress } from '../../support/host-address.js';

interface Network {
  readonly Name: string;
  readonly IPAM: { readonly Config: readonly { readonly Subnet: string; readonly Gateway?: string }[] };
}

/** As an engine lists it that was never started before: without a gateway. */
const DEFAULT: Network = { Name: 'bridge', IPAM: { Config: [{ Subnet: '172.17.0.0/16' }] } };
const OTHER: Network = {
  Name: 'mix-release-test-of-somebody',
  IPAM: { Config: [{ Subnet: '172.19.0.0/16', Gateway: '172.19.0.1' }] },
};
const MADE: Network = {
  Name: 'mix-release-test',
  IPAM: { Config: [{ Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' }] },
};

/** An engine with these networks, and what it answers when one is to be made. */
function engineWith(networks: Network[], create: () => void): Docker {
  return {
    listNetworks: () => Promise.resolve([...networks]),
    createNetwork: async () => {
      await Promise.resolve();
      create();
    },
  } as unknown as Docker;
}

describe('hostAddress', () => {
  it('makes a network where the default one has no gateway, once', async () => {
    const networks = [DEFAULT, OTHER];
    let made = 0;
    const engine = engineWith(networks, () => {
      made += 1;
      networks.push(MADE);
    });
    expect(await hostAddress(engine)).toBe('172.18.0.1');
    expect(await hostAddress(engine)).toBe('172.18.0.1');
    expect(made).toBe(1);
  });

  it('takes the network that another test has made at the same time', async () => {
    const networks = [DEFAULT];
    const engine = engineWith(networks, () => {
      networks.push(MADE);
      throw Object.assign(new Error('network with name mix-release-test already exists'), { statusCode: 409 });
    });
    expect(await hostAddress(engine)).toBe('172.18.0.1');
  });

  it('fails where the engine makes no network', async () => {
    const engine = engineWith([DEFAULT], () => {
      throw Object.assign(new Error('could not find an available address pool'), { statusCode: 500 });
    });
    await expect(hostAddress(engine)).rejects.toThrow('could not find an available address pool');
  });
});
