import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((page) => /^(?:[A-Z]+|docs\/.*|examples\/.*)\.md$/.test(page) && existsSync(path.join(root, page)));

/** The text of a page without what is code: fenced blocks, and words between backticks. */
function proseOf(page: string): string {
  const text = readFileSync(path.join(root, page), 'utf8');
  return text.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/`[^`\n]+`/g, '');
}

/** The anchors that GitHub gives the headings of a page: a second heading of the same words ends in `-1`, and so on. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = readFileSync(path.join(root, page), 'utf8').replaceAll(/^```[^]*?^```$/gm, '');
  const seen = new Map<string, number>();
  return new Set(
    [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
      const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
      const anchor = words
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-');
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return times === 0 ? anchor : `${anchor}-${String(times)}`;
    }),
  );
}

/** Links within the repository: the page that has one, and what it leads to. */
const links = pages.flatMap((page) =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, to = '']) => to)
    .filter((to) => !/^(?:https?|mailto):/.test(to))
    .map((to) => [page, to] as const),
);

describe('links of the pages', () => {
  it('are found', () => {
    expect(links.length).toBeGreaterThan(300);
  });

  it('lead to files that there are, and to headings in them', () => {
    const broken = links.filter(([page, to]) => {
      const [file = '', anchor] = to.split('#');
      const target = file === '' ? page : path.normalize(path.join(path.dirname(page), file));
      if (!existsSync(path.join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(target).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('need the exact anchor', () => {
    const anchors = anchorsOf('docs/options.md');
    expect(anchors).toContain('elixir-version');
    expect(anchors).not.toContain('elixir-versions');
  });
});
