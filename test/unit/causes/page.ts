import { readFileSync } from 'node:fs';
import path from 'node:path';

const PAGE = readFileSync(path.join(import.meta.dirname, '../../../docs/troubleshooting.md'), 'utf8');
/** The section of docs/troubleshooting.md on likely causes. */
export const SECTION = PAGE.slice(PAGE.indexOf('## Likely causes'), PAGE.indexOf('## Publishing'));

/** What an entry has in bold, by the names of the rules that it is of. */
export function boldOf(name: string): readonly RegExp[] {
  const entries = SECTION.split(/^<!-- cause: /m).filter((entry) => entry.split(' -->')[0]?.split(' ').includes(name));
  const bold = entries.flatMap((entry) => [...entry.matchAll(/\*\*`([^`]+)`\.?\*\*/g)]);
  return bold.map(([, text = '']) => {
    const parts = text.split('…').map((part) => part.trim().replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`));
    return new RegExp(`^${parts.join('.*')}$`);
  });
}
