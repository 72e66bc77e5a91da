// The one table of what is measured: what stands beside it, what it is to reach, and what is to say where it does not.

/** Of our time in the other's. */
const atMost = (ratio) => ({ text: `≤ ${ratio.toFixed(1)}×`, ratio, of: ({ ours, other }) => ours / other <= ratio });
const faster = (times) => ({
  text: `≥ ${String(times)}× faster`,
  ratio: 1 / times,
  of: ({ ours, other }) => other / ours >= times,
});
const within = (limit, unit) => ({ text: `≤ ${String(limit)} ${unit}`, of: ({ ours }) => ours <= limit });
const both = (a, b) => ({
  text: `${a.text}, ${b.text}`,
  ratio: a.ratio ?? b.ratio,
  of: (row) => a.of(row) && b.of(row),
});

const HAND = '`docker run` and `tar czf`';
const DOCKERFILE = 'a Dockerfile of two stages, no layer cache';

/** What ours does in a build that nobody does by hand. */
const MORE =
  'Ours streams the sources in and the release out where a mount has both in place, unpacks the release beside the ' +
  'tarball, reads every native binary and makes a checksum.';
const TRIED =
  'Tried: one BEAM instance for all steps of Mix, packing while the audit runs, packing on every processor, ' +
  'unpacking without a queue for each file, and removing the container while the tarball is finished.';

/**
 * Each case: `id`, the `group` that measures it, `what` it is, what is `beside` it, the `unit` of its figures and how
 * many `digits` they have, its `reach`, and `missed`: why, and what was tried, printed only when the reach is missed.
 */
export const CASES = [
  ...[
    ['nif', '`examples/nif`'],
    ['generated', 'the generated project'],
  ].map(([kind, name]) => ({
    ...{ id: `cold-${kind}`, group: 'builds', what: `Cold build of ${name}`, beside: HAND },
    reach: atMost(1),
    missed: `${MORE} ${TRIED}`,
  })),
  ...[
    ['nif', '`examples/nif`'],
    ['generated', 'the generated project'],
  ].map(([kind, name]) => ({
    ...{ id: `changed-${kind}`, group: 'builds', what: `One file of ${name} changed, same machine` },
    beside: `${HAND}, its \`_build\` kept`,
    reach: atMost(1),
    missed: `${MORE} ${TRIED} Sources that did not change keep the times that they had, so that Mix does not read them again.`,
  })),
  ...[
    ['version', 'The version of the generated project changed, same machine'],
    ['comment', 'A comment in `config/` of the generated project changed, same machine'],
  ].map(([kind, what]) => ({
    ...{ id: `${kind}-generated`, group: 'builds', what, beside: `${HAND}, its \`_build\` kept` },
    reach: atMost(1.1),
    missed: `${MORE} It compiles the project, whose Makefile nobody watches, from sources as in a clean build, and Mix by hand what it takes for changed.`,
  })),
  ...[
    ['generated', 'the generated project'],
    ['nif', '`examples/nif`'],
  ].flatMap(([kind, name]) => [
    {
      ...{ id: `fresh-changed-${kind}`, group: 'fresh', what: `One file of ${name} changed, fresh runner` },
      beside: DOCKERFILE,
      reach: faster(4),
      missed: fixedCosts(kind),
    },
    {
      ...{ id: `fresh-same-${kind}`, group: 'fresh', what: `Nothing of ${name} changed, fresh runner` },
      beside: DOCKERFILE,
      reach: faster(8),
      missed: fixedCosts(kind),
    },
  ]),
  ...[
    ['one-machine', 'Mix in one BEAM instance', 'one for each of four commands'],
    ['busy-waiting', 'Mix without busy waiting (`+sbwt none`)', 'Mix as it is'],
    ['schedulers', 'Mix with twice as many schedulers (`+S 4:4`)', 'Mix as it is'],
    ['in-memory', 'Mix with `_build` in memory (a tmpfs)', 'on the disk'],
    ['partitions', 'Elixir 1.20 with `deps-partitions: 2`', 'without'],
  ].map(([id, what, beside]) => ({ id, group: 'machine', what, beside })),
  ...[
    ['nif', '`examples/nif`'],
    ['generated', 'the generated project'],
  ].flatMap(([kind, name]) =>
    [
      ['cold', `Cold build of ${name} for aarch64 on x86_64`],
      ['changed', `One file of ${name} changed, for aarch64 on x86_64`],
    ].map(([id, what]) => ({
      ...{ id: `cross-${id}-${kind}`, group: 'targets', what, beside: 'the same for x86_64, natively' },
      reach: atMost(1.3),
      missed:
        'Cross-assembly compiles native code a second time, for the target, in a BEAM instance of its own, and starts a ' +
        'container for that. The stages above say what each takes.',
    })),
  ),
  {
    ...{ id: 'cross-emulated', group: 'targets', what: 'Cold build of `examples/nif` for aarch64 on x86_64' },
    beside: 'the same, emulated',
    reach: faster(4),
    missed: 'Most of the time of so small a project is the same on both sides: sources, packing, starting containers.',
  },
  {
    ...{ id: 'four-cold', group: 'targets', what: 'Cold build of the generated project for four targets in one run' },
    beside: 'the same for one target',
    reach: atMost(1.6),
    missed: 'Each further target takes a run of Mix that compiles native code and assembles, an audit and a tarball.',
  },
  {
    ...{ id: 'four-memory', group: 'targets', what: 'Memory of our process with four targets', unit: 'MB', digits: 0 },
    reach: within(250, 'MB'),
    missed: 'Nothing was tried.',
  },
  ...['tar.gz', 'tar.zst'].map((format) => ({
    ...{ id: `pack-${format}`, group: 'packing', what: `Packing 500 MB as ${format}` },
    beside: format === 'tar.gz' ? '`tar czf`' : '`tar --zstd -cf`',
    reach: atMost(1),
    missed:
      'Both read and compress the same bytes; ours makes a checksum in the same pass, and in a build it packs what comes ' +
      'from the engine and reads nothing again. Tried: blocks on every processor, results in one piece.',
  })),
  {
    ...{ id: 'growth-files', group: 'growth', what: 'Our stages for each further 1,000 files, from 1,000 to 10,000' },
    ...{ beside: 'from 100 to 1,000', factor: 1000, digits: 3 },
    reach: { ...atMost(1.5), text: 'linear: ≤ 1.5×' },
    missed: 'The step from 100 to 1,000 files is short, so that the noise of a machine is a good part of its slope.',
  },
  {
    ...{ id: 'growth-bytes', group: 'growth', what: 'Our stages for each further 100 MB, from 100 to 1,000 MB' },
    ...{ beside: 'from 10 to 100 MB', factor: 100 },
    reach: { ...atMost(1.5), text: 'linear: ≤ 1.5×' },
    missed: 'Nearly all of it is compression, which is linear; what else packageFamily was not found.',
  },
  {
    ...{
      id: 'memory',
      group: 'growth',
      what: 'Peak memory of our process, releases up to 1,000 MB',
      unit: 'MB',
      digits: 0,
    },
    reach: within(200, 'MB'),
    missed:
      'Many small files take more of it than as many bytes in few files do. Tried: archives that are written without a ' +
      'list of their files, one buffer for all that is hashed, and a young generation that does not grow.',
  },
  {
    ...{ id: 'audit', group: 'audit', what: 'Audit of 200 ELF files with 150 MB', beside: 'a shell loop of `readelf`' },
    reach: both(within(1, 's'), faster(20)),
    missed:
      'A third of our time is the start of Node and of the program, which the stage of a build does not have, and a good ' +
      'part of the rest is code that runs for the first time. Tried: loading nothing that other commands need; tables in ' +
      'one piece, into memory that is used again; of names only those that are asked about, by their first letters; names ' +
      "of libraries in constants only; nothing of Node's own modules that is not used; Node's cache of compiled code (4 ms) " +
      'and flags of its compilers (nothing).',
  },
  {
    ...{ id: 'plan', group: 'small', what: '`plan --probe` with a local image' },
    beside: '`docker run IMAGE elixir --version`',
    reach: within(2, 's'),
    missed: 'It starts the image once and asks it for more, in Elixir.',
  },
  {
    ...{ id: 'builder-stage', group: 'small', what: 'Builder stage of a second build of `examples/hello`' },
    beside: 'the whole build',
    reach: within(0.3, 's'),
    missed: 'Nearly all of it is the engine that creates and starts a container.',
  },
  {
    ...{
      id: 'smoke',
      group: 'small',
      what: 'Smoke test of `examples/nif`',
      beside: '`docker run` with the same commands',
    },
    reach: within(6, 's'),
    missed: 'It starts the release as its users do, several times, and each start is a BEAM instance.',
  },
  {
    ...{ id: 'start', group: 'small', what: '`mix-release --version`', unit: 'ms', digits: 0 },
    reach: within(150, 'ms'),
    missed: 'Most of it is the start of Node.',
  },
];

function fixedCosts(kind) {
  const share =
    kind === 'nif'
      ? 'So small a project compiles in a second or two, so that a cache has next to nothing to save. '
      : '';
  return (
    `${share}A cache does not save the rest: starting two programs and two containers, fetching and ` +
    'unpacking the state, one start of Mix, `mix release` itself, and reading, auditing and packing its result. ' +
    'Tried: one stream from archive to container, zstd for the state, no save where the very state was found, and its ' +
    'volume removed early.'
  );
}
