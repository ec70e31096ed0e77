import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { packageRoot } from '../../src/config/package-root.ts';
import { parseFault } from '../../src/demo/gateway/faults/parse.ts';
import { FAULTS } from '../../src/demo/gateway/faults/registry.ts';
import { startPair } from '../../src/demo/gateway/pair.ts';
import { EXIT, InfrastructureError } from '../../src/errors.ts';
import { serveFrontend } from '../backends/frontend.ts';
import type { DefineCommand } from '../command.ts';
import { collected } from '../config-options.ts';
import { helpList } from '../help-list.ts';
import { terminalProgress } from '../terminal-progress.ts';
import { FRONTEND_PORT, portOf } from '../traffic/listening.ts';

interface ServeOptions {
  readonly fault?: readonly string[];
  readonly corpus?: string;
  readonly encoder?: string;
  readonly rustPort: number;
  readonly goPort: number;
  readonly seed: number;
  readonly frontend?: boolean;
  readonly frontendPort: number;
  readonly cutoverShut?: boolean;
  /** The former name. */
  readonly sliceShut?: boolean;
}

/** `bench serve`: the embedded pair by itself, sound or with faults planted on the candidate's side. */
export const serveCommand: DefineCommand = (command, io, done) => {
  command
    .option(
      '--fault <kind[:rate]>',
      'plant a fault in the candidate; may be given several times',
      collected,
    )
    .option('--corpus <folder>', 'corpus to serve (default: the 200 workers of the package)')
    .option('--encoder <folder>', 'model both embed with (default: the one of the package)')
    .option('--rust-port <n>', 'port of the Rust-shaped gateway, 0 for a free one', portOf, 0)
    .option('--go-port <n>', 'port of the Go-shaped gateway, 0 for a free one', portOf, 0)
    .option('--seed <n>', 'decides which documents and requests a fault hits', seed, 1)
    .option('--frontend', 'put the cutover frontend before both: /api/* and /_go/*')
    .option('--frontend-port <n>', 'port of the frontend, 0 for a free one', portOf, FRONTEND_PORT)
    .option('--cutover-shut', 'start the frontend without a candidate')
    .addOption(new Option('--slice-shut', 'the former name of --cutover-shut').hideHelp())
    .addHelpText(
      'after',
      helpList(
        command,
        'Faults:',
        [...FAULTS.values()].map(({ kind, defaultRate, summary, rateMeans }) => [
          `${kind}[:${defaultRate}]`,
          `${summary} (rate: ${rateMeans})`,
        ]),
      ),
    )
    .action(async (options: ServeOptions) => {
      const faults = (options.fault ?? []).map((text) => parseFault(text, options.seed));
      const folder = (given: string | undefined, shipped: string) =>
        given === undefined ? join(packageRoot(), 'corpora', shipped) : resolve(io.cwd, given);
      const progress = terminalProgress(io);
      progress.stage('starting two gateways, texts embedded', 0);
      let embedded = 0;
      const pair = await startPair({
        corpusFolder: folder(options.corpus, 'workers-200'),
        encoderFolder: folder(options.encoder, 'encoder'),
        faults,
        incumbentPort: options.rustPort,
        candidatePort: options.goPort,
        signal: io.signal,
        onEmbedded: (texts) => {
          progress.tick(texts - embedded);
          embedded = texts;
        },
      })
        .catch((error: unknown) => {
          if (io.signal.aborted) return null;
          throw error;
        })
        .finally(() => progress.end());
      if (pair === null) return done(EXIT.interrupted);
      for (const { kind, rate } of faults) io.stderr(`bench: fault planted: ${kind}:${rate}\n`);
      io.stdout(
        `RUST_LAKEHOUSE_URL=${pair.incumbentUrl} GO_LAKEHOUSE_URL=${pair.candidateUrl} ` +
          'npm run bench -- retrieve\n',
      );
      io.stderr(`bench: serving (processes ${pair.pids.join(' and ')}); Ctrl-C stops both\n`);
      // Waiting for a signal keeps no process alive by itself.
      const alive = setInterval(() => {}, 60_000);
      let stopFrontend = async () => {};
      try {
        if (options.frontend === true) {
          const { incumbentUrl } = pair;
          const isShut = options.cutoverShut === true || options.sliceShut === true;
          const candidateUrl = isShut ? null : pair.candidateUrl;
          const listener = await serveFrontend(
            { incumbentUrl, candidateUrl, port: options.frontendPort },
            io,
          );
          stopFrontend = listener.stop;
        }
        const how = await Promise.race([pair.ended, aborted(io.signal)]);
        if (how !== null) {
          throw new InfrastructureError('gateway-ended', how, {
            hint: 'the other gateway was stopped; start both again',
          });
        }
      } finally {
        clearInterval(alive);
        await stopFrontend();
        await pair.stop();
      }
      done(EXIT.pass);
    });
};

async function aborted(signal: AbortSignal): Promise<null> {
  if (!signal.aborted) await once(signal, 'abort');
  return null;
}

function seed(text: string): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value < 2 ** 32)) throw new InvalidArgumentError('expected a whole number below 2^32');
  return value;
}
