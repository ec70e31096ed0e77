import { alphaOfLook, type Look } from '../../../src/stats/decisions/spent-alpha.ts';
import type { Random } from '../../../src/stats/random.ts';
import { type DrawnNeed, drawnFindings } from './drawn-findings.ts';
import type { GatesUnderTest } from './gates.ts';
import type { Limit, Requirement } from './requirements.ts';
import {
  BOUND_ERRORS,
  BUILDS_ALIKE,
  BUILDS_APART,
  CLUSTERS,
  ERRORS,
  FEW_EMPTY,
  FEW_ERRORS,
  HIDDEN_LOSSES,
  lossOf,
  type RunLaw,
  VIOLATIONS,
} from './run-laws.ts';

const FALSE_ANSWER: Limit = { kind: 'at most', rate: 0.05, withError: true };
const POWER: Limit = { kind: 'at least', rate: 0.9, withError: false };
const FIRST: Look = { number: 1, alpha: alphaOfLook(1) };

/** What the whole verdict must hold at its default margins, in a first look unless it is said otherwise. */
export function verdictRequirements(): Requirement[] {
  const inside = [1_000, 3_000].flatMap((needs) => [
    verdict('False fail, whole verdict: losses inside the margin', lossOf(0.8, 1), needs, 'fail'),
    verdict('False fail, whole verdict: losses inside the margin', lossOf(0.8, 0.1), needs, 'fail'),
    verdict('False fail, whole verdict: losses at the margin', lossOf(1, 1), needs, 'fail'),
    verdict('False fail, whole verdict: losses at the margin', lossOf(1, 0.1), needs, 'fail'),
  ]);
  const alike = [FEW_ERRORS, FEW_EMPTY, VIOLATIONS].flatMap((law) =>
    (['fail', 'environment unfit'] as const).map((event) =>
      verdict('The same side twice', law, 1_000, event),
    ),
  );
  return [
    ...inside,
    ...alike,
    verdict('The same side twice', ERRORS, 1_000, 'fail'),
    verdict('False pass, whole verdict: an incumbent that fails', ERRORS, 1_000, 'pass'),
    verdict(
      'False pass, whole verdict: one loss, seen by all gates',
      lossOf(1, 1, true),
      1_000,
      'pass',
    ),
    verdict('False pass, whole verdict: errors bound to needs', BOUND_ERRORS, 1_000, 'pass'),
    verdict('False pass, whole verdict: losses beside empty lists', HIDDEN_LOSSES, 3_000, 'pass'),
    again('False pass: asked again until it is decided', 'levels shared by the looks', alphaOfLook),
    verdict('Two builds of one HNSW index', BUILDS_ALIKE, 1_000, 'fail'),
    verdict('An HNSW index searched less well', BUILDS_APART, 1_000, 'pass'),
    { ...verdict('Pass: nothing is lost', lossOf(0, 1), 1_000, 'pass'), limit: POWER },
  ];
}

/** What goes wrong otherwise, and where a claim ends. */
export function verdictContrasts(): Requirement[] {
  const shown = (row: Requirement): Requirement => ({ ...row, limit: null });
  return [
    shown(again('Asked again at α = .05 each time', 'levels not shared', () => 0.05)),
    shown(
      verdict('Clusters drawn anew: the claim is about these clusters', CLUSTERS, 1_056, 'pass'),
    ),
  ];
}

function verdict(
  group: string,
  law: RunLaw,
  needs: number,
  event: 'pass' | 'fail' | 'environment unfit',
): Requirement {
  return {
    group,
    name: law.name,
    size: `${needs} needs`,
    truth: law.truth,
    event,
    limit: FALSE_ANSWER,
    kind: 'verdict',
    happens: (random, gates) =>
      gates.verdict(() => drawnFindings(law.draw(needs, random)), FIRST) === event,
  };
}

const LOOKS = 5;
const FIRST_NEEDS = 800;

/** Who is told that more needs would decide asks half as many on top, five times over, whatever he has seen. */
function again(group: string, name: string, alphaOf: (look: number) => number): Requirement {
  const law = lossOf(1, 1, true);
  return {
    group,
    name: `whole lost; ${name}`,
    size: `${FIRST_NEEDS} needs, up to ${LOOKS} looks`,
    truth: law.truth,
    event: 'pass',
    limit: FALSE_ANSWER,
    kind: 'verdict',
    happens: (random, gates) => passesAtLast(law, random, gates, alphaOf),
  };
}

function passesAtLast(
  law: RunLaw,
  random: Random,
  gates: GatesUnderTest,
  alphaOf: (look: number) => number,
): boolean {
  const needs: DrawnNeed[] = [];
  for (let number = 1; number <= LOOKS; number++) {
    const more = number === 1 ? FIRST_NEEDS : Math.ceil(needs.length / 2);
    needs.push(...law.draw(more, random));
    const state = gates.verdict(() => drawnFindings(needs), { number, alpha: alphaOf(number) });
    if (state !== 'inconclusive') return state === 'pass';
  }
  return false;
}
