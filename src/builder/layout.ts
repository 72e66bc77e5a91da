/**
 * Paths in the builder. They are fixed, so that builds from any checkout give the same bytes. The state volume is mounted
 * at the root: it keeps everything below.
 */
export const BUILD_ROOT = '/build';
/** The checkout, as it lies on a developer's machine. */
export const SOURCES = `${BUILD_ROOT}/src`;
/** Package caches of Hex and rebar3. */
export const STATE = `${BUILD_ROOT}/state`;
export const HOME = `${BUILD_ROOT}/home`;
/** What we know of the checkout. It belongs to root, so that code of the project cannot change it. */
export const RECORD = `${BUILD_ROOT}/record`;
