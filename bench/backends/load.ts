import { resolve } from 'node:path';
import type { ExitCode } from '../../src/errors.ts';
import { type JudgedLoad, load } from '../../src/load/job/load.ts';
import { hdrFileOf } from '../../src/load/record/hdr-file.ts';
import { writeWhole } from '../../src/record/files/write-whole.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, configOf } from '../config-options.ts';
import type { Io } from '../io.ts';
import { openBackends } from '../open-backends.ts';
import { terminalProgress } from '../terminal-progress.ts';
import { addLoadOptions, type LoadFlags, loadPlanOf } from './load-flags.ts';

/** `bench load`: the latency–throughput curve of two backends, from the same interleaved schedule. */
export const loadCommand: DefineCommand = (command, io, done) => {
  addLoadOptions(addConfigOptions(command))
    .description(
      'put two backends under the same open-loop load: latency, errors and recall by rate; judged where objectives are set (gates.p95.margin, gates.p99.maxMs, gates.recallUnderLoad, gates.errors)',
    )
    .action(async (flags: LoadFlags) => {
      const { config, origins } = await configOf(flags, io);
      const plan = loadPlanOf(flags);
      const progress = terminalProgress(io);
      progress.stage('connecting', 0);
      try {
        const result = await load(config, {
          signal: io.signal,
          progress,
          origins,
          plan,
          openBackends,
        });
        progress.end();
        if (result.verdict === null) return done(result.exitCode);
        await writeHdr(result, flags, io);
        done(printed(result, flags.json === true, io));
      } finally {
        progress.end();
      }
    });
};

async function writeHdr({ findings }: JudgedLoad, { hdr }: LoadFlags, io: Io): Promise<void> {
  if (hdr === undefined) return;
  const text = `${JSON.stringify(await hdrFileOf(findings.rungs), null, 2)}\n`;
  await writeWhole(resolve(io.cwd, hdr), Buffer.from(text));
}

function printed(result: JudgedLoad, json: boolean, io: Io): ExitCode {
  const { status, runFolder, findings, report, verdict, exitCode } = result;
  io.stdout(json ? result.json : report);
  io.stderr(`bench: run folder ${runFolder}\n`);
  io.stderr(`bench: ${verdict.verdict}: ${verdict.sentence}\n`);
  const isJudged = verdict.verdict !== 'informational';
  if (status === 'complete' && isJudged && findings.rungs.length === 0) {
    io.stderr('bench: objectives are judged at rates: name some with --rates\n');
  }
  return exitCode;
}
