// How generated text is put together, in Markdown and in YAML.

export const code = (text) => `\`${text}\``;

/** A table in Markdown. */
export function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}

/** A text as a scalar of YAML, on one line. */
export const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

/** Lines with spaces before each. */
export const indented = (lines, spaces) => lines.map((line) => `${' '.repeat(spaces)}${line}`);

/**
 * A text with other lines between the two that say `generated: NAME` and `end of generated NAME`, which stay.
 *
 * @throws where there are no such two lines
 */
export function withPart(text, name, body) {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.includes(`generated: ${name},`));
  const end = lines.findIndex((line) => line.includes(`end of generated ${name}`));
  if (start === -1 || end < start) {
    throw new Error(`it has no lines 'generated: ${name}, …' and 'end of generated ${name}'`);
  }
  return [...lines.slice(0, start + 1), ...body, ...lines.slice(end)].join('\n');
}
