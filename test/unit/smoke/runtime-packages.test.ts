import { describe, expect, it } from '@jest/globals';
import { runtimeTag } from '../../../src/smoke/runtime-image.js';
import type { Runtime } from '../../../src/smoke/smoke.js';
import type { FakeHandlers } from '../../support/fake-engine/handlers.js';
import { AUTHORITY } from '../support/authorities.js';
import { answering } from '../support/fake-release.js';
import { failure, SYSTEM, titles, trial, type Trial } from '../support/smoke-trial.js';

describe('the packages of a runtime image', () => {
  const NEEDS = {
    libraries: ['libodbc.so.2'],
    debian: ['libodbc2', 'libltdl7'],
    ubuntu: [],
    rhel: [],
    alpine: [],
    data: [],
    derived: {},
  };
  const packageFamily = { packageFamily: 'debian', needs: NEEDS } as const;

  /** A trial of a release that lacks a library until its image has a package, and the packages that were added. */
  function lacking(library: string, wanted: string, runtime: Partial<Runtime>, title = 'eval') {
    const added: string[] = [];
    const all: Trial = trial({
      runtime,
      commands: {
        [title]: ({ container, mark }) => {
          const has = container.spec.image !== all.image.id && added.at(-1)?.split(' ').includes(wanted) === true;
          if (has) return title === 'eval' ? answering(mark) : {};
          const lines = [`${library}: cannot open shared object file`];
          return { lines, status: title === 'eval' ? 127 : 0 };
        },
      },
      build: ({ args }) => {
        added.push(args.PACKAGES ?? '');
        return {};
      },
    });
    return { ...all, added };
  }

  it('are those that are named, added before anything runs', async () => {
    const all = lacking('libodbc.so.2', 'libodbc2', { packages: ['libodbc2'] });
    expect(await all.tried()).toMatchObject({ packages: ['libodbc2'], image: SYSTEM, imageDigest: all.image.id });
    expect([all.added, all.notes, titles(all.given)]).toEqual([['libodbc2'], [], ['eval']]);
  });

  it('are fetched from a company that only its own authority vouches for', async () => {
    const contexts: (readonly string[])[] = [];
    const build: FakeHandlers['build'] = (_, context) => {
      contexts.push([...context.keys()].sort());
      return {};
    };
    const runtime = { packages: ['libodbc2'] };
    await trial({ runtime, build }).tried();
    await trial({ runtime, build, setting: { authorities: [AUTHORITY] } }).tried();
    expect(contexts).toEqual([['Dockerfile'], ['Dockerfile', 'authorities.pem']]);
  });

  it('grow by all that are known where the search for libraries misses one', async () => {
    const all = lacking('libodbc.so.2', 'libodbc2', packageFamily, 'the search for libraries');
    expect(await all.tried()).toMatchObject({ packages: ['libodbc2', 'libltdl7'] });
    expect(all.added).toEqual(['libodbc2 libltdl7']);
    expect(all.notes).toEqual([`${SYSTEM} has no libodbc.so.2: adding libodbc2, libltdl7`]);
    expect(titles(all.given)).toEqual(['the search for libraries', 'the search for libraries', 'eval']);
    expect(all.given[0]?.command.argv.at(-1)).toBe('libodbc.so.2');
    expect(all.engine.left()).toMatchObject({ containers: [], volumes: [] });
  });

  it('are not looked for again where an earlier run made that image', async () => {
    const all = trial({ runtime: packageFamily });
    const tag = runtimeTag(all.image.id, 'linux/amd64', NEEDS.debian);
    const made = all.engine.addImage({ names: [tag] });
    expect((await all.tried()).packages).toEqual(NEEDS.debian);
    expect(all.given.map(({ container }) => container.spec.image)).toEqual([made.id, made.id]);
    expect(all.engine.calls.map(({ name }) => name)).not.toContain('images.build');
    expect(all.notes).toEqual([]);
  });

  it('grow by what is known of a library that fails the release, though the audit saw none', async () => {
    const all = lacking('libpq.so.5', 'libpq5', { packageFamily: 'debian' });
    expect((await all.tried()).packages).toEqual(['libpq5']);
    expect(all.notes).toEqual([`${SYSTEM} has no libpq.so.5: adding libpq5`]);
  });

  it.each<[string, string, Partial<Runtime>, readonly string[]]>([
    ['that nobody knows the package of', 'libnobody.so.1', { packageFamily: 'debian' }, []],
    ['of an image that is named', 'libpq.so.5', {}, []],
    ['that is not there with its package', 'libpq.so.5', { packageFamily: 'debian' }, ['libpq5']],
  ])('do not help for a library %s, which fails the release', async (_, library, runtime, added) => {
    const all = lacking(library, 'none', runtime);
    const error = await failure(all);
    expect(error).toMatchObject({ code: 'smoke-missing-library', exitStatus: 7 });
    const where = added.length === 0 ? SYSTEM : `${SYSTEM} with ${added.join(', ')}`;
    expect(error.message).toContain(`does not run in ${where}: eval ended`);
    expect(error.message).toContain(`${library} is missing`);
    expect(all.added).toEqual(added);
  });

  it('that cannot be added are an error of the image', async () => {
    const build = () => ({ error: 'Unable to locate package libnone' });
    const error = await failure(trial({ runtime: { packages: ['libnone'] }, build }));
    expect(error).toMatchObject({ code: 'runtime-image-failed', exitStatus: 4 });
    expect(error.message).toContain('libnone');
  });
});
