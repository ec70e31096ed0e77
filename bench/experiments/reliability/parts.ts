import type { Experiment, ExperimentResult } from './experiment.ts';

/** What one process tries of an experiment: so many tries from a seed on. */
export interface Part {
  /** The experiment's. */
  readonly name: string;
  readonly tries: number;
  readonly seed: number;
}

/** The parts of an experiment in the order of their seeds; one where it cannot be parted. */
export function partsOf(
  { name, perProcess }: Pick<Experiment, 'name' | 'perProcess'>,
  tries: number,
  seed: number,
): Part[] {
  const most = perProcess ?? tries;
  const parts: Part[] = [];
  for (let done = 0; done < tries; done += most) {
    parts.push({ name, tries: Math.min(most, tries - done), seed: seed + done });
  }
  return parts;
}

/** What came out of all parts of an experiment together. */
export function merged(results: readonly ExperimentResult[]): ExperimentResult {
  const sum = (of: (result: ExperimentResult) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  return {
    tries: sum(({ tries }) => tries),
    survived: sum(({ survived }) => survived),
    failed: sum(({ failed }) => failed),
    failures: results.flatMap(({ failures }) => failures),
  };
}

/** What an experiment that came to no end counts as: one try that failed. */
export function unfinished({ seed }: Part, why: string): ExperimentResult {
  const what = `the experiment itself failed: ${why}`;
  return { tries: 1, survived: 0, failed: 1, failures: [{ seed, what }] };
}

/**
 * How many experiments passed, failed or tried nothing, as the test runner's closing line says it, e.g.
 * `10 passed, 1 failed, 0 skipped`.
 */
export function closingLine(
  results: readonly Pick<ExperimentResult, 'tries' | 'failed'>[],
): string {
  const failed = results.filter((result) => result.failed > 0).length;
  const skipped = results.filter((result) => result.failed === 0 && result.tries === 0).length;
  return `${results.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped`;
}
