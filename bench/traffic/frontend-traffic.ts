import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { ledgerVerdicts } from '../../src/cutover/frontend/ledger-verdicts.ts';
import type { EvidenceRoute } from '../../src/cutover/frontend/route/evidence-route.ts';
import { ROUTE_LIMITS, routeGuard } from '../../src/cutover/frontend/route/guard.ts';
import { translatorFor } from '../../src/cutover/frontend/route/translate.ts';
import type { ResponseAdapter } from '../../src/cutover/frontend/types.ts';
import { UsageError } from '../../src/errors.ts';
import { logQuestions, type QuestionLog } from '../../src/traffic/question-log.ts';
import { createRedactor, parseRule } from '../../src/traffic/redact/redactor.ts';
import { configOf } from '../config-options.ts';
import type { Io } from '../io.ts';
import { redactOption, shareFlag } from './traffic-options.ts';
import { watchVersions } from './watch-versions.ts';

/** Flags of a frontend that learns from traffic, or moves some of it. */
export interface TrafficFlags {
  readonly config?: string;
  readonly log?: string;
  readonly logShare: number;
  readonly redact?: readonly string[];
  readonly route?: string;
  readonly percent: number;
  readonly routeKey: string;
  readonly routeWindow: number;
}

/** Adds them to a command. */
export function addTrafficOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration with the dialects of both sides')
    .optionsGroup('Log of questions:')
    .option('--log <file>', 'append questions and answers, redacted, for bench capture')
    .option('--log-share <share>', 'of the questions that is logged', shareFlag, 1)
    .addOption(redactOption())
    .optionsGroup('Route:')
    .option(
      '--route <path=candidate>',
      'let the candidate answer a share of a path, e.g. /api/vectors/hybrid=candidate',
    )
    .option('--percent <n>', 'share of --route that the candidate answers', percent, 0)
    .option('--route-key <header>', 'its value decides who is in the share', 'x-user-id')
    .option(
      '--route-window <seconds>',
      'over which failures and response times are judged',
      seconds,
      ROUTE_LIMITS.windowMs / 1000,
    )
    .optionsGroup('Options:');
}

/** The log of a frontend; null where none is asked for. */
export async function questionLogOf(flags: TrafficFlags, io: Io): Promise<QuestionLog | null> {
  if (flags.log === undefined) return null;
  const { config } = await configOf(configFlags(flags), io, { oneSide: true });
  let hasFailed = false;
  return logQuestions({
    path: resolve(io.cwd, flags.log),
    dialect: config.incumbent.dialect,
    share: flags.logShare,
    redactor: createRedactor((flags.redact ?? []).map(parseRule)),
    random: Math.random,
    onError: () => {
      if (!hasFailed) io.stderr('bench: the log cannot be written; questions are lost\n');
      hasFailed = true;
    },
  });
}

/** A route, and what ends the watch over the backends that its verdict is of. */
export interface WatchedRoute {
  readonly route: EvidenceRoute;
  readonly stop: () => Promise<void>;
}

/**
 * The route of a frontend; null where none is asked for.
 * @throws UsageError where it is no path of the incumbent, nothing answers it, or no adapter is named.
 */
export async function routeOfFlags(
  flags: TrafficFlags,
  place: {
    readonly incumbentUrl: string;
    readonly candidateUrl: string | null;
    readonly ledger: string;
    readonly adapters: ReadonlyMap<string, ResponseAdapter>;
  },
  io: Io,
): Promise<WatchedRoute | null> {
  if (flags.route === undefined) return null;
  const [, path] = /^\/api(\/[^=]+)=candidate$/.exec(flags.route) ?? [];
  if (path === undefined || place.candidateUrl === null) {
    throw new UsageError('frontend-route', `--route ${flags.route}: nothing to route to`, {
      hint: 'write --route /api/PATH=candidate and name a candidate by --candidate-url',
    });
  }
  const { config } = await configOf(configFlags(flags), io, { oneSide: true });
  const { incumbent, candidate } = config;
  const { candidatePath, translate } = translatorFor(
    path,
    incumbent.dialect,
    candidate.dialect,
    place.adapters,
  );
  const versions = await watchVersions({
    incumbent: { url: place.incumbentUrl, dialect: incumbent.dialect },
    candidate: { url: place.candidateUrl, dialect: candidate.dialect },
  });
  const dialects = {
    incumbentDialect: incumbent.dialect.fingerprint,
    candidateDialect: candidate.dialect.fingerprint,
  };
  const verdictOf = ledgerVerdicts(resolve(io.cwd, place.ledger), dialects, versions.areOf);
  const guard = routeGuard({
    limits: { ...ROUTE_LIMITS, windowMs: 1000 * flags.routeWindow },
    standing: async () => {
      const verdict = await verdictOf(candidatePath);
      if (verdict === null) return `the ledger has no verdict for ${candidatePath} that stands`;
      return verdict.verdict === 'pass'
        ? null
        : `the verdict for ${candidatePath} is ${verdict.verdict}`;
    },
    log: (line) => io.stderr(`bench: route ${path}: ${line}\n`),
    now: () => performance.now(),
  });
  await guard.look();
  const route = {
    path,
    percent: flags.percent,
    keyHeader: flags.routeKey.toLowerCase(),
    translate,
    guard,
    candidateUrl: place.candidateUrl,
    timeoutMs: 2000,
  };
  return { route, stop: versions.stop };
}

function configFlags({ config }: TrafficFlags) {
  return config === undefined ? {} : { config };
}

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError('expected a number from 0 to 100');
}

function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('expected a number of seconds');
}
