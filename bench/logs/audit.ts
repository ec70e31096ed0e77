import { dirname, resolve } from 'node:path';
import { audit } from '../../src/audit/audit.ts';
import { auditReport } from '../../src/audit/audit-report.ts';
import { type MetricLog, parseMetricLog } from '../../src/audit/metric-log.ts';
import { parsePhaseFile } from '../../src/audit/phase-file.ts';
import { readRegular } from '../../src/disk/read-regular.ts';
import { EXIT, UsageError } from '../../src/errors.ts';
import { parseTolerance, splitAssignment, type Tolerance } from '../../src/gate/tolerance.ts';
import type { DefineCommand } from '../command.ts';
import { collected } from '../config-options.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, type OutputFlags, printReport, requireOther } from '../output.ts';

interface AuditFlags extends OutputFlags {
  readonly expect?: string;
  readonly actual?: string;
  readonly phases?: string;
  readonly tolerance?: readonly string[];
  readonly optional?: readonly string[];
  readonly skip?: readonly string[];
}

/** `bench audit`: compares the metric logs of two implementations, figure by figure and phase by phase. */
export const auditCommand: DefineCommand = (command, io, done) => {
  addOutputOptions(command)
    .option('--expect <file>', 'metric log of the reference')
    .option('--actual <file>', 'metric log of the implementation that is audited')
    .option('--phases <file>', 'phases to run or read, with their tolerances')
    .option('--tolerance <size>', 'for all figures, or NAME=SIZE for one', collected)
    .option('--optional <name>', 'a figure that may differ or be missing', collected)
    .option('--skip <phase=reason>', 'leave a phase out', collected)
    .action(async (flags: AuditFlags) => {
      if (
        flags.phases === undefined &&
        (flags.expect === undefined || flags.actual === undefined)
      ) {
        throw new UsageError('audit-files', 'bench audit: nothing to compare', {
          hint: 'name --expect FILE and --actual FILE, or --phases FILE',
        });
      }
      const files = [flags.expect, flags.actual, flags.phases];
      await requireOther(
        flags,
        files.filter((file) => file !== undefined),
        io,
      );
      const { tolerance, tolerances } = readTolerances(flags.tolerance ?? []);
      const phases =
        flags.phases === undefined
          ? null
          : parsePhaseFile((await readInput(flags.phases, io)).toString('utf8'), flags.phases);
      const result = await audit(
        {
          expected: await readLog(flags.expect, io),
          actual: await readLog(flags.actual, io),
          phases,
          tolerance,
          tolerances,
          optional: new Set(flags.optional),
          skip: new Map((flags.skip ?? []).map((text) => splitAssignment(text, '--skip'))),
        },
        {
          folder: flags.phases === undefined ? io.cwd : dirname(resolve(io.cwd, flags.phases)),
          env: io.env,
          signal: io.signal,
        },
      );
      for (const problem of result.problems) io.stderr(`bench: ${problem}\n`);
      const report = auditReport(result);
      await printReport({ screen: null, report, figures: () => result }, flags, io);
      const required = result.checks.filter((check) => check.required);
      if (io.signal.aborted) done(EXIT.interrupted);
      else if (required.some(({ ok }) => !ok)) done(EXIT.fail);
      else done(required.length === 0 ? EXIT.inconclusive : EXIT.pass);
    });
};

function readTolerances(written: readonly string[]): {
  tolerance: Tolerance | null;
  tolerances: Map<string, Tolerance>;
} {
  let tolerance: Tolerance | null = null;
  const tolerances = new Map<string, Tolerance>();
  for (const text of written) {
    if (!text.includes('=')) tolerance = parseTolerance(text, '--tolerance');
    else {
      const [name, size] = splitAssignment(text, '--tolerance');
      tolerances.set(name, parseTolerance(size, `--tolerance ${name}`));
    }
  }
  return { tolerance, tolerances };
}

async function readLog(file: string | undefined, io: Io): Promise<MetricLog | null> {
  return file === undefined ? null : parseMetricLog(await readInput(file, io), file);
}

async function readInput(file: string, io: Io): Promise<Buffer> {
  try {
    return await readRegular(resolve(io.cwd, file));
  } catch (cause) {
    throw new UsageError('audit-file', `${file}: cannot be read`, {
      hint: 'check the path',
      cause,
    });
  }
}
