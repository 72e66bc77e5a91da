/** Paths in the builder. They are fixed, so that builds from any checkout give the same bytes. */
const ROOT = '/build';
export const SOURCES = `${ROOT}/src`;
/** Where the state volume is mounted: dependencies, compiled code, package caches. */
export const STATE = `${ROOT}/state`;
export const HOME = `${ROOT}/home`;
