import { Command } from 'commander';
import type { ConfigFlags } from '../../../bench/config-options.ts';
import type { Io } from '../../../bench/io.ts';
import { retrieveCommand } from '../../../bench/retrieve.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { ledgerInputsOfRun } from '../../logs/evidence/ledger-inputs.ts';
import type { LedgerInput } from '../../logs/ledger/row.ts';
import { openRun } from '../../record/open-run.ts';

/** What the main job came to when it was run on backends that are open already. */
export interface RetrieveResult {
  readonly code: ExitCode;
  readonly inputs: readonly LedgerInput[];
}

/** Runs `bench retrieve` on two URLs with the same flags; its report is in the run folder. */
export async function runRetrieve(
  flags: ConfigFlags,
  urls: { readonly incumbent: string; readonly candidate: string },
  io: Io,
): Promise<RetrieveResult> {
  let printed = '';
  let code: ExitCode = EXIT.infrastructure;
  const program = new Command('bench').exitOverride();
  retrieveCommand(program, { ...io, stdout: (text) => (printed += text) }, (result) => {
    code = result;
  });
  await program.parseAsync(['retrieve', '--json', ...argvOf(flags, urls)], { from: 'user' });
  const line = printed.split('\n').find((text) => text.startsWith('{'));
  if (line === undefined) return { code, inputs: [] };
  const { run } = JSON.parse(line) as { run: string };
  return { code, inputs: await ledgerInputsOfRun(await openRun(run)) };
}

function argvOf(
  flags: ConfigFlags,
  urls: { readonly incumbent: string; readonly candidate: string },
): string[] {
  const given = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [name, value];
  return [
    ...given('--config', flags.config),
    ...(flags.quick === true ? ['--quick'] : []),
    ...given('--corpus', flags.corpus),
    ...given('--model', flags.model),
    ...given('--k', flags.k),
    ...given('--seed', flags.seed),
    ...given('--runs', flags.runs),
    ...flags.set.flatMap((text) => ['--set', text]),
    '--incumbent-url',
    urls.incumbent,
    '--candidate-url',
    urls.candidate,
  ];
}
