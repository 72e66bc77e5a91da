import { describe, expect, it, jest } from '@jest/globals';
import { chmod, readFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { readOwnDockerfile } from './own-dockerfile.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { dateBy, directoryWith, writeTree, type Tree } from '../../../test/unit/support/files.js';
import { isolateGit, repositoryWith } from '../../../test/unit/support/git.js';
import { asNobody } from '../../../test/unit/support/nobody.js';
import { entriesOf, extracted, saved } from '../../../test/unit/support/tar.js';

// A stream that waits for ever is a failure that is seen soon.
jest.setTimeout(10_000);

isolateGit();

const TREE: Tree = {
  'mix.exs': 'x',
  'ci/Dockerfile': 'ARG BASE\nFROM ${BASE}\nCOPY tool /usr/bin/tool\n',
  'ci/tool': { content: '#!/bin/sh\n', mode: 0o755 },
  'ci/data/a': 'a',
  'ci/link': { linkTo: 'data/a' },
};

describe('readOwnDockerfile', () => {
  it('says that it cannot be read', async () => {
    const checkout = await directoryWith({ Dockerfile: 'FROM x' });
    await chmod(checkout, 0o755);
    await chmod(path.join(checkout, 'Dockerfile'), 0o000);
    const error = await asNobody(() => errorOf(() => readOwnDockerfile(path.join(checkout, 'Dockerfile'), checkout)));
    expect(error).toMatchObject({ code: 'sources-unreadable' });
    expect(error.message).toContain('Dockerfile');
  });

  it('has the directory of the Dockerfile as its context, and nothing above it', async () => {
    const checkout = await directoryWith(TREE);
    const own = await readOwnDockerfile(path.join(checkout, 'ci/Dockerfile'), checkout);
    expect(own).toMatchObject({ name: 'ci/Dockerfile', path: 'Dockerfile', usesBase: true });
    const archive = await saved(own.context());
    const entries = await entriesOf(archive);
    expect(entries.map(({ name, mode, linkTo }) => [name, mode, linkTo])).toEqual([
      ['Dockerfile', '-rw-r--r--', undefined],
      ['data/a', '-rw-r--r--', undefined],
      ['link', 'lrwxrwxrwx', 'data/a'],
      ['tool', '-rwxr-xr-x', undefined],
    ]);
    expect(await readFile(path.join(await extracted(archive), 'data/a'), 'utf8')).toBe('a');
  });

  it('names neither a user nor a time of this machine in its context', async () => {
    const checkout = await directoryWith(TREE);
    const { context } = await readOwnDockerfile(path.join(checkout, 'ci/Dockerfile'), checkout);
    for (const { owner, time } of await entriesOf(await saved(context()))) {
      expect([owner, time]).toEqual(['0/0', '1980-01-01 00:00:00']);
    }
  });

  it('gives its context anew with each call, and the same from every checkout', async () => {
    const [one, two] = [await directoryWith(TREE), await directoryWith(TREE)];
    await dateBy(path.join(two, 'ci/data/a'), new Date('2001-01-01'));
    const [here, there] = [
      await readOwnDockerfile(path.join(one, 'ci/Dockerfile'), one),
      await readOwnDockerfile(path.join(two, 'ci/Dockerfile'), two),
    ];
    expect(there.contextHash).toBe(here.contextHash);
    const bytes = await buffer(here.context());
    expect(bytes.equals(await buffer(here.context()))).toBe(true);
    expect(bytes.equals(await buffer(there.context()))).toBe(true);
  });

  it.each(['Dockerfile', 'tool', 'data/a'])('has another hash when %s changes', async (name) => {
    const checkout = await directoryWith(TREE);
    const file = path.join(checkout, 'ci/Dockerfile');
    const { contextHash } = await readOwnDockerfile(file, checkout);
    await writeTree(checkout, { [`ci/${name}`]: 'changed' });
    expect((await readOwnDockerfile(file, checkout)).contextHash).not.toBe(contextHash);
  });

  it('has the same hash when something above changes', async () => {
    const checkout = await directoryWith(TREE);
    const file = path.join(checkout, 'ci/Dockerfile');
    const { contextHash } = await readOwnDockerfile(file, checkout);
    await writeTree(checkout, { 'mix.exs': 'changed', 'lib/new.ex': '' });
    expect((await readOwnDockerfile(file, checkout)).contextHash).toBe(contextHash);
  });

  it('takes a Dockerfile that git ignores, and nothing else that it ignores', async () => {
    const checkout = await repositoryWith({
      '.gitignore': 'Dockerfile*\n.env\n',
      'Dockerfile.ci': 'x',
      '.env': 'SECRET',
    });
    const own = await readOwnDockerfile(path.join(checkout, 'Dockerfile.ci'), checkout);
    expect(own).toMatchObject({ name: 'Dockerfile.ci', path: 'Dockerfile.ci' });
    const entries = await entriesOf(await saved(own.context()));
    expect(entries.map(({ name }) => name)).toEqual(['.gitignore', 'Dockerfile.ci']);
  });

  it.each([
    ['ARG BASE\nFROM ${BASE}\n', true],
    ['# syntax\nARG BASE=debian:trixie\nFROM $BASE\n', true],
    ['  arg BASE\nfrom ${BASE}\n', true],
    ['ARG VERSION=1\nARG\tBASE\nFROM ${BASE}:${VERSION}\n', true],
    ['FROM elixir:1.18\n', false],
    ['# ARG BASE\nFROM elixir:1.18\n', false],
    ['ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\n', false],
    ['ARG DATABASE\nFROM elixir:1.18\n', false],
    ['FROM elixir:1.18\nRUN echo ARG BASE\n', false],
    ['', false],
  ])('says of %j whether it builds on our base: %j', async (text, usesBase) => {
    const checkout = await directoryWith({ Dockerfile: text });
    expect((await readOwnDockerfile(path.join(checkout, 'Dockerfile'), checkout)).usesBase).toBe(usesBase);
  });

  it.each([
    ['RUN --mount=type=cache,target=/root/.cache make', 'RUN --mount=type=cache,target=/root/.cache make'],
    ['run \\\n  --mount=type=cache,target=/x \\\n  make', 'run --mount=type=cache,target=/x make'],
    ['RUN --network=none make', 'RUN --network=none make'],
    ['COPY --from=tools --link /a /b', 'COPY --from=tools --link /a /b'],
    ['ADD --checksum=sha256:00 https://example.test/a /a', 'ADD --checksum=sha256:00 https://example.test/a /a'],
    ['RUN <<EOF\necho 1\nEOF', 'RUN <<EOF'],
    ['RUN set -e; \\\n cat <<-"END" >/x\nx\nEND', 'RUN set -e; cat <<-"END" >/x'],
    ['COPY <<a.txt /a.txt\nx\na.txt', 'COPY <<a.txt /a.txt'],
    [`RUN --mount=type=cache ${'x'.repeat(100)}`, `RUN --mount=type=cache ${'x'.repeat(77)}…`],
    ['RUN make', undefined],
    ['COPY --from=tools --chown=1:1 /a /b', undefined],
    ['# RUN --mount=type=cache', undefined],
    ['RUN tool --mount=x', undefined],
    ['RUN cat <<<word', undefined],
    ['RUN echo $((1<<SHIFT)) $((1 << SHIFT))', undefined],
  ])('says of %j which line is for BuildKit: %j', async (line, found) => {
    const checkout = await directoryWith({ Dockerfile: `ARG BASE\nFROM \${BASE}\n${line}\nRUN true\n` });
    const own = await readOwnDockerfile(path.join(checkout, 'Dockerfile'), checkout);
    expect(own.buildKitLine).toBe(found);
  });

  it('fails clearly where the directory is gone', async () => {
    const checkout = await directoryWith();
    const file = path.join(checkout, 'gone/Dockerfile');
    const error = await errorOf(() => readOwnDockerfile(file, checkout));
    expect(error).toMatchObject({ code: 'sources-unreadable', exitStatus: 2 });
    expect(error.message).toContain(path.join(checkout, 'gone'));
  });
});
