const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'] as const;

/** The proxy variables of this machine, for containers that need the network. */
export function proxiesOf(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const variables = PROXY_VARIABLES.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(variables);
}
