import type { Encoder } from '../../embed/types.ts';
import { RefusedRequest } from './http.ts';

/**
 * Refuses a model that is not the one served: answering with another one would be a silent lie.
 * @throws RefusedRequest with status 404.
 */
export function requireModel(model: string | undefined, encoder: Encoder): void {
  if (model !== undefined && model !== encoder.name) {
    throw new RefusedRequest(
      404,
      `unknown model ${JSON.stringify(model.slice(0, 80))}; this gateway serves ${encoder.name}`,
    );
  }
}
