import { createHash } from 'node:crypto';
import {
  ComponentScope,
  ComponentType,
  ExternalReferenceType,
  HashAlgorithm,
  LifecyclePhase,
} from '@cyclonedx/cyclonedx-library/Enums';
import {
  Bom,
  Component,
  ComponentRepository,
  ExternalReference,
  ExternalReferenceRepository,
  HashDictionary,
  LifecycleRepository,
  Metadata,
  Property,
  PropertyRepository,
  Tools,
} from '@cyclonedx/cyclonedx-library/Models';
import { JSON as Json, JsonSerializer } from '@cyclonedx/cyclonedx-library/Serialize';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Inventory, Item, Link } from './item.js';
import { licencesOf } from './licences.js';

const TYPES: Readonly<Record<Item['type'], ComponentType>> = {
  application: ComponentType.Application,
  library: ComponentType.Library,
  // Scanners leave out what is a platform.
  framework: ComponentType.Framework,
  file: ComponentType.File,
};

const LINKS: Readonly<Record<Link['type'], ExternalReferenceType>> = {
  vcs: ExternalReferenceType.VCS,
  website: ExternalReferenceType.Website,
  documentation: ExternalReferenceType.Documentation,
  'release-notes': ExternalReferenceType.ReleaseNotes,
  'issue-tracker': ExternalReferenceType.IssueTracker,
  distribution: ExternalReferenceType.Distribution,
  other: ExternalReferenceType.Other,
};

/** Locks are written by hand, too: what is none is left out. */
const SHA256 = /^[0-9a-f]{64}$/;

/** In front of the names of all properties that are ours. */
const PREFIX = 'mix-release:';

/**
 * An inventory as CycloneDX 1.6 in JSON. The same inventory and date give the same bytes: nothing in it is by chance,
 * and all lists keep their order.
 *
 * @param date - of the sources
 */
export function bomText(inventory: Inventory, date: Date): string {
  const bom = bomOf(inventory, date);
  const serializer = new JsonSerializer(new Json.Normalize.Factory(Spec1dot6));
  // The library's own order follows the locale.
  const text = (): string => serializer.serialize(bom, { sortLists: false, space: 2 });
  bom.serialNumber = serialNumberOf(text());
  return `${text()}\n`;
}

function bomOf({ release, items }: Inventory, date: Date): Bom {
  const byRef = new Map<string, Component>();
  const components = items.map((item) => componentOf(item, byRef));
  const root = componentOf(release, byRef);
  for (const item of [release, ...items]) {
    const dependencies = byRef.get(item.ref)?.dependencies;
    for (const ref of item.needs) {
      const needed = byRef.get(ref);
      if (needed) dependencies?.add(needed.bomRef);
    }
  }
  const { name, version } = packageJson;
  const tool = new Component(ComponentType.Application, name, { version });
  return new Bom({
    metadata: new Metadata({
      timestamp: date,
      lifecycles: new LifecycleRepository([LifecyclePhase.Build]),
      tools: new Tools({ components: new ComponentRepository([tool]) }),
      component: root,
    }),
    components: new ComponentRepository(components),
  });
}

/** @param byRef - every component that is made is added to it */
function componentOf(item: Item, byRef: Map<string, Component>): Component {
  const { ref, name, version, purl, cpe, outside, sha256, licenses = [], links = [], files = [] } = item;
  const component = new Component(TYPES[item.type], name, {
    bomRef: ref,
    version,
    purl,
    cpe,
    ...(outside && { scope: ComponentScope.Required }),
    hashes: new HashDictionary(SHA256.test(sha256 ?? '') ? [[HashAlgorithm['SHA-256'], sha256 ?? '']] : []),
    licenses: licencesOf(licenses),
    externalReferences: new ExternalReferenceRepository(
      links.map(({ type, url }) => new ExternalReference(url, LINKS[type])),
    ),
    properties: propertiesOf(item),
    components: new ComponentRepository(files.map((file) => componentOf(file, byRef))),
  });
  byRef.set(ref, component);
  return component;
}

function propertiesOf({ properties = {}, outside }: Item): PropertyRepository {
  const all = { ...properties, included: outside ? 'no' : undefined };
  const given = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  return new PropertyRepository(
    given.flatMap(([name, value]) => (value === undefined ? [] : [new Property(`${PREFIX}${name}`, value)])),
  );
}

/** A UUID of version 8, which others may choose the bits of, from the content. */
function serialNumberOf(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)];
  return `urn:uuid:${parts.join('-')}`;
}
