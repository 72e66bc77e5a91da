/** For sessions of tests that start no further container. */
export function noneBeside(): Promise<never> {
  return Promise.reject(new Error('no container is started beside this one'));
}
