// The two projects that are built, their checkouts, and the one file that changes in them.
import { appendFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './engine.mjs';
import { check, measure } from './measure.mjs';
import { generatedProject } from './project.mjs';

/** A copy of examples/nif whose changing file has the mark. */
async function exampleProject(directory) {
  const project = path.join(directory, 'nif');
  await cp(path.join(root, 'examples/nif'), project, { recursive: true });
  const file = path.join(project, 'lib/nif.ex');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/\nend\n$/, '\n\n  def mark, do: :mark_0\nend\n'));
  return { name: 'nif', project, changed: 'lib/nif.ex', module: 'Elixir.Nif', env: {} };
}

/**
 * Makes a project when it is first asked for, below one directory.
 *
 * @returns `get(kind)`: `nif` or `generated`; `stop()` ends what they need
 */
export function projects(image, directory) {
  const made = new Map();
  const makers = {
    nif: exampleProject,
    generated: (place) => generatedProject(image, place),
  };
  return {
    async get(kind) {
      if (!made.has(kind)) {
        const place = path.join(directory, kind);
        await mkdir(place);
        made.set(kind, await makers[kind](place));
      }
      return made.get(kind);
    },
    async stop() {
      for (const { stop } of made.values()) await stop?.();
    },
  };
}

/** A git checkout of a project with one commit, in one pack as after a clone. */
export async function checkoutOf({ project }, directory) {
  await cp(project, directory, { recursive: true });
  const git = (...args) => measure('git', ['-C', directory, ...args]);
  await git('init', '--quiet');
  await git('add', '--all');
  await git('-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', 'commit', '--quiet', '-m', 'Start');
  await git('gc', '--quiet');
  return directory;
}

/** Changes the one file: a function of it returns another atom. */
export async function change({ changed }, checkout, mark) {
  const file = path.join(checkout, changed);
  const text = await readFile(file, 'utf8');
  const now = text.replace(/(?<=def mark, do: :)mark_\d+(?=\n)/, mark);
  check(now !== text, `${file} has no other mark than ${mark}`);
  await writeFile(file, now);
}

/** Gives the project another version, as every tag does. */
export async function changeVersion(_, checkout, mark) {
  const file = path.join(checkout, 'mix.exs');
  const text = await readFile(file, 'utf8');
  const now = text.replace(/version: "[^"]*"/, `version: "0.1.0-${mark.replace('_', '.')}"`);
  check(now !== text, `${file} has no other version than that of ${mark}`);
  await writeFile(file, now);
}

/** Changes a comment of the configuration. */
export async function changeComment(_, checkout, mark) {
  await appendFile(path.join(checkout, 'config/config.exs'), `# ${mark}\n`);
}

/** Sees that a tarball has the compiled form of what the changed file says. */
export async function checkTarball({ module }, tarball, mark) {
  const beam = ['--to-stdout', '--wildcards', `*/ebin/${module}.beam`];
  const { stdout } = await measure('tar', ['--extract', '--file', tarball, ...beam]);
  check(new RegExp(`${mark}(?!\\d)`).test(stdout), `${module} in ${tarball} does not say ${mark}`);
}
