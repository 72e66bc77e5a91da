import { firstGroup, type Rule } from '../rule.js';

/** What only the steps of a Dockerfile print. */
export const IMAGES: readonly Rule[] = [
  {
    name: 'no-such-package',
    find: /E: Unable to locate package (\S+)|E: Package '([^']+)' has no installation candidate|^\s*(\S+) \(no such package\)|No match for argument: (\S+)|E: Version '[^']*' for '([^']+)' was not found/m,
    explain: (found) => ({
      subject: firstGroup(found),
      why: `the system of the image has no package ${firstGroup(found)}`,
      next: 'Look up its name for that system and release: names differ between Debian, Ubuntu and Alpine.',
    }),
  },
  {
    name: 'system-past-its-end',
    find: /The repository '([^']+)' (?:does not have|no longer has) a Release file|The repository '([^']+)' is no longer signed/,
    explain: (found) => ({
      subject: firstGroup(found),
      why: `the packages of that system have left the mirrors (${firstGroup(found)})`,
      next: 'Use a newer system (os, or glibc for the oldest one that will do), or an image that has what the build needs: dockerfile.',
    }),
  },
  {
    name: 'other-processor',
    find: /exec \S*\/sh: exec format error|standard_init_linux\.go:\d+: exec user process caused[^\n]*exec format error/i,
    explain: () => ({
      subject: '',
      why: "the image's programs are for another processor than the engine's",
      next: 'Use an image for the platform of the target, or set method: emulate.',
    }),
  },
  {
    name: 'not-in-context',
    find: /(?:COPY|ADD) failed: [^\n]*?(?:stat |")([^\s":]+)"?: (?:file )?(?:does not exist|no such file or directory|not found)|failed to compute cache key: [^\n]*"([^"]+)": not found|COPY failed: file not found in build context or excluded by \.dockerignore: stat ([^\s:]+)/,
    explain: (found) => ({
      subject: firstGroup(found),
      why: `the Dockerfile copies ${firstGroup(found)}, which is not in its context`,
      next: 'The context is the directory of the Dockerfile without what git ignores.',
    }),
  },
  {
    name: 'buildkit',
    find: /the --(?:mount|security|network|link|chmod|checksum|parents|exclude) option requires BuildKit|Unknown flag: (?:mount|link|parents|exclude)|unknown instruction: (?:EOF|<<)/i,
    explain: () => ({
      subject: 'BuildKit',
      why: 'the Dockerfile uses features that only BuildKit has',
      next: 'Install the plugin buildx of the docker command, or write it without RUN --mount and here-documents.',
    }),
  },
];
