import type { Config } from '../config/resolve.ts';
import { connectSide, type ResolvedBackend } from '../config/side.ts';
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
  const { incumbent, candidate } = config;
  const [a, b] = await connectAll({ incumbent, candidate }, config);
  return { incumbent: a as Backend, candidate: b as Backend };
}

/** The same for any sides, by the names that messages call them, in their order. */
export async function connectAll(
  sides: Readonly<Record<string, ResolvedBackend>>,
  config: Pick<Config, 'embed' | 'timeouts' | 'corpus' | 'encoder'>,
): Promise<Backend[]> {
  const indexes = Object.entries(sides).map(([name, side]) =>
    connectSide(side, name, config.timeouts),
  );
  if (config.embed === null) return indexes;
  const shared = remembered(await embedderNamed(config.embed, config));
  // Each side closes its parts: the shared one is closed with the first, and again without effect.
  return indexes.map((index) => compose({ embed: shared, index }));
}
