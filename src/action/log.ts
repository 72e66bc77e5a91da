import * as core from '@actions/core';
import { inert } from '../inert.js';

// Only this module prints with `@actions/core`, which ESLint checks. Every text is escaped, because our messages may
// contain untrusted text, such as the name of a file.

export function logInfo(text: string): void {
  core.info(inert(text));
}

export function logWarning(text: string, properties?: core.AnnotationProperties): void {
  core.warning(inert(text), properties);
}

export function logError(text: string, properties?: core.AnnotationProperties): void {
  core.error(inert(text), properties);
}

/** Prints an error and marks the step as failed. */
export function logFailure(text: string): void {
  core.setFailed(inert(text));
}

export function startGroup(name: string): void {
  core.startGroup(inert(name));
}

export function endGroup(): void {
  core.endGroup();
}
