import { systemErrorCode } from '../../errors.js';
import { proxyVariable } from '../../registry/network.js';
import { readOption } from '../../options/read.js';
import { HEXPM_REPOSITORY } from '../../registry/candidates.js';
import { DOCKER_HUB, isLoopback, registryHost, withRegistry } from '../../registry/reference.js';
import type { Look, Patient } from './check.js';

/** The registry that base images are chosen from; it answers, or asks for a login. */
async function registryUrl({ options }: Patient): Promise<URL> {
  const prefix = readOption('registry', (await options().catch(() => undefined))?.options ?? {});
  const published = { host: DOCKER_HUB, path: HEXPM_REPOSITORY };
  const host = registryHost(prefix === undefined ? published : withRegistry(published, prefix));
  return new URL(`${isLoopback(host) ? 'http' : 'https'}://${host}/v2/`);
}

/** Where the packages of a project come from. */
const HEX = new URL('https://repo.hex.pm/names');

const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'] as const;

/** A service of the network, as look-ups of images reach it. */
function hostLook(name: string, urlFor: (patient: Patient) => Promise<URL>, next: string): Look {
  return {
    name,
    needsEngine: false,
    at: async (patient, signal) => {
      const { fetch, env } = patient;
      const url = await urlFor(patient);
      const way = proxyVariable(env, 'HTTPS_PROXY').trim() === '' ? '' : ' through the proxy';
      const started = performance.now();
      try {
        const { status, body } = await fetch()(url, { signal, method: 'GET' });
        await body?.cancel();
        const time = String(Math.round(performance.now() - started));
        if (status < 500 && status !== 407 && status !== 429) {
          return { status: 'ok', text: `${url.host} answers${way} in ${time} ms` };
        }
        return { status: 'failed', text: `${url.host} answers${way} with status ${String(status)}`, next };
      } catch (error) {
        return { status: 'failed', text: `${url.host} does not answer${way}: ${reasonOf(error)}`, next };
      }
    },
  };
}

/** What lies behind `fetch failed`. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const text = cause instanceof Error ? cause.message : String(cause);
  return text === '' ? (systemErrorCode(cause) ?? 'unknown') : text;
}

const proxyLook: Look = {
  name: 'proxies',
  needsEngine: false,
  at: ({ env }) => {
    const set = PROXIES.map((name) => [name, proxyVariable(env, name).trim()] as const).filter(
      ([, value]) => value !== '',
    );
    if (set.length === 0) return Promise.resolve({ status: 'ok', text: 'none is set' });
    const text = set.map(([name, value]) => `${name}=${withoutPassword(value)}`).join(', ');
    const here = set.find(
      ([name, value]) => name !== 'NO_PROXY' && /^(?:[a-z]+:\/\/)?(?:[^@/]*@)?(?:localhost|127\.|\[::1\])/i.test(value),
    );
    if (here === undefined) return Promise.resolve({ status: 'ok', text });
    return Promise.resolve({
      status: 'warning',
      text,
      next: `A container does not reach ${here[0]}, an address of this machine alone. Use an address of its network, or container-options: --network host.`,
    });
  },
};

function withoutPassword(value: string): string {
  return value.replace(/^([a-z]+:\/\/)?[^@/]*@/i, (_, scheme: string | undefined) => `${scheme ?? ''}***@`);
}

const gitLook: Look = {
  name: 'git',
  needsEngine: false,
  at: async ({ run }, signal) => {
    try {
      const [line = ''] = await run('git', ['--version'], signal);
      return { status: 'ok', text: line.replace(/^git version /, 'git ') };
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
      return {
        status: 'warning',
        text: 'git is not installed here',
        next: 'Install it: without it, files that .gitignore names go to the builder, and the release has no commit.',
      };
    }
  },
};

const optionsLook: Look = {
  name: 'options',
  needsEngine: false,
  at: async ({ options }) => {
    const found = await options();
    if (found === undefined) return { status: 'ok', text: 'there is no mix-release.toml here' };
    const names = Object.keys(found.options);
    return { status: 'ok', text: `${found.file} sets ${names.length === 0 ? 'nothing' : names.join(', ')}` };
  },
};

const ownLook: Look = {
  name: 'versions',
  needsEngine: false,
  at: ({ version, node, env }) => {
    const place = env.GITHUB_ACTIONS === 'true' ? ', in GitHub Actions' : '';
    return Promise.resolve({
      status: 'ok',
      text: `mix-release ${version}, Node.js ${node}, ${process.platform} ${process.arch}${place}`,
    });
  },
};

export const OWN_LOOKS: readonly Look[] = [
  hostLook(
    'registry',
    registryUrl,
    'Check the network and the proxy variables, or name a mirror: registry: HOST/PATH. Images in the engine are used without it.',
  ),
  hostLook(
    'hex',
    () => Promise.resolve(HEX),
    'Check the network and the proxy variables. In the builder, HEX_MIRROR names a mirror; fetched packages are kept between builds.',
  ),
  proxyLook,
  gitLook,
  optionsLook,
  ownLook,
];
