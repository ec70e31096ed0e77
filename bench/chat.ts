import { chatFindings } from '../src/probes/find/chat.ts';
import type { ProbeFindings } from '../src/probes/find/findings.ts';
import {
  carryOutProbe,
  type ProbeTask,
  printResult,
  withSession,
} from '../src/probes/job/session.ts';
import { observeChat } from '../src/probes/observe/chat.ts';
import type { ChatRecord } from '../src/probes/record/services.ts';
import type { RegisterCommand } from './command.ts';
import { addConfigOptions, type ConfigFlags } from './config-options.ts';

/** Which provider is asked. */
export interface ChatTaskOptions {
  readonly provider: string | null;
  readonly chatModel: string | null;
  readonly deterministic: boolean;
}

/** The chat probe as a task. A provider that costs something is asked only where it is named. */
export function chatTask(options: ChatTaskOptions): ProbeTask<ProbeFindings> {
  return {
    endpoint: 'chat',
    observe: ({ backends, io }) => {
      const provider = options.provider ?? 'echo';
      return observeChat(backends, {
        provider,
        model: options.chatModel,
        deterministic: options.deterministic || provider === 'echo',
        signal: io.signal,
      });
    },
    findings: chatFindings,
    inputs: ({ cases }: ChatRecord) => cases,
  };
}

interface ChatFlags extends ConfigFlags {
  readonly provider?: string;
  readonly chatModel?: string;
  readonly deterministic?: boolean;
  readonly json?: boolean;
}

/** `bench chat`: whether both sides answer conversations in the same shape and count the same tokens. */
export const chatCommand: RegisterCommand = (program, io, done) => {
  addConfigOptions(program.command('chat'))
    .description('compare the chat endpoints of two backends: shape, token counts, errors')
    .option(
      '--provider <name>',
      'provider to ask for (default: echo, which answers with the question)',
    )
    .option('--chat-model <name>', 'model to ask the provider for')
    .option(
      '--deterministic',
      'the provider gives the same words the same answer: compare the text',
    )
    .option('--json', 'print findings and verdict as JSON')
    .action(async (flags: ChatFlags) => {
      const task = chatTask({
        provider: flags.provider ?? null,
        chatModel: flags.chatModel ?? null,
        deterministic: flags.deterministic === true,
      });
      const code = await withSession(flags, io, {}, async (session) => {
        const result = await carryOutProbe(task, session);
        printResult(result, flags.json === true, io);
        return result.verdict.exitCode;
      });
      done(code);
    });
};
