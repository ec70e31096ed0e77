import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { CAPTURE_DEFAULTS, capture } from '../../src/capture/job/capture.ts';
import { captureReport } from '../../src/capture/report/capture-report.ts';
import type { Config } from '../../src/config/resolve.ts';
import { connectSide, isNamed } from '../../src/config/side.ts';
import { counted } from '../../src/counted.ts';
import { InfrastructureError } from '../../src/errors.ts';
import type { Cell } from '../../src/record/types.ts';
import { embedderNamed } from '../../src/sides/embedder-named.ts';
import { TRAFFIC_FORMATS, type TrafficFormat } from '../../src/traffic/read/read-traffic.ts';
import { parseRule } from '../../src/traffic/redact/redactor.ts';
import { call } from '../../src/wire/call.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from '../config-options.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, type OutputFlags, printReport, requireOther } from '../output.ts';
import { sayRun } from '../printing/say-run.ts';
import { screenOf } from '../printing/screen-of.ts';
import { pathFrom } from '../screen-options.ts';
import { redactOption } from './traffic-options.ts';

interface CaptureFlags extends ConfigFlags, OutputFlags {
  readonly format?: TrafficFormat;
  readonly prefix: string;
  readonly operation: Cell;
  readonly collections: string;
  readonly needs: number;
  readonly redact?: readonly string[];
  readonly asVectors?: boolean;
}

/** `bench capture`: needs, frequencies, arrival times and the incumbent's answers from files of traffic. */
export const captureCommand: DefineCommand = (command, io, done) => {
  const { prefix, operation, collections, needs } = CAPTURE_DEFAULTS;
  addOutputOptions(addConfigOptions(command))
    .argument(
      '<files...>',
      'logs in JSON lines, logs of bench frontend --log, HTTP archives, or texts',
    )
    .addOption(
      new Option('--format <name>', 'what the files are (default: by their names)').choices(
        TRAFFIC_FORMATS,
      ),
    )
    .option('--prefix <path>', 'taken off paths that begin with it', prefix)
    .addOption(
      new Option('--operation <name>', 'what plain texts are asked as')
        .choices(['search', 'retrieve'])
        .default(operation),
    )
    .option('--collections <list>', 'what plain texts are put to', collections.join(','))
    .option('--needs <n>', 'most needs that are kept, sampled by frequency', whole, needs)
    .addOption(redactOption())
    .option('--as-vectors', 'keep texts as vectors alone, by the embedder of --embed')
    .action(async (files: readonly string[], flags: CaptureFlags) => {
      await requireOther(flags, files, io);
      const { config } = await configOf(flags, io, { oneSide: true });
      const named = isNamed(config.incumbent);
      const incumbent = named
        ? connectSide(config.incumbent, 'incumbent', config.timeouts)
        : undefined;
      try {
        const result = await capture(
          {
            files: files.map((file) => resolve(io.cwd, file)),
            format: flags.format ?? null,
            dialect: config.incumbent.dialect,
            prefix: flags.prefix,
            operation: flags.operation,
            collections: flags.collections.split(','),
            k: config.k,
            needs: flags.needs,
            seed: config.seed,
            redact: (flags.redact ?? []).map(parseRule),
            runs: config.runs,
          },
          {
            signal: io.signal,
            ...(incumbent === undefined ? {} : { incumbent }),
            ...(flags.asVectors === true ? { embed: await embedderOf(config, io.signal) } : {}),
          },
        );
        await printCaptured(result, flags, io);
        done(result.exitCode);
      } finally {
        await incumbent?.close();
      }
    });
};

async function printCaptured(
  { runFolder, findings }: Awaited<ReturnType<typeof capture>>,
  flags: OutputFlags,
  io: Io,
): Promise<void> {
  const report = captureReport(findings);
  const screen = screenOf(report, runFolder, io, [`replay ${pathFrom(io.cwd, runFolder)}`]);
  const figures = () => ({ run: runFolder, findings });
  await printReport({ screen, report, figures }, flags, io);
  const { firstUnreadable, unreadable } = findings.tally;
  if (firstUnreadable !== null) {
    io.stderr(
      `bench: ${counted(unreadable, 'entry is', 'entries are')} no request, entry ${firstUnreadable} first\n`,
    );
  }
  sayRun({ runFolder }, flags, io);
}

async function embedderOf(config: Config, signal: AbortSignal) {
  const embedder = await embedderNamed(config.embed ?? 'onnx', config);
  return async (texts: readonly string[]): Promise<readonly Float32Array[]> => {
    const outcome = await call(embedder, 'embed', { texts, kind: 'query' }, signal);
    if (outcome.kind === 'ok') return outcome.value.vectors;
    signal.throwIfAborted();
    throw new InfrastructureError('capture-embed', `texts cannot be embedded: ${outcome.kind}`, {
      hint: 'name an embedder by --embed onnx:FOLDER',
    });
  };
}

function whole(text: string): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (value < 1) throw new InvalidArgumentError('expected a whole number from 1');
  return value;
}
