// Builds on one machine: cold, and again after one file, the version or a comment was changed, beside what a user would write by hand.
import path from 'node:path';
import { mkdir } from 'node:fs/promises';
import { asOptions, build, docker, removeState } from './engine.mjs';
import { inTurn, measure, temporary } from './measure.mjs';
import { change, changeComment, changeVersion, checkoutOf, checkTarball } from './projects.mjs';

const ours = (project, checkout, output) => build(checkout, output, ...asOptions(project.env));

/** `docker run` on the builder image with the checkout mounted, and `tar czf`. */
async function byHand(project, image, checkout, tarball) {
  const script = 'mix deps.get && mix release --overwrite';
  const mount = ['--volume', `${checkout}:/app`, '--workdir', '/app', '--env', 'MIX_ENV=prod'];
  const started = performance.now();
  await docker('run', '--rm', '--user', '0', ...mount, ...asOptions(project.env), image, 'sh', '-c', script);
  const release = path.join(checkout, '_build/prod/rel', project.name);
  const packing = performance.now();
  await measure('tar', ['czf', tarball, '-C', release, '.']);
  const tar = (performance.now() - packing) / 1000;
  const seconds = (performance.now() - started) / 1000;
  return { seconds, stages: { 'docker run': seconds - tar, tar } };
}

/** Neither side has anything of earlier builds but the builder image. */
async function cold(project, { runs, image }) {
  return inTurn(runs, {
    ours: () =>
      temporary(async (directory) => {
        const checkout = await checkoutOf(project, path.join(directory, 'checkout'));
        await removeState();
        const built = await ours(project, checkout, path.join(directory, 'out'));
        await checkTarball(project, built.release.tarball, 'mark_0');
        return built;
      }),
    other: () =>
      temporary(async (directory) => {
        const checkout = await checkoutOf(project, path.join(directory, 'checkout'));
        const tarball = path.join(directory, 'hand.tar.gz');
        const built = await byHand(project, image, checkout, tarball);
        await checkTarball(project, tarball, 'mark_0');
        return built;
      }),
  });
}

/** Each side has built before, and keeps what it keeps: ours the volume, the other `_build` and `deps`. */
async function changed(project, { runs, image }, alter = change, markOf = (run) => `mark_${String(run)}`) {
  return temporary(async (directory) => {
    const places = {};
    for (const name of ['ours', 'hand']) {
      await mkdir(path.join(directory, name));
      places[name] = await checkoutOf(project, path.join(directory, name, 'checkout'));
    }
    const output = path.join(directory, 'ours/out');
    const tarball = path.join(directory, 'hand/hand.tar.gz');
    await ours(project, places.ours, output);
    await byHand(project, image, places.hand, tarball);
    return inTurn(runs, {
      ours: async (run) => {
        await alter(project, places.ours, `mark_${String(run)}`);
        const built = await ours(project, places.ours, output);
        await checkTarball(project, built.release.tarball, markOf(run));
        return built;
      },
      other: async (run) => {
        await alter(project, places.hand, `mark_${String(run)}`);
        const built = await byHand(project, image, places.hand, tarball);
        await checkTarball(project, tarball, markOf(run));
        return built;
      },
    });
  });
}

export async function builds(context) {
  const rows = {};
  for (const [name, measured] of Object.entries({ cold, changed })) {
    for (const kind of ['nif', 'generated']) {
      const id = `${name}-${kind}`;
      if (context.wants(id)) rows[id] = sides(await measured(await context.projects.get(kind), context));
    }
  }
  for (const [id, alter] of [
    ['version-generated', changeVersion],
    ['comment-generated', changeComment],
  ]) {
    const project = async () => context.projects.get('generated');
    if (context.wants(id)) rows[id] = sides(await changed(await project(), context, alter, () => 'mark_0'));
  }
  return rows;
}

/** What was measured of two sides, as one row. */
const sides = ({ ours: a, other: b }) => ({
  ours: a.seconds,
  other: b.seconds,
  stages: a.stages,
  otherStages: b.stages,
});
