/** Where things are inside the container. The places are fixed, so that builds from any checkout give the same bytes. */
const ROOT = '/build';
export const SOURCES = `${ROOT}/src`;
/** Kept on a volume between builds: dependencies, compiled code, package caches. */
export const STATE = `${ROOT}/state`;
export const HOME = `${ROOT}/home`;
