import type { LabelFilter } from '../engine.js';

/** What the engine takes as `filters` for labels; nothing for no labels. */
export function labelFilter(labels: LabelFilter): { readonly label?: string[] } {
  const label = Object.entries(labels).map(([name, value]) => (value === true ? name : `${name}=${value}`));
  return label.length > 0 ? { label } : {};
}

/** Whether a thing has all of the labels: of several, Podman gives what has any. */
export function hasLabels(labels: Readonly<Record<string, string>>, wanted: LabelFilter): boolean {
  return Object.entries(wanted).every(([name, value]) =>
    value === true ? labels[name] !== undefined : labels[name] === value,
  );
}
