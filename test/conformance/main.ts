import { readArguments, USAGE, type Asked } from './arguments.js';
import { checkDocument, writeDocument } from './document-file.js';
import { ENTRIES } from './entries/index.js';
import { isAvailable, type Entry } from './model.js';
import { sampleOf } from './sample.js';
import type { Platform } from './platforms.js';
import { writeRecord } from './records.js';
import { removeHosts } from './rig/host.js';
import { runEntries, type Result } from './run.js';
import { selfTest } from './self-test.js';
import { openNetwork, openWorkshop, type Network } from './workshop.js';

async function main(argv: readonly string[]): Promise<number> {
  const requested = readArguments(argv);
  if (requested.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (requested.checkDocs) return checkDocument();
  const unknown = requested.only?.filter((id) => !ENTRIES.some((entry) => entry.id === id)) ?? [];
  if (unknown.length > 0) throw new Error(`no such entry: ${unknown.join(', ')}; --list prints them`);

  const started = performance.now();
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const counts = { passed: 0, failed: 0 };
  // What it has is the same for all of them, and made when the first entry asks.
  await using network = await openNetwork();
  for (const platform of requested.platforms) {
    const entries = chosen(requested, platform);
    if (requested.list) {
      entries.forEach(({ id, feature }) => print(`${id}  ${feature}`));
      continue;
    }
    print(`# ${platform.target}, Elixir ${platform.elixir}, OTP ${platform.otp} (${platform.name})`);
    if (requested.selfTest) {
      const { passed, failed } = await selfTest(platform, network, entries, print);
      counts.passed += passed;
      counts.failed += failed;
      continue;
    }
    const results = await runOn(platform, network, entries, print);
    const failed = results.filter(({ failure }) => failure !== undefined).length;
    counts.failed += failed;
    counts.passed += results.length - failed;
    if (requested.writeDocs) await writeRecord(platform, results, ENTRIES);
  }
  if (requested.list) return 0;
  if (requested.writeDocs) await writeDocument();
  print(`${((performance.now() - started) / 1000).toFixed(0)} s`);
  print(`${String(counts.passed)} passed, ${String(counts.failed)} failed`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

function chosen({ only, core, sample }: Asked, platform: Platform): readonly Entry[] {
  const entries = sample ? sampleOf(platform) : ENTRIES.filter((entry) => isAvailable(entry, platform));
  return entries.filter((entry) => (!core || entry.core === true) && (only === undefined || only.includes(entry.id)));
}

async function runOn(
  platform: Platform,
  network: Network,
  entries: readonly Entry[],
  print: (line: string) => void,
): Promise<readonly Result[]> {
  await using workshop = await openWorkshop(platform, network);
  return await runEntries(entries, workshop, ({ entry, failure, seconds }) => {
    const time = process.env.CONFORMANCE_TIMES === undefined ? '' : ` (${seconds.toFixed(1)} s)`;
    print(
      failure === undefined
        ? `ok ${entry.id} ${entry.feature}${time}`
        : `FAIL ${entry.id} ${entry.feature}: ${failure.text}${time}`,
    );
  });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void removeHosts().finally(() => process.exit(130)));
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${USAGE}`);
    process.exitCode = 2;
  },
);
