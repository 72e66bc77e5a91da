import { docker } from './engine.js';
import type { Registry } from './registry.js';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';

/**
 * Puts images of the engine into a registry as one image of several platforms.
 *
 * @param images - references in the engine
 * @param name - `repository:tag` in the registry
 * @returns digests of the manifests, by platform (`linux/arm64`)
 */
export async function pushIndex(
  registry: Registry,
  images: readonly string[],
  name: string,
): Promise<ReadonlyMap<string, string>> {
  const colon = name.lastIndexOf(':');
  const url = (reference: string): string =>
    `http://${registry.host}/v2/${name.slice(0, colon)}/manifests/${reference}`;
  const digests = new Map<string, string>();
  const manifests = [];
  for (const image of images) {
    const { Os: os, Architecture: architecture } = await docker.getImage(image).inspect();
    const tag = `${name.slice(colon + 1)}-${architecture}`;
    await registry.push(image, `${name.slice(0, colon)}:${tag}`);
    const answer = await fetch(url(tag), { headers: { accept: MANIFEST } });
    const digest = answer.headers.get('docker-content-digest') ?? '';
    const size = (await answer.arrayBuffer()).byteLength;
    manifests.push({ mediaType: MANIFEST, digest, size, platform: { os, architecture } });
    digests.set(`${os}/${architecture}`, digest);
  }
  const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests });
  const put = await fetch(url(name.slice(colon + 1)), { method: 'PUT', headers: { 'content-type': INDEX }, body });
  if (!put.ok) throw new Error(`the registry refused the index ${name}: ${String(put.status)} ${await put.text()}`);
  return digests;
}
