import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import type { Origin } from '../../../src/stages/sbom/origins.js';

/** A component, of what a test reads of it. */
export interface BomComponent {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly cpe?: string;
  readonly scope?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly {
    readonly license?: { readonly id?: string; readonly name?: string };
    readonly expression?: string;
  }[];
  readonly externalReferences?: readonly { readonly type: string; readonly url: string }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  readonly components?: readonly BomComponent[];
}

/** A list in CycloneDX, of what a test reads of it. */
export interface BomFile {
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp: string; readonly component: BomComponent };
  readonly components: readonly BomComponent[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** It compiles its schemas once. */
const VALIDATOR = new JsonStrictValidator(Version.v1dot6);

/**
 * A list that is read; fails where the official schema, with its formats, does not allow it, or where a reference is
 * there twice or leads nowhere.
 */
export async function validBom(text: string): Promise<BomFile> {
  const errors: unknown = await VALIDATOR.validate(text);
  if (errors !== null) throw new Error(`not valid: ${JSON.stringify(errors)}`);
  const bom = JSON.parse(text) as BomFile;
  const refs = [bom.metadata.component, ...bom.components].flatMap(refsOf);
  const doubled = refs.filter((ref, at) => refs.indexOf(ref) !== at);
  const lost = bom.dependencies.flatMap(({ dependsOn = [] }) => dependsOn.filter((ref) => !refs.includes(ref)));
  if (doubled.length + lost.length > 0) throw new Error(`doubled: ${doubled.join(' ')}; lost: ${lost.join(' ')}`);
  return bom;
}

function refsOf({ 'bom-ref': ref, components = [] }: BomComponent): readonly string[] {
  return [ref, ...components.flatMap(refsOf)];
}

/** The component with a name. */
export function componentOf({ metadata, components }: BomFile, name: string): BomComponent {
  const found = [metadata.component, ...components].find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${components.map((each) => each.name).join(' ')}`);
  return found;
}

/** Names of what a component needs. */
export function needsOf(bom: BomFile, name: string): readonly string[] {
  const { 'bom-ref': own } = componentOf(bom, name);
  const refs = bom.dependencies.find(({ ref }) => ref === own)?.dependsOn ?? [];
  return refs.map((ref) => bom.components.find((each) => each['bom-ref'] === ref)?.name ?? ref);
}

/** Our properties of a component, without the prefix. */
export function propertiesOf({ properties = [] }: BomComponent): Readonly<Record<string, string>> {
  return Object.fromEntries(properties.map(({ name, value }) => [name.replace('mix-release:', ''), value]));
}

/** Where an application comes from, with what its kind has besides. */
export function origin(app: string, kind: Origin['kind'], more: Partial<Origin> = {}): Origin {
  return { app, kind, path: null, licenses: [], links: [], locks: [], ...more };
}
