const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'] as const;

/** How this machine reaches the network, for containers that have to reach it, too. */
export function proxiesOf(
  surroundings: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const set = PROXY_VARIABLES.flatMap((name) => {
    const value = surroundings[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(set);
}
