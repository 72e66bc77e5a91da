import { atomsOf } from './condition.js';
import { findControl } from './control.js';
import { callAt, textsOf, type Reading, type Scope } from './scope.js';
import { isGroup, isOperator, isWord, splitAt, type Node } from './tree.js';

/** What `System.fetch_env!("X")` reads. */
export function fetched(nodes: readonly Node[], scope: Scope): Reading | undefined {
  const call = callAt(nodes, 0);
  if (call?.name !== 'System.fetch_env!' || call.length !== nodes.length) return undefined;
  const [variable] = textsOf(call.args[0] ?? [], scope);
  return variable === undefined ? undefined : { variable, otherwise: undefined, isPair: false };
}

/** The operands of `||`, where that is not inside a choice; a choice that is an operand ends the list. */
export function splitOutside(nodes: readonly Node[]): readonly (readonly Node[])[] {
  const found = findControl(nodes);
  if (!found) return splitAt(nodes, isOr);
  if (!isOr(found.before.at(-1) ?? { kind: 'newline', line: 0 })) return [nodes];
  const whole = nodes.slice(found.before.length);
  return [...splitAt(found.before.slice(0, -1), isOr), whole];
}

const isOr = (node: Node): boolean => isOperator(node, '||') || isWord(node, 'or');

/** A pattern that everything fits. */
export function isAnything(pattern: readonly Node[]): boolean {
  return pattern.length === 1 && pattern[0]?.kind === 'word' && !isWord(pattern[0], 'nil', 'true', 'false');
}

/** A pattern for what is not set. */
export function isNothing(pattern: readonly Node[], isPair: boolean): boolean {
  if (isPair) return atomsOf(pattern).includes('error');
  const when = pattern.findIndex((node) => isWord(node, 'when'));
  const nodes = when < 0 ? pattern : pattern.slice(when);
  const inside = nodes.flatMap((node) => (isGroup(node, '[') ? (node.sections[0]?.body ?? []) : [node]));
  return inside.some((node) => isWord(node, 'nil', 'is_nil'));
}
