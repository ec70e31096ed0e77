import type { ExitCode } from '../src/errors.ts';
import { searchTasks } from '../src/probes/job/search-tasks.ts';
import { carryOutProbe, printResult, withSession, worstExit } from '../src/probes/job/session.ts';
import type { RegisterCommand } from './command.ts';
import { addConfigOptions, type ConfigFlags } from './config-options.ts';

/** `bench search`: whether both sides find the nearest documents of one index, by text and by vector. */
export const searchCommand: RegisterCommand = (program, io, done) => {
  addConfigOptions(program.command('search'))
    .description('compare vector search of two backends: recall, depths, unknown index, dimension')
    .option('--json', 'print findings and verdict as JSON, a line for each path')
    .action(async (flags: ConfigFlags & { readonly json?: boolean }) => {
      const code = await withSession(flags, io, {}, async (session) => {
        const codes: ExitCode[] = [];
        for (const task of searchTasks(session)) {
          const result = await carryOutProbe(task, session);
          printResult(result, flags.json === true, io);
          codes.push(result.verdict.exitCode);
        }
        return worstExit(codes);
      });
      done(code);
    });
};
