import { describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { explain, terminalReporter } from '../../../src/cli/progress.js';
import { BUILD } from '../../../src/pipeline/build.js';
import type { Reporter } from '../../../src/pipeline/run.js';
import { MixReleaseError } from '../../../src/errors.js';

describe('explain', () => {
  const error = new MixReleaseError('deps-failed', {
    what: 'mix deps.get failed with exit status 1',
    next: 'Read what Mix printed.',
    output: ['** (Mix) No package', 'with that name'],
  });

  it('shows the last lines, what happened and what to do next', () => {
    expect(explain(error, false)).toBe(
      [
        '  | ** (Mix) No package',
        '  | with that name',
        'error (deps-failed): mix deps.get failed with exit status 1',
        '  Read what Mix printed.',
        '',
      ].join('\n'),
    );
  });

  it('does not repeat lines that were shown already', () => {
    expect(explain(error, true)).toBe(
      'error (deps-failed): mix deps.get failed with exit status 1\n  Read what Mix printed.\n',
    );
  });

  it('takes no commands for a runner from a project', () => {
    const error = new MixReleaseError('deps-failed', { what: '##[x]', next: 'a\r::b::c', output: ['\r::d::e'] });
    expect(explain(error, false)).toBe('  | \n: :d::e\nerror (deps-failed): # #[x]\n  a\n: :b::c\n');
    const printed = printedBy(true, (reporter) => {
      reporter.line('##[error]x');
      reporter.note('\r::error::x');
      reporter.stageEnded('smoke', 1, 'a\n::error::x');
    });
    expect(printed.split('\n').filter((line) => /^\s*::|##\[|\r/.test(line))).toEqual([]);
  });

  it('needs no lines', () => {
    const bare = new MixReleaseError('engine-unreachable', { what: 'no engine answers', next: 'Start it.' });
    expect(explain(bare, false)).toBe('error (engine-unreachable): no engine answers\n  Start it.\n');
  });
});

/** What is printed while a reporter is told things. */
function printedBy(verbose: boolean, tell: (reporter: Reporter) => void): string {
  let text = '';
  const out = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString();
      done();
    },
  });
  tell(terminalReporter(out, verbose));
  return text;
}

function someBuild(reporter: Reporter): void {
  reporter.stageStarted('deps');
  reporter.line('* Getting jason');
  reporter.note('something to know');
  reporter.stageEnded('deps', 1.26, '');
  reporter.stageStarted('release');
  reporter.stageEnded('release', 61, 'web 0.1.0');
  reporter.stageStarted('publish');
  reporter.stageEnded('publish', 0.04, undefined);
}

/** Lines with each run of spaces as one, but for those at the beginning. */
function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.replaceAll(/(?<=\S) +/g, ' '));
}

describe('terminalReporter', () => {
  const brief = ['  something to know', 'deps 1.3 s', 'release 61.0 s web 0.1.0', 'publish 0.0 s failed'];

  it('prints one line a stage, and notes', () => {
    expect(linesOf(printedBy(false, someBuild))).toEqual([...brief, '']);
  });

  it('prints the output of the commands, too, when asked', () => {
    const lines = linesOf(printedBy(true, someBuild).trimEnd());
    expect(lines).toEqual(expect.arrayContaining([...brief, '  | * Getting jason']));
    expect(lines).toHaveLength(brief.length + 4);
  });

  it('names the target of a stage that runs for one of several', () => {
    const lines = printedBy(true, (reporter) => {
      reporter.stageStarted('audit', 'aarch64-unknown-linux-gnu');
      reporter.stageEnded('audit', 0.26, '22 files', 'aarch64-unknown-linux-gnu');
      reporter.stageSkipped('smoke', 'smoke-test is off', 'aarch64-unknown-linux-gnu');
    });
    expect(linesOf(lines)).toEqual([
      'aarch64-unknown-linux-gnu: audit ...',
      'audit 0.3 s aarch64-unknown-linux-gnu: 22 files',
      'smoke - aarch64-unknown-linux-gnu: skipped: smoke-test is off',
      '',
    ]);
  });

  it('has the times of all stages, short and long, in one column', () => {
    const times = [0, 9.95, 61, 3601.5];
    const lines = printedBy(false, (reporter) => {
      for (const { name } of BUILD.stages) for (const seconds of times) reporter.stageEnded(name, seconds, 'done');
    });
    const columns = lines
      .trimEnd()
      .split('\n')
      .map((line) => line.indexOf(' s  done'));
    expect(columns).toHaveLength(BUILD.stages.length * times.length);
    expect(new Set(columns).size).toBe(1);
    expect(columns[0]).toBeGreaterThan(0);
  });
});
