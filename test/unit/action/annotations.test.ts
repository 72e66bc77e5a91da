import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { annotate, annotateFailure } from '../../../src/action/annotations.js';
import { printLast, workflowReporter } from '../../../src/action/reporter.js';
import type { Diagnostic, Severity } from '../../../src/diagnostics/diagnostic.js';
import { MixReleaseError } from '../../../src/errors.js';

/** What a runner takes a line for a command by: it trims the line, and looks for the older form everywhere in it. */
const COMMAND = /^[\s\u0085]*::|##\[/;

let printed: string[];
beforeEach(() => {
  printed = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(...String(text).split('\n').filter(Boolean));
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

const some = (count: number, severity: Severity): readonly Diagnostic[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ severity, file: `lib/${severity}.ex`, line: at + 1, column: 0, message: 'oh' },
  }));

describe('annotate', () => {
  it('gives file, line and column, and escapes what a project may have in a name', () => {
    annotate([{ severity: 'warning', file: 'lib/a,b::c.ex', line: 3, column: 7, message: 'one\n::error::two' }], false);
    expect(printed).toEqual(['::warning file=lib/a%2Cb%3A%3Ac.ex,line=3,col=7::one%0A: :error::two']);
  });

  it('leaves out a line that is not known', () => {
    annotate([{ severity: 'error', file: 'lib/a.ex', line: 0, column: 0, message: 'oh' }], false);
    expect(printed).toEqual(['::error file=lib/a.ex::oh']);
  });

  it('shows ten, and counts the rest', () => {
    annotate([...some(4, 'error'), ...some(8, 'warning')], false);
    expect(printed.filter((line) => line.startsWith('::'))).toHaveLength(10);
    expect(printed.at(-1)).toBe('not annotated: 2 warnings, see the stage compile');
  });

  it('leaves room for the error of the run', () => {
    annotate([...some(10, 'error'), ...some(2, 'warning')], true);
    expect(printed.filter((line) => line.startsWith('::error'))).toHaveLength(9);
    expect(printed.at(-1)).toBe('not annotated: 1 error, 2 warnings, see the stage compile');
  });
});

describe('annotateFailure', () => {
  const error = new MixReleaseError('deps-failed', { what: 'mix deps.get failed', next: 'Read what Mix printed.' });
  it('says what happened, the code, what to do next, and links to the entry of the code in this version', () => {
    annotateFailure(error, {
      ...{ GITHUB_SERVER_URL: 'https://git.example', GITHUB_ACTION_REPOSITORY: 'octo/mix', GITHUB_ACTION_REF: 'v1' },
    });
    expect(printed).toEqual([
      '::error::mix deps.get failed (deps-failed)%0ARead what Mix printed.%0A' +
        'See https://git.example/octo/mix/blob/v1/docs/troubleshooting.md#deps-failed',
    ]);
  });

  it('names the page where the action lies in the checkout', () => {
    annotateFailure(error, { GITHUB_SERVER_URL: 'https://git.example', GITHUB_ACTION_REPOSITORY: '' });
    expect(printed[0]).toMatch(/%0ASee docs\/troubleshooting\.md#deps-failed of mix-release-action\.$/);
  });
});

describe('workflowReporter', () => {
  const shown = (): readonly string[] => printed.filter((line) => line.startsWith('line'));

  it('shows no output of a stage that goes well', () => {
    const reporter = workflowReporter({ verbose: false });
    reporter.stageStarted('compile');
    reporter.line('line 1');
    reporter.stageEnded('compile', 1.24, 'done');
    expect(printed).toEqual(['::group::compile', '::endgroup::', 'compile: 1.2 s done']);
  });

  it('names the target of a stage that runs for one of several', () => {
    const reporter = workflowReporter({ verbose: false });
    reporter.stageStarted('audit', 'x86_64-unknown-linux-musl');
    reporter.stageEnded('audit', 1, '22 files', 'x86_64-unknown-linux-musl');
    reporter.stageSkipped('smoke', 'smoke-test is off', 'x86_64-unknown-linux-musl');
    expect(printed).toEqual([
      ...['::group::audit (x86_64-unknown-linux-musl)', '::endgroup::'],
      'audit (x86_64-unknown-linux-musl): 1.0 s 22 files',
      'smoke (x86_64-unknown-linux-musl): skipped, smoke-test is off',
    ]);
  });

  it('shows it as it comes with RUNNER_DEBUG', () => {
    const reporter = workflowReporter({ verbose: true });
    reporter.stageStarted('compile');
    reporter.line('line 1');
    expect(shown()).toEqual(['line 1']);
  });

  it('shows it in the group of a stage that fails, and takes no commands from it', () => {
    const reporter = workflowReporter({ verbose: false });
    reporter.stageStarted('compile');
    reporter.line('::error::not ours');
    reporter.stageEnded('compile', 1, undefined);
    const token = /^::stop-commands::(.+)$/.exec(printed[1] ?? '')?.[1] ?? 'none';
    expect(printed.slice(2)).toEqual([': :error::not ours', `::${token}::`, '::endgroup::', 'compile: 1.0 s failed']);
  });

  it.each(['\r::error::x', '::error::x', ' \u0085\u00a0\ufeff::error::x', 'a file ##[error]x', 'one\n##[group]two'])(
    'takes no command from %j in a note, an outcome or a line, in a group or out of it',
    (text) => {
      for (const verbose of [true, false]) {
        const reporter = workflowReporter({ verbose });
        reporter.note(text);
        reporter.stageStarted('smoke');
        reporter.line(text);
        reporter.note(text);
        reporter.warn(text);
        reporter.stageEnded('smoke', 1, text);
        reporter.stageSkipped('cache', text);
        reporter.stageStarted('audit');
        reporter.line(text);
        reporter.stageEnded('audit', 1, undefined);
      }
      printLast([text]);
      annotateFailure(new MixReleaseError('smoke-failed', { what: text, next: text }), {});
      annotate([{ severity: 'error', file: 'a.ex', line: 1, column: 0, message: text }], false);
      const ours = /^::(stop-commands|group|endgroup|error|warning|[0-9a-f-]{36})(?: |::)/;
      const commands = printed.flatMap((line) => line.split(/[\r\n]/)).filter((line) => COMMAND.test(line));
      const theirs = commands.filter((line) => !ours.test(line) || line.includes('##[') || line === '::error::x');
      expect(theirs).toEqual([]);
    },
  );

  it('shows it when a stage takes longer than a minute, from its beginning and as it comes', () => {
    let now = 0;
    const reporter = workflowReporter({ verbose: false, clock: () => now });
    reporter.stageStarted('compile');
    reporter.line('line 1');
    now = 61_000;
    reporter.line('line 2');
    expect(shown()).toEqual(['line 1', 'line 2']);
  });

  it('holds back no more than the last 2000 lines, and says how many came before', () => {
    const reporter = workflowReporter({ verbose: false });
    reporter.stageStarted('compile');
    for (let at = 1; at <= 2003; at += 1) reporter.line(`line ${String(at)}`);
    reporter.stageEnded('compile', 1, undefined);
    expect([shown().length, shown()[0], printed[1]]).toEqual([
      ...[2000, 'line 4', '3 lines before these are shown with RUNNER_DEBUG=1'],
    ]);
  });
});
