import { readVersionDirectories, readVersionFileAt } from '../../versions/directories.js';
import { findVersions } from '../../versions/files.js';
import { parseElixirVersion, parseOtpVersion } from '../../versions/parse.js';
import { resolveVersions, type RequestedVersions } from '../../versions/resolve.js';
import type { BuildRequest } from '../../options/request.js';

/**
 * The versions to build with: those of the inputs, of the version files, else those of the target.
 *
 * @throws MixReleaseError with exit status 2 for versions that cannot be
 */
export async function versionsOrDefault(request: BuildRequest): Promise<RequestedVersions> {
  const { elixir, otp, file } = request.image.versions;
  // A file that nobody needs cannot fail the build.
  const needless = file !== undefined || (elixir !== undefined && otp !== undefined);
  const nothing = { elixir: undefined, otp: undefined };
  const found = needless ? nothing : findVersions(await readVersionDirectories(request.project, request.checkout));
  const wanted = resolveVersions({ ...(await inputs(request)), found });
  if (wanted.elixir !== undefined || wanted.otp !== undefined) return wanted;
  const { fallback } = request.target;
  const origin = 'the default; .tool-versions or inputs pin them';
  return { elixir: parseElixirVersion(fallback.elixir, origin), otp: parseOtpVersion(fallback.otp, origin) };
}

/**
 * The versions that inputs ask for, version-file among them: what an image that was named has to have. The files of the
 * project do not count, because naming an image overrides them.
 */
export async function versionsFromInputs(request: BuildRequest): Promise<RequestedVersions> {
  return resolveVersions({ ...(await inputs(request)), found: { elixir: undefined, otp: undefined } });
}

async function inputs({ image, checkout }: BuildRequest) {
  const { elixir, otp, file } = image.versions;
  return {
    elixirInput: elixir,
    otpInput: otp,
    versionFileInput: file === undefined ? undefined : await readVersionFileAt(file, checkout),
  };
}
