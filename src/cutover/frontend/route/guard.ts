import { counted } from '../../../counted.ts';
import { quantileInverseCdf } from '../../../stats/quantiles.ts';

/** What a route may cost before it is closed. */
export interface RouteLimits {
  readonly windowMs: number;
  /** Share of the routed requests of a window that the candidate may fail. */
  readonly failures: number;
  /** p95 of the candidate in a window over that of the incumbent, in it or before it. */
  readonly p95Ratio: number;
  /** Requests, of either side, before a share or a quantile says anything. */
  readonly least: number;
  /** How often the verdict is looked up. */
  readonly verdictEveryMs: number;
}

export const ROUTE_LIMITS: RouteLimits = {
  windowMs: 60_000,
  failures: 0.01,
  p95Ratio: 1.5,
  least: 20,
  verdictEveryMs: 1000,
};

/** Decides whether a route is open; every switch is told with its reason. */
export interface RouteGuard {
  readonly isOpen: () => boolean;
  /** Looks the verdict up again; a look-up that fails closes the route. */
  readonly look: () => Promise<void>;
  readonly routed: (ok: boolean, latencyMs: number) => void;
  readonly incumbentAnswered: (latencyMs: number) => void;
  readonly stop: () => void;
}

/** Added to the limit, so that a fast incumbent does not make every millisecond too slow. */
const FLOOR_MS = 5;
/** Failures below this many are no rate. */
const LEAST_FAILURES = 3;
/** Response times of a window that are kept of each side. */
const MOST_TIMES = 5000;
/** Response times of the incumbent that are kept from earlier windows: routed whole, a path has no newer ones. */
const MOST_BEFORE = 200;

/**
 * A guard that is closed until a verdict stands. `standing` gives null where one does, else why not. A lost verdict
 * closes the route while it is lost; a spent budget or a slow candidate closes it until the process is started again.
 */
export function routeGuard(options: {
  readonly limits: RouteLimits;
  readonly standing: () => Promise<string | null>;
  readonly log: (line: string) => void;
  readonly now: () => number;
}): RouteGuard {
  const { limits, standing, log, now } = options;
  let noVerdict: string | null = 'the verdict was not looked up yet';
  let spent: string | null = null;
  let window = emptyWindow(now());
  let before: readonly number[] = [];
  const current = () => {
    if (now() - window.startMs >= limits.windowMs) {
      before = [...before, ...window.incumbent].slice(-MOST_BEFORE);
      window = emptyWindow(now());
    }
    return window;
  };
  /** Response times of the incumbent: those of this window, with earlier ones where they are too few. */
  const incumbentTimes = (): readonly number[] => {
    const { incumbent } = current();
    return incumbent.length < limits.least ? [...before, ...incumbent] : incumbent;
  };
  const spend = (reason: string): void => {
    if (spent !== null) return;
    spent = reason;
    log(`closed: ${reason}; everything goes to the incumbent until the frontend is started again`);
  };
  const look = async (): Promise<void> => {
    const reason = await standing().catch(() => 'the ledger cannot be read');
    if (reason === noVerdict) return;
    noVerdict = reason;
    if (reason !== null) return log(`closed: ${reason}`);
    log(
      incumbentTimes().length < limits.least
        ? `open: the verdict stands; a slow candidate closes it only after ${counted(limits.least, 'answer')} of the incumbent`
        : 'open: the verdict stands',
    );
  };
  const timer = setInterval(() => void look(), limits.verdictEveryMs);
  timer.unref();
  const judgeLatency = (): void => {
    const { candidate, incumbent: newest } = current();
    // Sorting at each request would cost users time.
    if ((candidate.length + newest.length) % limits.least !== 0) return;
    const incumbent = incumbentTimes();
    if (Math.min(candidate.length, incumbent.length) < limits.least) return;
    const [own, other] = [quantileInverseCdf(candidate, 0.95), quantileInverseCdf(incumbent, 0.95)];
    if (own === null || other === null || own <= limits.p95Ratio * other + FLOOR_MS) return;
    spend(`p95 of the candidate is ${own.toFixed(1)} ms, of the incumbent ${other.toFixed(1)} ms`);
  };
  return {
    isOpen: () => noVerdict === null && spent === null,
    look,
    routed: (ok, latencyMs) => {
      const { candidate, counts } = current();
      counts.routed += 1;
      if (!ok) counts.failed += 1;
      else if (candidate.length < MOST_TIMES) candidate.push(latencyMs);
      const isSpent =
        counts.failed >= LEAST_FAILURES && counts.failed > limits.failures * counts.routed;
      if (isSpent) {
        spend(`the candidate failed ${counts.failed} of ${counts.routed} requests of this window`);
      } else judgeLatency();
    },
    incumbentAnswered: (latencyMs) => {
      const { incumbent } = current();
      if (incumbent.length < MOST_TIMES) incumbent.push(latencyMs);
      judgeLatency();
    },
    stop: () => clearInterval(timer),
  };
}

function emptyWindow(startMs: number) {
  const [candidate, incumbent]: [number[], number[]] = [[], []];
  return { startMs, candidate, incumbent, counts: { routed: 0, failed: 0 } };
}
