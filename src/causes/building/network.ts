import { firstGroup, type Rule } from '../rule.js';

const CERTIFICATES = new RegExp(
  [
    // Erlang and Elixir, in the words of several versions of OTP
    String.raw`tls_alert,\s*\{?:?unknown_ca|:?tls_alert,\s*["']unknown ca|Fatal error: unknown ca|Fatal - Unknown CA|:selfsigned_peer|\{bad_cert,\s*\w+\}|:bad_cert`,
    // curl and git, with OpenSSL or GnuTLS
    String.raw`server certificate verification failed|SSL certificate problem|SSL: no alternative certificate|self[- ]signed certificate|unable to get local issuer certificate|SSL peer certificate or SSH remote key was not OK`,
    // npm and yarn
    String.raw`SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE`,
    // pip, Go, wget, apt, apk, rustls
    String.raw`CERTIFICATE_VERIFY_FAILED|certificate signed by unknown authority|cannot verify \S+ certificate|certificate (?:of \S+ )?is (?:NOT|not) trusted|doesn't have a known issuer|problem confirming the ssl certificate|server certificate not trusted|invalid peer certificate: UnknownIssuer`,
  ].join('|'),
);

const NO_HOST = new RegExp(
  [
    String.raw`Could not resolve host(?:name)?:? '?([\w.-]+)`,
    String.raw`Could not resolve '([\w.-]+)'`,
    String.raw`Temporary failure resolving '([\w.-]+)'`,
    String.raw`getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)`,
    String.raw`Failed to connect to ([\w.-]+) port \d+`,
    String.raw`connect to host ([\w.-]+) port \d+: (?:Connection (?:refused|timed out)|Network is unreachable)`,
    String.raw`to_address,\s*\{~?c?["']([\w.-]+)["'],\s*\d+\}\}[^\n]*?(?:nxdomain|econnrefused|etimedout|timeout|ehostunreach|enetunreach)`,
    String.raw`unable to resolve host address ['‘]([\w.-]+)`,
    String.raw`(?:fetching|fetch) https?:\/\/([\w.-]+)[^\n]*(?:temporary error|network error|DNS)`,
  ].join('|'),
);

/** What stands between a build and what it fetches. */
export const NETWORK: readonly Rule[] = [
  {
    name: 'certificate',
    find: CERTIFICATES,
    explain: ([subject = '']) => ({
      subject,
      why: 'the certificate of a server was signed by an authority that the builder does not know, such as that of a company',
      next: "Give the authority's certificate with ca-certificates: FILE (PEM).",
    }),
  },
  {
    name: 'host-key',
    find: /Host key verification failed|No \S+ host key is known for (\S+)/,
    explain: (found) => ({
      subject: firstGroup(found),
      why: 'the key of the SSH server is not known in the builder',
      next: 'Give it with ssh-known-hosts (`ssh-keyscan HOST` prints it; compare it with what the host publishes).',
    }),
  },
  {
    name: 'ssh-key',
    find: /Permission denied \(publickey/,
    explain: () => ({
      subject: '',
      why: 'a private Git repository is read by SSH, and no key was accepted',
      next: 'Set ssh-agent: true with an agent that has the key, or give an https:// URL and git-credentials.',
    }),
  },
  {
    name: 'git-credentials',
    find: /could not read (?:Username|Password) for '([^']+)'|Authentication failed for '([^']+)'|Invalid username or (?:password|token)|remote: Repository not found/,
    explain: (found) => ({
      subject: firstGroup(found),
      why: `a private Git repository${firstGroup(found) === '' ? '' : ` at ${firstGroup(found)}`} needs credentials`,
      next: 'Give them with git-credentials: https://USER:TOKEN@HOST. Only mix deps.get gets them: fetch nothing from it in before-build.',
    }),
  },
  {
    name: 'hex-organization',
    find: /No authenticated organization found for (\w+)|Failed to fetch record for '?([\w.-]+)(?:\/|:)[\w/:.-]+'? from registry[^\n]*\n[^]{0,400}?(?:\b40[134]\b|[Uu]nauthorized|[Ff]orbidden)|You must be authenticated with your (?:user|organization)/,
    explain: (found) => {
      const organization = firstGroup(found);
      if (organization === 'hexpm') return undefined;
      return {
        subject: organization,
        why: `private packages${organization === '' ? '' : ` of ${organization}`} need a key`,
        next: 'Give it with hex-organizations (NAME=KEY) or hex-repositories. Only mix deps.get gets it: fetch nothing from there in before-build.',
      };
    },
  },
  {
    name: 'unreachable',
    find: NO_HOST,
    explain: (found) => {
      const host = firstGroup(found);
      if (/^(?:localhost|127\.\d+\.\d+\.\d+)$/.test(host)) {
        return {
          subject: host,
          why: `nothing answers at ${host}, which is the builder itself in its container`,
          next: 'Give the address of the machine that is meant, as the container reaches it.',
        };
      }
      return {
        subject: host,
        why: `the builder does not reach ${host}`,
        next: 'Look at the network of the container engine, and at the proxy variables of the environment: they reach the builder.',
      };
    },
  },
];
