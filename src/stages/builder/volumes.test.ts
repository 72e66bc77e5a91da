import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Builder } from '../../builder/builder.js';
import type { BuildRequest } from '../../options/request.js';
import { freshState, keptState } from './volumes.js';
import { findTarget } from '../../targets/find.js';
import { PROBE } from '../../../test/unit/support/probe.js';
import { requestWith } from '../../../test/unit/support/request.js';

const target = findTarget('x86_64-unknown-linux-gnu');
const request = requestWith({
  ...{ target, checkout: '/home/me/umbrella', project: '/home/me/umbrella/apps/web', output: '/home/me/out' },
});
const builder: Builder = {
  tag: 'mix-release-builder:1',
  base: { reference: 'elixir:1', id: 'sha256:1', digest: 'sha256:1' },
  probe: PROBE,
  erlFlags: '',
  origin: 'present',
};

/** What the engine takes for a name. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

describe('keptState', () => {
  it('has the same names for the same project, target and builder, made just now or found', () => {
    expect(keptState({ ...request }, { ...builder, origin: 'built' })).toEqual(keptState(request, builder));
  });

  it.each<[string, Partial<BuildRequest>]>([
    ['releases', { releases: ['web'] }],
    ['output', { output: '/elsewhere' }],
    ['environment', { env: { A: 'b' } }],
    ['names of the same target', { targetInput: 'linux-x64-gnu' }],
  ])('has the same names for other %s', (_, change) => {
    expect(keptState({ ...request, ...change }, builder)).toEqual(keptState(request, builder));
  });

  it.each<[string, Partial<BuildRequest>, Partial<Builder>]>([
    ['target', { target: { ...target, triple: 'x86_64-unknown-linux-musl' } }, {}],
    ['checkout', { checkout: '/home/me/other' }, {}],
    ['project', { project: '/home/me/umbrella/apps/worker' }, {}],
    ['builder', {}, { tag: 'mix-release-builder:2' }],
  ])('has other names for another %s', (_, change, otherBuilder) => {
    const other = keptState({ ...request, ...change }, { ...builder, ...otherBuilder });
    const kept = keptState(request, builder);
    expect(other.name).not.toBe(kept.name);
    expect(other.lock).not.toBe(kept.lock);
  });

  it('has names that the engine takes, one for the volume and one for the container', () => {
    const { name, lock } = keptState({ ...request, checkout: '/grüße/a b\nc', project: '/grüße/a b\nc' }, builder);
    expect(name).toMatch(NAME);
    expect(lock).toMatch(NAME);
    expect(name).not.toBe(lock);
  });
});

describe('freshState', () => {
  it('belongs to one run and locks nothing', () => {
    const [one, two] = [randomUUID(), randomUUID()];
    expect(freshState(one).name).toContain(one);
    expect(freshState(one).name).toMatch(NAME);
    expect(freshState(two).name).not.toBe(freshState(one).name);
    expect(freshState(one).lock).toBeUndefined();
  });

  it('never has the name of a kept state', () => {
    expect(freshState('run').name).not.toBe(keptState(request, builder).name);
  });
});
