/** `NAME-VERSION-TRIPLE`, safe as a file name and as the name of a workflow artifact. */
export function packageName(release: { readonly name: string; readonly version: string }, triple: string): string {
  return [release.name, release.version, triple].join('-').replaceAll(/[^A-Za-z0-9._+-]/g, '_');
}
