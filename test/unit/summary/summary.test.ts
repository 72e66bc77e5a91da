import { describe, expect, it } from '@jest/globals';
import { MixReleaseError } from '../../../src/errors.js';
import { escapeLabel, escapeLine, escapeLines } from '../../../src/summary/escape.js';
import { reportHtml } from '../../../src/summary/html.js';
import { troubleshootingLink } from '../../../src/summary/link.js';
import { summaryMarkdown } from '../../../src/summary/markdown.js';
import type { BuiltRelease } from '../../../src/pipeline/result.js';
import { pageOf, type Page } from '../../../src/summary/page.js';
import { largest, sizesOf, type Size } from '../../../src/summary/sizes.js';
import { directoryWith } from '../support/files.js';
import { outcomeWith } from '../support/outcome.js';
import { AUDIT, releaseWith } from '../support/release.js';

const SIZES: readonly Size[] = [
  { name: 'erts 15.2.7', bytes: 5_000_000 },
  { name: 'web 1.2.3', bytes: 2_500_000 },
  { name: 'releases', bytes: 10 },
];
const HOSTILE =
  '</td></table>\n\n```\n# <script>alert(1)</script> @team "x" [a](http://evil.example) \u001b[31m\u202ered';

/** A page on releases that were built, each with these sizes. */
function pageWith(releases: readonly BuiltRelease[], sizes: readonly Size[]): Page {
  const { summaries } = outcomeWith(releases);
  return pageOf({
    releases: releases.map((release, at) => ({ release, parts: summaries[at] ?? [], sizes })),
    error: undefined,
    link: undefined,
  });
}

const good = pageWith([releaseWith()], SIZES);
const failed = pageOf({
  releases: [],
  error: new MixReleaseError('compile-failed', {
    what: 'mix compile failed with exit status 1',
    next: 'Read the error.',
    output: ['first', '', `** ${HOSTILE}`],
  }),
  link: 'https://github.com/o/r/blob/v1/docs/troubleshooting.md#compile-failed',
});
const hostileRelease = releaseWith({
  name: HOSTILE,
  version: HOSTILE,
  image: HOSTILE,
  audit: {
    ...AUDIT,
    floor: { glibc: HOSTILE },
    requirements: { ...AUDIT.requirements, libraries: [HOSTILE], debian: [HOSTILE] },
    findings: [{ code: HOSTILE, severity: 'warning', file: HOSTILE, message: HOSTILE, next: HOSTILE }],
    files: AUDIT.files.map((file) => ({ ...file, path: HOSTILE, needed: [HOSTILE] })),
  },
});
const hostile = pageWith([hostileRelease, hostileRelease], [{ name: HOSTILE, bytes: 1 }]);

/** The values of the first table, by their names. */
function rowsOf(text: string): Readonly<Record<string, string>> {
  const rows = text.slice(0, text.indexOf('</table>')).matchAll(/<th[^>]*>([^<]*)<\/th><td>([^<]*)<\/td>/g);
  return Object.fromEntries([...rows].map(([, name = '', value = '']) => [name, value]));
}

describe('the summary and the report', () => {
  it.each([
    ['summary', summaryMarkdown(good)],
    ['report', reportHtml(good)],
  ])('say the same of a release: %s', (_, text) => {
    expect(rowsOf(text)).toEqual({
      Release: 'web 1.2.3',
      Target: 'x86_64-unknown-linux-gnu',
      'Erlang runtime': '15.2.7',
      OTP: '27.3.4.1',
      Elixir: '1.18.3',
      Image: 'hexpm/elixir:1.18.3',
      'Image digest': `sha256:${'cd'.repeat(32)}`,
      'C library of the builder': 'glibc 2.41',
      Size: '12.3 MB',
      'Unpacked size': '7.5 MB',
      SBOM: '12 components',
      'SHA-256': 'ab'.repeat(32),
      Audit: 'pass, errors: 0, warnings: 0',
      'glibc floor': '2.34',
      'Runtime libraries': 'libcrypto.so.3 libtinfo.so.6',
      'Runtime packages': 'Debian: libssl3 libtinfo6; Ubuntu: libssl3 libtinfo6; RHEL: ncurses-libs openssl-libs',
    });
    expect(text).toContain('<details><summary>ABI details (1)</summary>');
    expect(text).toContain('nif, x86_64, glibc, needs glibc 2.34, libc.so.6');
  });

  it('have no rows of an audit where there was none', () => {
    const release = releaseWith({ audit: null, auditReport: null });
    const text = summaryMarkdown(pageWith([release], []));
    expect(Object.keys(rowsOf(text))).not.toContain('Audit');
    expect(text).not.toContain('<details>');
  });

  it('draw sizes and times, in mermaid', () => {
    const text = summaryMarkdown(good);
    expect(text).toContain(
      '```mermaid\npie showData title Size by application, in MB\n    "erts 15.2.7" : 5.00\n    "web 1.2.3" : 2.50\n    "releases" : 0.01\n```',
    );
    expect(text).toContain(
      '    plan 0.3 s :0, 250ms\n    compile 4.0 s :250, 4000ms\n    release 1.5 s :4250, 1500ms\n```',
    );
  });

  it.each([
    ['summary', summaryMarkdown(failed)],
    ['report', reportHtml(failed)],
  ])('say how a run failed, with the last lines: %s', (_, text) => {
    expect(text).toContain('Failed: compile-failed');
    expect(text).toContain('<p><b>mix compile failed with exit status 1</b></p>\n');
    expect(text).toMatch(
      /<a href="https:\/\/github\.com\/o\/r\/blob\/v1\/docs\/troubleshooting\.md&#35;compile-failed">/,
    );
    expect(text).toContain('<pre>first\n\n** &lt;/td&gt;');
  });

  it('tell a run with warnings from one without', () => {
    expect([good.verdict, hostile.verdict, failed.verdict]).toEqual(['pass', 'warnings', 'fail']);
  });

  it('have a heading for each of several releases', () => {
    expect(summaryMarkdown(hostile).match(/<h3>/g)).toHaveLength(2);
    expect(summaryMarkdown(good)).not.toContain('<h3>');
  });
});

describe('what comes from a project', () => {
  const plain = (page: typeof good): string => summaryMarkdown(page).replaceAll(/<pre>[^]*?<\/pre>/g, '');

  it.each([
    ['summary', summaryMarkdown(hostile) + summaryMarkdown(failed)],
    ['report', reportHtml(hostile) + reportHtml(failed)],
  ])('is no markup: %s', (_, text) => {
    const tags = new Set([...text.matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag));
    expect(tags.has('script')).toBe(false);
    expect(text).not.toContain('@team');
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u001b\u202e]/);
    expect(text.match(/<table>/g)?.length).toBe(text.match(/<\/table>/g)?.length);
  });

  it('ends neither a fence nor a block of HTML', () => {
    const fences = plain(hostile).match(/^.*```.*$/gm) ?? [];
    expect(fences.length % 2).toBe(0);
    expect(new Set(fences)).toEqual(new Set(['```mermaid', '```']));
    for (const [table] of plain(hostile).matchAll(/<table>[^]*?<\/table>/g)) expect(table).not.toMatch(/\n\s*\n/);
  });

  it('keeps the words', () => {
    expect(escapeLine('a <b> & "c"\n\nd')).toBe('a &lt;b&gt; &amp; &quot;c&quot; d');
    expect(escapeLines('a\n\n\u001b[1mb\u001b[0m\tü')).toBe('a\n\nb\tü');
    expect(escapeLabel('grün_1 "x" : 3')).toBe('grün_1 _x_ _ 3');
    expect(escapeLabel('')).toBe('_');
  });
});

describe('sizesOf', () => {
  it('adds up applications, the runtime and releases, the largest first', async () => {
    const root = await directoryWith({
      'lib/web-1.2.3/ebin/a.beam': 'x'.repeat(100),
      'lib/web-1.2.3/priv/deep/b': 'x'.repeat(50),
      'lib/crypto-5.5.3/c': 'x'.repeat(40),
      'erts-15.2.7/bin/beam.smp': 'x'.repeat(300),
      'releases/1.2.3/start.boot': 'x'.repeat(7),
      'bin/web': 'x'.repeat(6),
      'extra.txt': 'x',
    });
    expect(await sizesOf(root)).toEqual([
      { name: 'erts 15.2.7', bytes: 300 },
      { name: 'web 1.2.3', bytes: 150 },
      { name: 'crypto 5.5.3', bytes: 40 },
      { name: 'other', bytes: 7 },
      { name: 'releases', bytes: 7 },
    ]);
  });
});

describe('largest', () => {
  it('adds up what is left out', () => {
    expect(largest(SIZES, 3)).toEqual(SIZES);
    expect(largest(SIZES, 2)).toEqual([SIZES[0], { name: '2 smaller ones', bytes: 2_500_010 }]);
  });
});

describe('troubleshootingLink', () => {
  it('leads to the entry of the version that runs, and nowhere for a local action', () => {
    const env = { GITHUB_SERVER_URL: 'https://git.example', GITHUB_ACTION_REPOSITORY: 'o/r', GITHUB_ACTION_REF: 'v1' };
    expect(troubleshootingLink('internal', env)).toBe(
      'https://git.example/o/r/blob/v1/docs/troubleshooting.md#internal',
    );
    expect(troubleshootingLink('internal', { ...env, GITHUB_ACTION_REPOSITORY: '' })).toBeUndefined();
  });
});
