import type { BuilderRequest } from '../../builder/builder.js';
import { mirrorsOf } from '../../builder/mirrors.js';
import { proxiesOf } from '../../builder/proxies.js';
import type { Environment } from '../../environment.js';
import type { BuildRequest } from '../../options/request.js';
import type { BuildPlan } from '../plan/plan.js';

/** What a plan asks for of the builder image. `run` is the identifier of the run. */
export function builderRequest(
  { recipe, image, expected, engine }: BuildPlan,
  request: BuildRequest,
  run: string,
  env: Environment,
): BuilderRequest {
  return {
    recipe,
    base: image?.wanted,
    expected,
    emulated: engine.emulated,
    rebuild: recipe.dockerfile !== undefined && request.image.pull === 'always',
    repository: request.builder.repository,
    mayPull: request.image.pull !== 'never',
    run,
    proxies: proxiesOf({ ...env, ...request.env }),
    mirrors: mirrorsOf({ ...env, ...request.env }),
  };
}
