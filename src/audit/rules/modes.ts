import { sniff } from '../elf/sniff.js';
import type { ReleaseFile } from '../release-file.js';
import type { Finding } from '../report.js';
import { warning } from './finding.js';

const SET_USER_ID = 0o4000;
const SET_ID_BITS = 0o6000;

/** Programs that run with the rights of the owner or the group of their file, whoever starts them. */
export function setIdFindings({ path, mode }: ReleaseFile): readonly Finding[] {
  if ((mode & SET_ID_BITS) === 0 || (mode & 0o111) === 0) return [];
  const [bit, whose] = (mode & SET_USER_ID) === 0 ? ['set-group-ID', 'group'] : ['set-user-ID', 'owner'];
  return [
    warning(
      'set-user-id',
      path,
      `it has the bit ${bit}: everybody who starts it gets the rights of its ${whose}, which is root where root unpacks the release`,
      'Remove the bit, or the pattern of keep-modes that keeps it, unless the program has to have these rights.',
    ),
  ];
}

/** The same where the build removed the bit. */
export function lostRightsFindings(paths: readonly string[]): readonly Finding[] {
  return paths.map((path) =>
    warning(
      'set-user-id',
      path,
      'it had the bit set-user-ID or set-group-ID, which the build removed',
      'If the program has to have these rights, list its path in keep-modes, or set owner and bit where the release is installed.',
    ),
  );
}

/**
 * Scripts that nobody can start by their path: those among the programs of the release and in its overlays. Those of an
 * application are started as it likes, and `env.sh` is read by a script.
 */
export function notExecutableFindings({ path, mode, head }: ReleaseFile): readonly Finding[] {
  if ((mode & 0o111) !== 0 || sniff(head) !== 'script' || !isProgram(path)) return [];
  return [
    warning(
      'not-executable',
      path,
      'the script is not executable: starting it ends with "Permission denied"',
      'Make it executable where it comes from: git update-index --chmod=+x FILE, or chmod +x in a step of the release.',
    ),
  ];
}

function isProgram(path: string): boolean {
  if (/^(?:lib|erts-[^/]*)\//.test(path) || /(?:^|\/)node_modules\//.test(path)) return false;
  return !/^releases\/[^/]+\/env\.sh$/.test(path);
}
