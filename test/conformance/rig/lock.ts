const tails = new Map<string, Promise<unknown>>();

/** Waits for a name that one holder at a time has, such as a node's; it is free again at the end of the scope. */
export async function lock(name: string): Promise<Disposable> {
  const before = tails.get(name);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  tails.set(name, promise);
  await before;
  return { [Symbol.dispose]: () => resolve(undefined) };
}
