import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './sources.mjs';
import { code, table } from './text.mjs';

/** The base images that the tests build in: what a tag says, and the target. */
async function testedImages({ parseTag, findSystemRelease, TARGETS }) {
  const list = await readFile(path.join(root, 'test/rig/images/list'), 'utf8');
  const images = list.split('\n').filter((line) => /^\S+\/elixir\S*:/.test(line));
  return images.map((line) => {
    const [image] = line.split(/\s+/);
    const { elixir, otp, os, osRelease } = parseTag(image.slice(image.lastIndexOf(':') + 1));
    const system = findSystemRelease(os, osRelease);
    const machine = image.startsWith('hexpm/elixir-arm64:') ? 'aarch64' : 'x86_64';
    const target = TARGETS.find((each) => each.machine === machine && each.libc === system.libc);
    return { image, elixir, otp, system, target };
  });
}

/** How much of the conformance suite runs on an image: the first platform is tested in full. */
function conformanceOf(image, platforms) {
  const at = platforms.findIndex((platform) => platform.image === image);
  return at === 0 ? 'in full' : at > 0 ? 'its core' : 'no';
}

const newestFirst = (a, b) => b.elixir.localeCompare(a.elixir, 'en', { numeric: true });

/** docs/compatibility.md, from the base images of the tests and from the tables in src/. */
export async function compatibilityPage(sources) {
  const tested = (await testedImages(sources))
    .toSorted(newestFirst)
    .map(({ image, elixir, otp, system, target }) => [
      elixir,
      otp,
      code(`${system.os}:${system.release}`),
      `${system.libc} ${system.libcVersion}`,
      code(target.triple),
      conformanceOf(image, sources.PLATFORMS),
    ]);

  const supported = sources.ELIXIR_OTP.map(({ minor, otp, later }) => [
    `1.${minor}`,
    `${otp.min} to ${otp.max}${later ? `, and ${later.otp} from 1.${minor}.${later.patch} on` : ''}`,
  ]);

  return `# Compatibility

<!-- script/generate writes this page from test/rig/images/list, the platforms of test/conformance/ and src/versions/compat.ts. -->

## Tested combinations

Every change is tested with these combinations. A real engine builds real projects in each of them, and the releases run in a clean image of the same system. **Conformance** says how much of the conformance suite, which tests the features of \`mix release\` one by one, runs there.

${table(['Elixir', 'OTP', 'System', 'C library', 'Target', 'Conformance'], tested)}

Releases for aarch64 are assembled on x86_64, and run under emulation; those with glibc are built under emulation, too. Where no registry can be reached, the images are stand-ins of the same versions, made from the system's own packages: [rig.md](rig.md) says how.

## Compatible versions

A build with another pair is the error \`incompatible-versions\`. That a pair is in this table does not say that an image of it is published: \`mix-release plan\` looks.

${table(['Elixir', 'OTP'], supported)}

## Other requirements

- **Node.js** 24 or newer for the command line. In a workflow the runner brings it: version 2.327.1 or newer.
- **A container engine** that speaks the Docker API 1.41 or newer, as Docker has since 20.10.
- **The machine that runs the release**: a glibc at least as new as the release needs, or musl, and the libraries that it links to. \`mix-release audit\` and the report of every build say which: [audit.md](audit.md).
`;
}
