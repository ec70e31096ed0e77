import { health } from '../../src/probes/job/health.ts';
import { lakehouseStack, readStack } from '../../src/probes/job/stack.ts';
import { healthSection } from '../../src/probes/report/health.ts';
import { reportOf } from '../../src/report/blocks.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import type { DefineCommand } from '../command.ts';

/** `bench health`: whether every service of a stack is up. */
export const healthCommand: DefineCommand = (command, io, done) => {
  command
    .option('--stack <file>', 'JSON list of {name, url} (default: the eleven daemons on loopback)')
    .option('--timeout-ms <n>', 'how long a service may take', '2000')
    .option('--json', 'print findings as JSON')
    .action(async (flags: { stack?: string; timeoutMs: string; json?: boolean }) => {
      const stack =
        flags.stack === undefined ? lakehouseStack() : await readStack(flags.stack, io.cwd);
      const requestMs = Number(flags.timeoutMs);
      const { findings, exitCode } = await health(stack, {
        timeouts: { requestMs, connectMs: requestMs },
        signal: io.signal,
      });
      if (findings !== null) {
        io.stdout(
          flags.json === true
            ? `${JSON.stringify(findings)}\n`
            : renderMarkdown(reportOf([healthSection(findings)])),
        );
        const missing = findings.services.filter(({ state }) => state !== 'up');
        if (missing.length > 0) {
          io.stderr(`bench: ${missing.map(({ name, state }) => `${name} ${state}`).join(', ')}\n`);
        }
      }
      done(exitCode);
    });
};
