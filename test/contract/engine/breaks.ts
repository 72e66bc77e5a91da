import { expect } from '@jest/globals';
import { packFiles } from '../../../src/archive/files.js';
import { unpacked } from '../../support/fake-engine/files.js';
import { buildOf } from './images.js';
import { failureOf, mark, outcome, startWith, type Case } from './subject.js';

const LOST = { code: 'engine-connection-lost', exitStatus: 3, containerGone: false };

/** What holds where the connection breaks. */
export const BREAKS: readonly Case[] = [
  ...((['before', 'midway'] as const).map((when) => ({
    title: `tells of an engine that is lost ${when === 'before' ? 'before' : 'in the middle of'} a short answer`,
    check: async (subject) => {
      await using engine = await subject.breaking('inspect', when);
      expect(await failureOf(engine.images.inspect(subject.image))).toMatchObject(LOST);
    },
  })) satisfies Case[]),
  ...((['before', 'midway'] as const).map((when) => ({
    title: `tells of an engine that is lost ${when === 'before' ? 'before' : 'in the middle of'} a build`,
    check: async (subject) => {
      await using engine = await subject.breaking('build', when);
      // No step that a builder remembers from before.
      const build = buildOf(subject, [`RUN sleep 2; : ${mark().id}`]);
      expect(await failureOf(engine.images.build(build))).toMatchObject(LOST);
    },
  })) satisfies Case[]),
  {
    title: 'tells of an engine that is lost while a command runs',
    check: async (subject) => {
      await using engine = await subject.breaking('run', 'midway');
      await using container = await startWith({ ...subject, engine });
      expect(await failureOf(outcome(container, ['seq', '20000']))).toMatchObject({ code: 'engine-connection-lost' });
    },
  },
  {
    title: 'fails the reader of files whose stream breaks, as a lost engine and nothing else',
    check: async (subject) => {
      await using engine = await subject.breaking('get', 'midway');
      await using container = await startWith({ ...subject, engine });
      await container.put(packFiles([{ path: 'big', text: 'x'.repeat(2 ** 22) }]), '/tmp');
      expect(await failureOf(container.get('/tmp/big').then(unpacked))).toMatchObject(LOST);
    },
  },
];
