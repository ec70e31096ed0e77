import type { Config } from '../src/config/resolve.ts';
import { isNamed } from '../src/config/side.ts';
import { startPair } from '../src/demo/gateway/pair.ts';
import { connectBackends, type OpenBackends } from '../src/observe/open-backends.ts';
import type { Progress } from '../src/progress.ts';

/** What an embedded pair that is started may do, and tells. */
interface OpenOptions {
  readonly allowWrites?: boolean;
  /** Texts that both have embedded so far. */
  readonly onEmbedded?: (texts: number) => void;
}

/**
 * Connects to the two configured backends, or starts the embedded pair where none is named; `allowWrites`
 * lets SQL statements change rows of the pair that is started.
 * @throws InfrastructureError where the embedded pair does not start.
 */
export async function openBackends(
  config: Config,
  signal: AbortSignal,
  options: OpenOptions = {},
): Promise<OpenBackends> {
  if (isNamed(config.incumbent) && isNamed(config.candidate)) {
    return connectBackends(config);
  }
  const pair = await startPair({
    corpusFolder: config.corpus,
    encoderFolder: config.encoder,
    allowWrites: options.allowWrites ?? false,
    signal,
    ...(options.onEmbedded === undefined ? {} : { onEmbedded: options.onEmbedded }),
  });
  const backends = await connectBackends({
    ...config,
    incumbent: { ...config.incumbent, url: pair.incumbentUrl },
    candidate: { ...config.candidate, url: pair.candidateUrl },
  });
  return {
    ...backends,
    close: async () => {
      await backends.close();
      await pair.stop();
    },
  };
}

/** The same, telling progress how far the embedded pair has come. */
export function openingWith(
  progress: Progress,
): (config: Config, signal: AbortSignal) => Promise<OpenBackends> {
  return (config, signal) => {
    const isEmbedded = !(isNamed(config.incumbent) && isNamed(config.candidate));
    progress.stage(isEmbedded ? 'starting the embedded pair' : 'connecting', 0);
    let before = 0;
    return openBackends(config, signal, {
      onEmbedded: (texts) => {
        progress.tick(texts - before);
        before = texts;
      },
    });
  };
}
