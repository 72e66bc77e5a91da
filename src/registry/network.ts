import { getCACertificates } from 'node:tls';
import type { EnvHttpProxyAgent } from 'undici';
import { MixReleaseError } from '../errors.js';

/** How hosts outside are reached from here. */
export interface Network {
  /** Its proxy variables count: `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, and the same in lower case, which come first. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Authorities that certificates are trusted from besides those of this machine, as PEM. */
  readonly authorities: readonly string[];
}

/** The part of `fetch` that requests need. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

/** A proxy elsewhere does not reach what listens here. */
const NEVER_PROXIED = ['localhost', '127.0.0.1', '[::1]'];

/**
 * `fetch` by the proxy of the environment, trusting further authorities. Where there is neither, it is Node's own, and
 * nothing is loaded.
 *
 * @throws MixReleaseError `bad-option` for a proxy that is no URL of http or https
 */
export function fetchBy({ env, authorities }: Network): Fetch {
  const proxies = { httpProxy: proxyIn(env, 'HTTP_PROXY'), httpsProxy: proxyIn(env, 'HTTPS_PROXY') };
  if (proxies.httpProxy === '' && proxies.httpsProxy === '' && authorities.length === 0)
    return (url, init) => fetch(url, init);
  const exempt = proxyVariable(env, 'NO_PROXY').split(/[\s,]+/);
  // Beside other entries, an asterisk would be a name.
  const noProxy = exempt.includes('*') ? '*' : [...exempt, ...NEVER_PROXIED].join(',');
  let agent: Promise<{ readonly fetch: Fetch; readonly dispatcher: EnvHttpProxyAgent }> | undefined;
  const open = async () => {
    const undici = await import('./undici.js');
    // These authorities instead of Node's own would be all that is trusted.
    const tls = authorities.length === 0 ? {} : { ca: [...getCACertificates('default'), ...authorities] };
    const dispatcher = new undici.EnvHttpProxyAgent({
      ...{ ...proxies, noProxy, connect: tls, requestTls: tls, proxyTls: tls },
      // Proxies take requests for http as they are; many open tunnels for https alone.
      proxyTunnel: false,
    });
    return { fetch: undici.fetch as unknown as Fetch, dispatcher };
  };
  return async (url, init) => {
    const opened = await (agent ??= open());
    return opened.fetch(url, { ...init, dispatcher: opened.dispatcher } as unknown as RequestInit);
  };
}

/** The value of a proxy variable, in lower case first; empty where it is not set. */
export function proxyVariable(env: Network['env'], name: string): string {
  return env[name.toLowerCase()] ?? env[name] ?? '';
}

function proxyIn(env: Network['env'], name: string): string {
  const text = proxyVariable(env, name).trim();
  if (text === '') return '';
  // As curl takes it: a host and its port.
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)) return url;
  // The text may hold a password.
  throw new MixReleaseError('bad-option', {
    what: `${name} is set and names no proxy that look-ups of images can use`,
    next: `Give it a URL such as http://proxy.example:3128, or name the registries that need no proxy in NO_PROXY and leave ${name} out.`,
  });
}
