import type { Rule } from '../rule.js';

/** Errors in a log that do not end a release, and still are something that is missing in it. */
export const LOGGED: readonly Rule[] = [
  {
    name: 'static-manifest',
    find: /[Cc]ould not find static manifest at "?([^"\s]+)/,
    explain: ([, subject = '']) => ({
      subject,
      why: 'the release has no digested assets, so its pages will lack their styles and scripts',
      next: 'Run `mix assets.deploy` in before-release.',
    }),
  },
];
