import type Docker from 'dockerode';

/** Made once, and kept by the engine. */
const NETWORK = 'mix-release-test';

/**
 * An address of this machine that containers of every network reach, such as `172.18.0.1`: that of a network that is made
 * for it. An engine reports none for its default network until it has been started a second time.
 */
export async function hostAddress(docker: Docker): Promise<string> {
  const found = (await gatewayOf(docker)) ?? (await makeNetwork(docker).then(() => gatewayOf(docker)));
  if (found === undefined) throw new Error(`the engine reports no address for its network ${NETWORK}`);
  return found;
}

async function makeNetwork(docker: Docker): Promise<void> {
  try {
    await docker.createNetwork({ Name: NETWORK, CheckDuplicate: true, Labels: { 'mix-release-test': 'host-address' } });
  } catch (error) {
    // Another test has just made it.
    if ((error as { readonly statusCode?: number }).statusCode !== 409) throw error;
  }
}

/** Undefined where the network, or its address, is not there. */
async function gatewayOf(docker: Docker): Promise<string | undefined> {
  const networks = await docker.listNetworks({ filters: { name: [NETWORK], driver: ['bridge'] } });
  // The filter takes parts of names.
  return networks.find(({ Name }) => Name === NETWORK)?.IPAM?.Config?.[0]?.Gateway;
}
