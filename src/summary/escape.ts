// Names, versions, paths and output come from a project: none of them may become markup, in a browser or on GitHub.

/** Escape sequences of terminals: colours, cursor movements, titles and links. */
// eslint-disable-next-line no-control-regex
const TERMINAL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
/** Characters that move or hide text: controls, and marks that change the writing direction. */
// eslint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // Harmless in HTML, but GitHub's Markdown could still turn them into a mention, a link or code.
  '`': '&#96;',
  '@': '&#64;',
  '#': '&#35;',
};

/** One line of text, as HTML, in an element or in a quoted attribute; also where that HTML stands in Markdown. */
export function escapeLine(text: string): string {
  return escapeLines(text).replaceAll(/\s+/g, ' ').trim();
}

/** The same with its line ends, for `<pre>`. */
export function escapeLines(text: string): string {
  return text
    .replaceAll(TERMINAL, '')
    .replaceAll(INVISIBLE, '')
    .replaceAll(/[&<>"'`@#]/g, (character) => ENTITIES[character] ?? '');
}

/**
 * A label in the quotes of a mermaid chart: letters, digits and harmless punctuation; every other character becomes
 * `_`.
 */
export function escapeLabel(text: string): string {
  return (
    text
      .replaceAll(TERMINAL, '')
      .replaceAll(/[^\p{L}\p{N} _.+-]+/gu, '_')
      .slice(0, 60)
      .trim() || '_'
  );
}
