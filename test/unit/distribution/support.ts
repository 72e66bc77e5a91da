import { createHash } from 'node:crypto';
import { factsText, type TarballFacts } from '../../../src/distribution/facts.js';
import type { Tree } from '../support/files.js';

export const GNU = 'x86_64-unknown-linux-gnu';
export const MUSL = 'x86_64-unknown-linux-musl';

/** Facts of a tarball whose whole content is a text. */
export function factsWith(more: Partial<TarballFacts> = {}, content = 'bytes'): TarballFacts {
  const { name = 'hello', version = '1.0.0', target = GNU } = more;
  return {
    schema: 1,
    name,
    version,
    target,
    file: `${name}-${version}-${target}.tar.gz`,
    sha256: createHash('sha256').update(content).digest('hex'),
    size: content.length,
    libc: 'glibc',
    glibc: '2.36',
    libraries: [],
    packages: { debian: [], ubuntu: [], rhel: [], alpine: [] },
    otp: '27.3.4.1',
    elixir: '1.18.3',
    erts: '15.2.7',
    image: 'hexpm/elixir:some',
    imageDigest: 'sha256:some',
    ...more,
  };
}

/** A tarball and its facts, as a build leaves them. */
export function built(more: Partial<TarballFacts> = {}, content = 'bytes'): Tree {
  const facts = factsWith(more, content);
  return { [facts.file]: content, [facts.file.replace('.tar.gz', '.json')]: factsText(facts) };
}
