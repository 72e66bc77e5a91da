// A Dockerfile of two stages as `mix phx.gen.release --docker` makes it in substance, built without layer cache.
import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { docker } from './engine.mjs';
import { check, measure } from './measure.mjs';

const LABEL = 'mix-release.bench';
const RUNNER = 'debian:trixie-slim';

const APT = 'apt-get update && apt-get install -y --no-install-recommends';
const CLEAN = 'apt-get clean && rm -rf /var/lib/apt/lists/*';
/** What people have in it, too, and what an image with all tools makes unnecessary. */
const TOOLS = [
  `RUN ${APT} build-essential git && ${CLEAN}`,
  'RUN mix local.hex --force --if-missing && { command -v rebar3 || mix local.rebar --force --if-missing; }',
];
const LIBRARIES = [
  `RUN ${APT} libstdc++6 openssl libncurses6 locales ca-certificates && ${CLEAN}`,
  'RUN sed -i "/en_US.UTF-8/s/^# //g" /etc/locale.gen && locale-gen',
];

/** @param withPackages - whether both stages install the packages that they need, on images that lack them */
function textOf({ name, env }, image, has, withPackages) {
  return [
    `FROM ${image} AS builder`,
    `LABEL ${LABEL}=1`,
    'USER root',
    ...(withPackages ? TOOLS : []),
    'WORKDIR /app',
    'ENV MIX_ENV=prod',
    ...Object.keys(env).map((variable) => `ARG ${variable}`),
    `COPY mix.exs ${has.lock ? 'mix.lock ' : ''}./`,
    'RUN mix deps.get --only $MIX_ENV',
    ...(has.config ? ['COPY config config'] : []),
    'RUN mix deps.compile',
    'COPY Makefile ./',
    'COPY c_src c_src',
    'COPY lib lib',
    'RUN mix compile',
    'RUN mix release',
    `FROM ${RUNNER}`,
    `LABEL ${LABEL}=1`,
    ...(withPackages ? LIBRARIES : []),
    'WORKDIR /app',
    'RUN chown nobody /app',
    'ENV MIX_ENV=prod',
    `COPY --from=builder --chown=nobody:root /app/_build/prod/rel/${name} ./`,
    'USER nobody',
    `CMD ["/app/bin/${name}", "start"]`,
    '',
  ].join('\n');
}

const exists = (file) =>
  access(file).then(
    () => true,
    () => false,
  );

/** Builds a checkout and sees that the image says a mark; only the build is measured. The image goes. */
export async function buildByDockerfile(project, checkout, { image, mark, withPackages }) {
  const has = {
    lock: await exists(path.join(checkout, 'mix.lock')),
    config: await exists(path.join(checkout, 'config')),
  };
  await writeFile(path.join(checkout, 'Dockerfile'), textOf(project, image, has, withPackages));
  await writeFile(path.join(checkout, '.dockerignore'), '.git\n_build\ndeps\n');
  const tag = `mix-release-bench:${String(process.pid)}`;
  const values = Object.entries(project.env).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  try {
    const env = { ...process.env, DOCKER_BUILDKIT: '0' };
    const { seconds } = await measure('docker', ['build', '--no-cache', '--tag', tag, ...values, checkout], { env });
    const look = `grep -q -a '${mark}' /app/lib/${project.name}-*/ebin/${project.module}.beam && echo there`;
    check((await docker('run', '--rm', tag, 'sh', '-c', look)) === 'there', `the image does not say ${mark}`);
    return { seconds };
  } finally {
    await docker('rmi', '--force', tag);
    await docker('image', 'prune', '--force', '--filter', `label=${LABEL}`);
  }
}
