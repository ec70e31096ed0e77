import type { Config } from '../src/config/resolve.ts';
import { isNamed } from '../src/config/side.ts';
import { startPair } from '../src/demo/gateway/pair.ts';
import { connectBackends, type OpenBackends } from '../src/observe/open-backends.ts';

/**
 * Connects to the two configured backends, or starts the embedded pair where none is named; `allowWrites`
 * lets SQL statements change rows of the pair that is started.
 * @throws InfrastructureError where the embedded pair does not start.
 */
export async function openBackends(
  config: Config,
  signal: AbortSignal,
  options: { readonly allowWrites?: boolean } = {},
): Promise<OpenBackends> {
  if (isNamed(config.incumbent) && isNamed(config.candidate)) {
    return connectBackends(config);
  }
  const pair = await startPair({
    corpusFolder: config.corpus,
    encoderFolder: config.encoder,
    allowWrites: options.allowWrites ?? false,
    signal,
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
