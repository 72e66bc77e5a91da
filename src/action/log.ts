import * as core from '@actions/core';
import { inert } from '../inert.js';

// The one door to a workflow's log: nothing else in this program prints by `@actions/core`, which ESLint checks. A text
// that is ours may hold one that is not, such as the name of a file.

export function logInfo(text: string): void {
  core.info(inert(text));
}

export function logWarning(text: string, place?: core.AnnotationProperties): void {
  core.warning(inert(text), place);
}

export function logError(text: string, place?: core.AnnotationProperties): void {
  core.error(inert(text), place);
}

/** The error of a step that fails with it. */
export function logFailure(text: string): void {
  core.setFailed(inert(text));
}

export function startGroup(name: string): void {
  core.startGroup(inert(name));
}

export function endGroup(): void {
  core.endGroup();
}
