import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import type { RunningService, ServiceSpec, ServiceState } from '../container.js';
import { answeredStatus, conflictOr, engineError } from '../failure.js';
import { keepLast, splitLines } from '../lines.js';
import { separateStreams } from './frames.js';
import { joining } from './networking.js';

/** Lines of its output that are kept. */
const MAX_LOG = 100;

const ENDED: ServiceState = {
  ...{ running: false, exitStatus: undefined, health: undefined, address: undefined, ports: [] },
};

/** @param remove - removes a container by force, with its volumes */
export async function startService(
  docker: Docker,
  spec: ServiceSpec,
  remove: (container: Docker.Container) => Promise<void>,
): Promise<RunningService> {
  const container = await create(docker, spec);
  let output: Duplex | undefined;
  try {
    output = (await container.attach({ stream: true, stdout: true, stderr: true, hijack: true })) as Duplex;
    const log = keepLog(output);
    await container.start();
    const attached = output;
    return {
      id: container.id,
      log,
      state: () => stateOf(container),
      [Symbol.asyncDispose]: async () => {
        attached.destroy();
        await remove(container);
      },
    };
  } catch (error) {
    output?.destroy();
    await remove(container);
    throw engineError(error, `to start ${spec.host} from ${spec.image}`);
  }
}

async function create(docker: Docker, spec: ServiceSpec): Promise<Docker.Container> {
  const { image, platform, host, env, labels, network } = spec;
  try {
    return await docker.createContainer({
      platform,
      Image: image,
      Hostname: host,
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      Labels: labels,
      HostConfig: {
        ...joining(spec),
        SecurityOpt: ['no-new-privileges'],
        LogConfig: { Type: 'none', Config: {} },
      },
      NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [host] } } },
    });
  } catch (error) {
    throw conflictOr(error, `to create ${host} from ${image}`);
  }
}

function keepLog(output: Duplex): readonly string[] {
  const { say, last } = keepLast(MAX_LOG, () => undefined);
  const [stdout, stderr] = [splitLines(say), splitLines(say)];
  // A connection that breaks ends what is read from it; how the service is, its state says.
  output.on('error', () => output.destroy());
  output.pipe(separateStreams(stdout, stderr).on('error', () => output.destroy())).once('finish', () => {
    stdout.end();
    stderr.end();
  });
  return last;
}

async function stateOf(container: Docker.Container): Promise<ServiceState> {
  try {
    const { State, Config, NetworkSettings } = await container.inspect();
    const addresses = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
    return {
      running: State.Running,
      exitStatus: State.Running ? undefined : State.ExitCode,
      health: HEALTH.find((each) => each === State.Health?.Status),
      address: addresses.find((each) => each !== ''),
      ports: tcpPorts(Config.ExposedPorts),
    };
  } catch (error) {
    if (answeredStatus(error) === 404) return ENDED;
    throw engineError(error, 'to look at a service');
  }
}

const HEALTH = ['starting', 'healthy', 'unhealthy'] as const;

/** @param exposed - such as `5432/tcp`; null in the answers of some engines */
function tcpPorts(exposed: Readonly<Record<string, unknown>> | null | undefined): readonly number[] {
  return Object.keys(exposed ?? {})
    .filter((port) => /^\d+(?:\/tcp)?$/.test(port))
    .map((port) => Number.parseInt(port, 10));
}
