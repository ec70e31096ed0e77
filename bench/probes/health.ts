import { UsageError } from '../../src/errors.ts';
import { health } from '../../src/probes/job/health.ts';
import { lakehouseStack, readStack } from '../../src/probes/job/stack.ts';
import { healthReport } from '../../src/probes/report/health.ts';
import type { DefineCommand } from '../command.ts';
import { addOutputOptions, isScreen, type OutputFlags, printReport } from '../output.ts';
import { screenOf } from '../printing/screen-of.ts';

/** `bench health`: whether every service of a stack is up. */
export const healthCommand: DefineCommand = (command, io, done) => {
  addOutputOptions(command)
    .option('--stack <file>', 'JSON list of {name, url} (default: the eleven daemons on loopback)')
    .option('--timeout-ms <n>', 'how long a service may take, in ms', '2000')
    .action(async (flags: OutputFlags & { stack?: string; timeoutMs: string }) => {
      const stack =
        flags.stack === undefined ? lakehouseStack() : await readStack(flags.stack, io.cwd);
      const requestMs = Number(flags.timeoutMs);
      if (!Number.isInteger(requestMs) || requestMs < 1) {
        throw new UsageError(
          'health-timeout',
          `--timeout-ms ${flags.timeoutMs}: expected milliseconds`,
          {
            hint: 'for example --timeout-ms 2000',
          },
        );
      }
      const { findings, exitCode } = await health(stack, {
        timeouts: { requestMs, connectMs: requestMs },
        signal: io.signal,
      });
      if (findings !== null) {
        const report = healthReport(findings);
        const screen = screenOf(report, null, io);
        await printReport({ screen, report, figures: () => findings }, flags, io);
        const missing = findings.services.filter(({ state }) => state !== 'up');
        // The screen says the same.
        if (missing.length > 0 && !isScreen(flags)) {
          io.stderr(`bench: ${missing.map(({ name, state }) => `${name} ${state}`).join(', ')}\n`);
        }
      }
      done(exitCode);
    });
};
