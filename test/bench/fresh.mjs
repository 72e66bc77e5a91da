// Builds on a fresh runner: the action with its cache restored, beside a Dockerfile without layer cache.
import path from 'node:path';
import { runAction, startResults } from './action.mjs';
import { buildByDockerfile } from './dockerfile.mjs';
import { base, removeState } from './engine.mjs';
import { check, inTurn, temporary } from './measure.mjs';
import { change, checkoutOf, checkTarball } from './projects.mjs';

/** The action on a fresh runner with a fresh checkout, whose one file says a mark. */
async function fresh(project, { directory, runner, results, mark, hit }) {
  const checkout = await marked(project, path.join(directory, 'checkout'), mark);
  await removeState();
  const ran = await runAction(project, checkout, runner, results);
  check(ran.outputs['cache-hit'] === hit, `cache-hit is ${String(ran.outputs['cache-hit'])}:\n${ran.log}`);
  await checkTarball(project, ran.outputs.tarball, mark);
  return ran;
}

async function marked(project, place, mark) {
  const checkout = await checkoutOf(project, place);
  if (mark !== 'mark_0') await change(project, checkout, mark);
  return checkout;
}

/** Each in a directory of its own but for the runner's, whose path is part of what a cache is found by. */
async function onFreshRunners(kind, { runs, image, projects, wants }) {
  const project = await projects.get(kind);
  const results = await startResults();
  try {
    return await temporary(async (directory) => {
      const once = (settings) =>
        temporary((place) =>
          fresh(project, { ...settings, results, directory: place, runner: path.join(directory, 'runner') }),
        );
      const filled = await once({ mark: 'mark_0', hit: 'false' });
      check(results.caches().length === 1, `the state was not cached:\n${filled.log}`);
      const byDockerfile = (settings) =>
        temporary(async (place) => {
          const mark = `mark_${String(settings.run)}`;
          const checkout = await marked(project, path.join(place, 'checkout'), mark);
          return buildByDockerfile(project, checkout, { mark, ...settings });
        });
      const sides = {
        ...(wants(`fresh-changed-${kind}`) && {
          changed: (run) => once({ mark: `mark_${String(run)}`, hit: 'true' }),
        }),
        other: (run) => byDockerfile({ run, image, withPackages: false }),
        ...(wants(`fresh-same-${kind}`) && { same: () => once({ mark: 'mark_0', hit: 'true' }) }),
      };
      const seen = await inTurn(runs, sides);
      // Takes long, and is for a remark.
      const packaged = await byDockerfile({ run: 1, image: base, withPackages: true });
      check(results.caches().length === 1, 'a run saved a state that was there');
      return rowsOf(kind, seen, { filled, withPackages: packaged.seconds });
    });
  } finally {
    await results.stop();
  }
}

/** The Dockerfile does the same whatever changed, so that one measurement of it is beside both rows. */
function rowsOf(kind, { changed, other, same }, { filled, withPackages }) {
  const row = (measured) => ({
    ours: measured.seconds,
    other: other.seconds,
    stages: measured.stages,
    remark:
      `Once with the apt lines that such a Dockerfile has in both stages: ${withPackages.toFixed(1)} s, ` +
      `${(withPackages / measured.seconds).toFixed(1)} times ours. The run that filled the cache took ` +
      `${filled.seconds.toFixed(1)} s, ${filled.stages['(post)'].toFixed(1)} s of it the post step, which saved.`,
  });
  return {
    ...(changed && { [`fresh-changed-${kind}`]: row(changed) }),
    ...(same && { [`fresh-same-${kind}`]: row(same) }),
  };
}

export async function freshRunners(context) {
  const rows = {};
  for (const kind of ['nif', 'generated']) {
    if (!context.wants(`fresh-changed-${kind}`) && !context.wants(`fresh-same-${kind}`)) continue;
    Object.assign(rows, await onFreshRunners(kind, context));
  }
  return rows;
}
