import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startGitHub } from '../rig/github/server.js';
import { startResults } from '../rig/results/server.js';
import { prepareStep, runPost, startAction } from '../support/action.js';
import { git, temporary } from '../support/checkout.js';
import { ROOT, TARGET } from '../support/cli.js';
import { runtimeWith } from '../support/engine.js';
import { ended } from '../support/machine.js';
import { openPhoenixRegistries, pageAndScript, siteOf, VARIABLES, type PhoenixRegistries } from '../support/phoenix.js';
import {
  actionDefaults,
  evaluated,
  inputsOf,
  readWorkflow,
  runs,
  ScriptRunner,
  type CalledWorkflow,
  type Contexts,
} from '../support/workflow.js';

const TAG = 'v0.1.0';
/** Milliseconds: where nothing was made before, Node and npm are installed into a builder first. */
const TIMEOUT = 900_000;

let registries: PhoenixRegistries;

beforeAll(async () => {
  // Hosted runners have both.
  const install = 'command -v gh >/dev/null && command -v jq >/dev/null || apt_install gh jq';
  await ended('bash', ['-c', `. script/env.sh && . script/apt.sh && { ${install}; }`], { cwd: ROOT, env: process.env });
  registries = await openPhoenixRegistries();
});
afterAll(async () => {
  await registries[Symbol.asyncDispose]();
});

/** The part of release.json that is looked at. */
interface Index {
  readonly commit: string;
  readonly releases: readonly {
    readonly targets: Readonly<
      Record<
        string,
        { readonly libraries: readonly string[]; readonly packages: { readonly debian: readonly string[] } }
      >
    >;
  }[];
}

/** What a caller writes below `with` and `secrets` for the Phoenix-shaped project with a database library. */
function called(workflow: CalledWorkflow): Contexts {
  const { beforeBuild, npm, hexRepositories } = registries;
  return {
    github: { ref_type: 'tag', ref_name: TAG, ref: `refs/tags/${TAG}`, repository: 'octo/hello', token: 'test-token' },
    inputs: inputsOf(workflow, {
      targets: TARGET,
      packages: 'nodejs npm libsqlite3-dev',
      'before-build': beforeBuild,
      'before-release': 'npm ci --prefix assets\nmix assets.deploy',
      'smoke-env': Object.entries(VARIABLES)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    }),
    secrets: { 'hex-repositories': hexRepositories, env: npm },
  };
}

it(
  'the reusable workflow leads from a tag to an installed release that answers, for a project with all of it',
  async () => {
    await using checkout = await registries.checkout([{ name: 'tarn', version: '1.0.0' }]);
    await using work = await temporary();
    await git(checkout.path, 'tag', TAG);
    const commit = await git(checkout.path, 'rev-parse', 'HEAD');
    await git(work.path, 'clone', '--quiet', '--bare', checkout.path, 'bare');
    await using github = await startGitHub(path.join(work.path, 'bare'));
    const results = await startResults();
    try {
      const workflow = await readWorkflow('.github/workflows/release.yml');
      const contexts = called(workflow);
      const { matrix, build, sboms, publish } = workflow.jobs;

      const chosen = await prepareStep(path.join(work.path, 'matrix'), checkout.path);
      const chooses = matrix?.steps.find(({ uses }) => uses === './.mix-release-action/matrix');
      expect((await startAction('matrix', chosen, evaluated(chooses?.with, contexts)).ended).status).toBe(0);
      const rows = JSON.parse((await chosen.outputs()).matrix ?? '') as { readonly include: readonly object[] };
      expect(rows.include).toMatchObject([{ target: TARGET }]);

      // The workflow puts this repository into the caller's checkout.
      const own = path.join(checkout.path, '.mix-release-action');
      for (const name of ['action.yml', 'dist', 'package.json']) {
        await cp(path.join(ROOT, name), path.join(own, name), { recursive: true });
      }
      await git(own, 'init', '--quiet');
      const builds = build?.steps.find(({ uses }) => uses === './.mix-release-action');
      const step = await prepareStep(path.join(work.path, 'build'), checkout.path);
      const given = evaluated(builds?.with, { ...contexts, matrix: rows.include[0] });
      const inputs = { ...(await actionDefaults('action.yml')), ...given };
      const ref = { GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: TAG, GITHUB_REF: `refs/tags/${TAG}`, GITHUB_SHA: commit };
      const main = await startAction('main', step, inputs, { ...results.env(), ...ref }).ended;
      expect({ status: main.status, errors: main.stdout.match(/^::error.*$/gm) }).toEqual({ status: 0, errors: null });
      expect((await runPost(step)).status).toBe(0);
      expect(main.stdout).not.toMatch(new RegExp(`^(?!::add-mask::).*${registries.remote.acmeKey}`, 'm'));

      const directory = path.join(work.path, 'publish');
      await mkdir(directory);
      await symlink(ROOT, path.join(directory, '.mix-release-action'));
      const artifact = `mix-release-${TARGET}`;
      expect(results.artifacts().map(({ name }) => name)).toEqual([artifact]);
      await results.downloadTo(artifact, path.join(directory, 'built', artifact));

      const steps: Record<string, unknown> = {};
      const finder = new ScriptRunner(directory, {
        ...{ PATH: process.env.PATH, HOME: work.path, ...github.env, GITHUB_SERVER_URL: 'https://github.com' },
        ...evaluated(sboms?.env, contexts),
      });
      const finds = sboms?.steps.find(({ id }) => id === 'sboms');
      const found = await finder.run(finds?.run ?? '', evaluated(finds?.env, contexts));
      expect({ status: found.status, output: found.output }).toMatchObject({ status: 0 });
      const base = `built/${artifact}/shop-0.1.0-${TARGET}`;
      expect(JSON.parse(found.outputs.sboms ?? '')).toEqual([
        { name: `shop-0.1.0-${TARGET}.tar.gz`, tarball: `${base}.tar.gz`, sbom: `${base}.cdx.json` },
      ]);

      const runner = new ScriptRunner(directory, {
        ...{ PATH: process.env.PATH, HOME: work.path, ...github.env },
        ...{ GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'octo/hello', GITHUB_SHA: commit },
        ...evaluated(publish?.env, contexts),
      });
      for (const each of publish?.steps ?? []) {
        if (each.run === undefined || !runs(each, { ...contexts, steps })) continue;
        const { status, output, outputs } = await runner.run(each.run, evaluated(each.env, { ...contexts, steps }));
        expect({ step: each.name, status, output }).toMatchObject({ step: each.name, status: 0 });
        if (each.id !== undefined) steps[each.id] = { outputs };
      }

      const [released] = github.releases();
      const tarball = `shop-0.1.0-${TARGET}.tar.gz`;
      const files = (released?.assets ?? []).map(({ name }) => name).sort();
      expect(released).toMatchObject({ tag: TAG, draft: false });
      expect(files).toEqual([
        ...['checksums.txt', 'install.sh', 'release.json', tarball.replace('.tar.gz', '.cdx.json'), tarball],
      ]);

      const downloads = path.join(work.path, 'downloads');
      await mkdir(downloads);
      for (const { name, bytes } of released?.assets ?? []) await writeFile(path.join(downloads, name), bytes);
      const index = released?.assets.find(({ name }) => name === 'release.json');
      const { commit: from, releases } = JSON.parse(index?.bytes.toString() ?? '') as Index;
      const facts = releases[0]?.targets[TARGET];
      expect(from).toBe(commit);
      expect(facts?.libraries).toContain('libsqlite3.so.0');

      const image = await runtimeWith('debian:bookworm-slim', ...(facts?.packages.debian ?? []));
      const bin = '/opt/shop/current/bin/shop';
      await using site = await siteOf(image, bin, async (id) => {
        await ended('docker', ['cp', downloads, `${id}:/srv/assets`]);
        const installed = await ended('docker', ['exec', id, 'sh', '/srv/assets/install.sh', '--from', '/srv/assets']);
        expect(installed).toEqual({ status: 0, output: expect.stringContaining('/opt/shop/current leads there') });
      });
      const { page, script } = await pageAndScript(site);
      expect(page).toContain('hello from ripple, hello from strand');
      expect(script).toContain('counter of the page');
      expect(await site.rpc('IO.inspect(Tarn.count())')).toBe('3\n');
    } finally {
      await results.stop();
    }
  },
  TIMEOUT,
);
