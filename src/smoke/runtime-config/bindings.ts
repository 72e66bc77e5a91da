import { captured, elementsOf, helperOf, parametersOf } from './helpers.js';
import { fetched, splitOutside } from './patterns.js';
import { isEnvironment, isNil, readingOf, textsOf, type Parameter, type Scope } from './scope.js';
import { argumentsOf, isGroup, type Node } from './tree.js';

/**
 * Notes what a name stands for from here on.
 *
 * @param given - variables that are set
 * @param from - where the value is read; the same scope unless given
 */
export function bind(
  name: string,
  value: readonly Node[],
  scope: Scope,
  given: ReadonlyMap<string, string | undefined>,
  from = scope,
): void {
  const [first = []] = splitOutside(value);
  const reading = readingOf(first, from) ?? fetched(first, from);
  // Where something else may be taken, it has the variable's value only if that is set.
  const isValue = first.length === value.length || (reading !== undefined && given.has(reading.variable));
  if (isValue && reading?.otherwise === undefined && reading?.isPair === false)
    scope.variables.set(name, reading.variable);
  else scope.variables.delete(name);
  const [texts, elements] = [textsOf(value, from), elementsOf(value, from)];
  const helper = helperOf(value) ?? captured(value);
  setOrDelete(scope.texts, name, texts.length > 0 ? texts : undefined);
  setOrDelete(scope.lists, name, elements.length > 0 ? value : undefined);
  setOrDelete(scope.helpers, name, helper && [helper]);
  for (const [names, is] of [
    [scope.nothing, isNil(value, from)],
    [scope.environments, isEnvironment(value, from)],
  ] as const) {
    if (is) names.add(name);
    else names.delete(name);
  }
}

/** The values that a list has, as far as they are known. */
export function valuesOf(list: readonly Node[], scope: Scope): readonly (readonly Node[])[] {
  const elements = elementsOf(list, scope);
  if (elements.length > 0) return elements;
  const line = list[0]?.line ?? 0;
  return textsOf(list, scope).map((text) => [{ kind: 'string', text, words: undefined, inner: [], pieces: [], line }]);
}

/** Notes what a parameter of a function stands for; without a value, its default. */
export function bindParameter(
  parameter: Parameter | undefined,
  value: readonly Node[] | undefined,
  to: Scope,
  given: ReadonlyMap<string, string | undefined>,
  from: Scope,
): void {
  if (!parameter) return;
  if ('name' in parameter) {
    bind(parameter.name, value ?? parameter.otherwise ?? [], to, given, from);
    return;
  }
  const [tuple] = value ?? [];
  const values = isGroup(tuple, '{') ? argumentsOf(tuple) : [];
  parameter.pair.forEach((pattern, at) => {
    const [named] = parametersOf(pattern);
    bindParameter(named, values[at], to, given, from);
  });
}

function setOrDelete<T>(map: Map<string, T>, name: string, value: T | undefined): void {
  if (value === undefined) map.delete(name);
  else map.set(name, value);
}
