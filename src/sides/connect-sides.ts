import type { Config } from '../config/resolve.ts';
import { connectSide } from '../config/side.ts';
import type { Side } from '../record/types.ts';
import type { Backend } from '../wire/backend.ts';
import { compose } from '../wire/compose.ts';
import { embedderNamed } from './embedder-named.ts';
import { remembered } from './remembered.ts';

/**
 * Both sides of a configuration. A shared embedder embeds each text once, and both sides are asked by its vectors.
 * @throws UsageError where a side has no URL, or cannot be asked by vector while an embedder is shared.
 */
export async function connectSides(config: Config): Promise<Readonly<Record<Side, Backend>>> {
  const side = (name: Side) => connectSide(config[name], name, config.timeouts);
  const indexes = { incumbent: side('incumbent'), candidate: side('candidate') };
  if (config.embed === null) return indexes;
  const shared = remembered(await embedderNamed(config.embed, config));
  // Each side closes its parts: the shared one is closed with the first, and again without effect.
  const composed = (index: Backend): Backend => compose({ embed: shared, index });
  return { incumbent: composed(indexes.incumbent), candidate: composed(indexes.candidate) };
}
