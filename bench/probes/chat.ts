import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags } from '../config-options.ts';
import { runProbe } from './probe-command.ts';

interface ChatFlags extends ConfigFlags {
  readonly provider?: string;
  readonly chatModel?: string;
  readonly deterministic?: boolean;
  readonly json?: boolean;
}

/** `bench chat`: whether both sides answer conversations in the same shape and count the same tokens. */
export const chatCommand: DefineCommand = (command, io, done) => {
  addConfigOptions(command)
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
      const { provider, chatModel, deterministic, json } = flags;
      const requested = {
        probe: 'chat',
        ...(provider === undefined ? {} : { provider }),
        ...(chatModel === undefined ? {} : { model: chatModel }),
        deterministic: deterministic === true,
      } as const;
      done((await runProbe(requested, flags, io, { json })).exitCode);
    });
};
