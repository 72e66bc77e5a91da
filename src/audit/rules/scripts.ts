import { sniff } from '../elf/sniff.js';
import { textOf, type ReleaseFile } from '../release-file.js';
import type { Finding } from '../report.js';
import { error, warning } from './finding.js';

/** Findings about scripts. */
export function scriptFindings(file: ReleaseFile): readonly Finding[] {
  const isScript = sniff(file.head) === 'script';
  return [...lineEnds(file, isScript), ...(isScript ? buildPath(file) : [])];
}

/** What `bin/NAME` of Mix reads or runs at every start. */
const STARTED = /^(?:releases\/[^/]+\/(?:elixir|iex)|erts-[^/]+\/bin\/(?:erl|start|start_erl))$/;
const SOURCED = /^releases\/[^/]+\/env\.sh$/;

const LINE_ENDS =
  'Save it with the line ends of Unix (LF); in .gitattributes, `*.sh text eol=lf` and `*.sh.eex text eol=lf` keep them on every machine.';

/** A shell takes the CR at the end of a line as part of it. */
function lineEnds(file: ReleaseFile, isScript: boolean): readonly Finding[] {
  const { path, head } = file;
  if (SOURCED.test(path) && textOf(file).includes('\r\n')) {
    return [
      error('crlf-script', path, 'its lines end with CRLF, and the start script reads it: nothing starts', LINE_ENDS),
    ];
  }
  const end = head.indexOf('\n');
  if (!isScript || end < 1 || head[end - 1] !== CR) return [];
  const message = 'its first line ends with CRLF: the system looks for an interpreter with a CR in its name';
  return [(STARTED.test(path) ? error : warning)('crlf-script', path, message, LINE_ENDS)];
}

const CR = 13;

/** Directories that exist only on the machine that built the release. */
const BUILD_DIRECTORY =
  /(?<![\w.$}])\/(?:build\/(?:src|state|home)|home\/\w[\w.-]*|Users\/\w[\w.-]*|root|nix\/store|__w|github\/(?:workspace|home))(?:\/[^\s'":;)]*)?/;

function buildPath(file: ReleaseFile): readonly Finding[] {
  const [found] = BUILD_DIRECTORY.exec(textOf(file)) ?? [];
  if (found === undefined) return [];
  return [
    warning(
      'build-path',
      file.path,
      `the script contains ${found}, a path on the machine that built it`,
      'Compute the path when the script runs, from its own location or from RELEASE_ROOT.',
    ),
  ];
}
