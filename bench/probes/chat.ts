import type { DefineCommand } from '../command.ts';
import { addProbeOptions, type ProbeFlags, runProbe } from './probe-command.ts';

interface ChatFlags extends ProbeFlags {
  readonly provider?: string;
  readonly chatModel?: string;
  readonly deterministic?: boolean;
}

/** `bench chat`: whether both sides answer conversations in the same shape and count the same tokens. */
export const chatCommand: DefineCommand = (command, io, done) => {
  addProbeOptions(command)
    .option(
      '--provider <name>',
      'provider to ask for (default: echo, which answers with the question)',
    )
    .option('--chat-model <name>', 'model to ask the provider for')
    .option(
      '--deterministic',
      'the provider gives the same words the same answer: compare the text',
    )
    .action(async (flags: ChatFlags) => {
      const { provider, chatModel, deterministic } = flags;
      const requested = {
        probe: 'chat',
        ...(provider === undefined ? {} : { provider }),
        ...(chatModel === undefined ? {} : { model: chatModel }),
        deterministic: deterministic === true,
      } as const;
      done((await runProbe(requested, flags, io)).exitCode);
    });
};
