const tails = new WeakMap<object, Map<string, Promise<unknown>>>();

/**
 * Waits for a name that one holder at a time has in a place, such as a node's in a host; it is free again at the end of
 * the scope.
 */
export async function lock(place: object, name: string): Promise<Disposable> {
  const names = tails.get(place) ?? new Map<string, Promise<unknown>>();
  tails.set(place, names);
  const before = names.get(name);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  names.set(name, promise);
  await before;
  return { [Symbol.dispose]: () => resolve(undefined) };
}
