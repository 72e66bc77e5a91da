import type { Rule } from '../rule.js';

/** What listens at the ports that releases connect to, and an image of it with what it needs to start. */
const SERVICES: Readonly<Record<number, readonly [name: string, line: string]>> = {
  5432: ['PostgreSQL', 'db postgres:17 POSTGRES_PASSWORD=postgres'],
  3306: ['MySQL', 'db mysql:8.4 MYSQL_ROOT_PASSWORD=root'],
  1433: ['SQL Server', 'db mcr.microsoft.com/mssql/server:2022-latest ACCEPT_EULA=Y'],
  6379: ['Redis', 'redis redis:8'],
  27017: ['MongoDB', 'mongo mongo:8'],
  5672: ['RabbitMQ', 'rabbitmq rabbitmq:4'],
  9200: ['Elasticsearch', 'search elasticsearch:9.1.0 discovery.type=single-node'],
  11211: ['memcached', 'memcached memcached:1'],
  9092: ['Kafka', 'kafka apache/kafka:4.1.0'],
};

/** By what libraries of databases print, where they name no port. */
const LIBRARIES: readonly (readonly [RegExp, number])[] = [
  [/\bPostgrex\b/, 5432],
  [/\b(?:MyXQL|Mariaex)\b/, 3306],
  [/\bTds\b/, 1433],
  [/\b(?:Redix|eredis)\b/i, 6379],
  [/\bMongo(?:DB)?\b/, 27017],
  [/\bAMQP\b/i, 5672],
];

const AT_ADDRESS =
  /\(([\w.:[\]-]+):(\d{2,5})\): (?:connection refused|non-existing domain|host is unreachable|network is unreachable|timeout)|"([\w.-]+)":(\d{2,5}) : \{error,|connect to ([\w.-]+):(\d{2,5})\b|host: ~?c?["']([\w.-]+)["'], port: (\d{2,5})/;

/** What a release connects to, and where nothing answers. */
export const OTHER_MACHINES: readonly Rule[] = [
  {
    name: 'service',
    find: /\b(?:econnrefused|nxdomain|ehostunreach|enetunreach|ehostdown|enetdown|eai_again)\b|connection refused|non-existing domain/,
    explain: (_, __, text) => {
      // Erlang's own node names are looked up, too.
      if (text.includes('register/listen error')) return undefined;
      const [host, port] = (AT_ADDRESS.exec(text) ?? []).slice(1).filter(Boolean);
      const number = port === undefined ? LIBRARIES.find(([find]) => find.test(text))?.[1] : Number(port);
      const service = number === undefined ? undefined : SERVICES[number];
      const where = host === undefined ? undefined : `${host}:${port ?? ''}`;
      return {
        subject: where ?? service?.[0] ?? '',
        why: `it connects to ${what(service?.[0], where)}, and nothing answers there in the smoke test`,
        next: `Let a service run beside it with smoke-services (a line such as ${service?.[1] ?? 'db postgres:17 POSTGRES_PASSWORD=postgres'}, and its name as the host), or do not start it: smoke-test: eval.`,
      };
    },
  },
];

function what(service: string | undefined, where: string | undefined): string {
  if (service === undefined) return where ?? 'another machine';
  return where === undefined ? service : `${service} at ${where}`;
}
