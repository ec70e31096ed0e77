import type { Config, ResolvedBackend } from '../src/config/resolve.ts';
import { startPair } from '../src/demo/gateway/pair.ts';
import type { Pair } from '../src/observe/ask.ts';
import type { Backend } from '../src/wire/backend.ts';
import { connectBackend } from '../src/wire/http/connect-backend.ts';

/** Both sides, connected; `close` ends connections and, where they were started here, the gateways. */
export interface OpenBackends extends Pair {
  readonly embedded: boolean;
  readonly close: () => Promise<void>;
}

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
  if (config.incumbent.url !== null && config.candidate.url !== null) {
    const incumbent = connect(config.incumbent, config.incumbent.url, config);
    const candidate = connect(config.candidate, config.candidate.url, config);
    return {
      incumbent,
      candidate,
      embedded: false,
      close: async () => {
        await Promise.all([incumbent.close(), candidate.close()]);
      },
    };
  }
  const pair = await startPair({
    corpusFolder: config.corpus,
    encoderFolder: config.encoder,
    allowWrites: options.allowWrites ?? false,
    signal,
  });
  const incumbent = connect(config.incumbent, pair.incumbentUrl, config);
  const candidate = connect(config.candidate, pair.candidateUrl, config);
  return {
    incumbent,
    candidate,
    embedded: true,
    close: async () => {
      await Promise.all([incumbent.close(), candidate.close()]);
      await pair.stop();
    },
  };
}

function connect(backend: ResolvedBackend, url: string, config: Config): Backend {
  return connectBackend({
    url,
    dialect: backend.dialect,
    headers: backend.headers,
    timeouts: config.timeouts,
  });
}
