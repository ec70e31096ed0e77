import { gapLine } from '../../gate/gap-text.ts';
import type { GateResult, GateState, Verdict } from '../../gate/verdict.ts';
import { chartFigure, legend } from '../charts/figure.ts';
import { type IntervalRow, intervalChart } from '../charts/intervals.ts';
import { MARGIN_AXIS, MARGIN_LINES } from '../charts/margins.ts';
import { anchorOf, inline } from '../html/blocks.ts';
import { type Html, html, NOTHING } from '../html/tag.ts';
import { scaledGate } from '../scaled-gate.ts';
import { gateEvidence, levelOf } from '../sections/gates.ts';
import { bounds, change, difference, text } from '../spans.ts';

const TONE = { fail: 'bad', inconclusive: 'unsure', pass: 'good' } as const;

/** Every gate, grouped by its answer: what fails comes first. */
export function gatesPart(verdict: Verdict): Html {
  const group = (title: string, gates: readonly GateResult[], state: GateState): Html =>
    gates.length === 0
      ? NOTHING
      : html`<h3>${title} <span class="quiet">${gates.length}</span></h3>${groupChart(gates, state)}`;
  const of = (state: GateState, gated: boolean) =>
    verdict.gates.filter((gate) => gate.state === state && gate.gated === gated);
  return html`${legend([
    ['good', 'passed'],
    ['bad', 'failed'],
    ['unsure', 'undecided'],
  ])}<p class="quiet">Bars are ${levelOf(verdict.look)} bounds. The dashed line is the margin: a gate passes where its whole bar lies to the right of it.</p>${group('Failed', of('fail', true), 'fail')}${group('Undecided', of('inconclusive', true), 'inconclusive')}${group('Passed', of('pass', true), 'pass')}${notVerified(verdict)}${advisory(verdict)}`;
}

function notVerified({ notVerified: gaps }: Verdict): Html {
  if (gaps.length === 0) return NOTHING;
  return html`<h3>Not verified <span class="quiet">${gaps.length}</span></h3><ul class="plain">${gaps.map((gap) => html`<li>${gapLine(gap)}</li>`)}</ul>`;
}

function advisory({ gates }: Verdict): Html {
  const shown = gates.filter(({ gated }) => !gated);
  if (shown.length === 0) return NOTHING;
  return html`<details><summary>Advisory: ${shown.length} that decide nothing</summary>${shown.map((gate) => groupChart([gate], gate.state))}</details>`;
}

function groupChart(gates: readonly GateResult[], state: GateState): Html {
  const drawn = gates.filter((gate) => scaledGate(gate) !== null);
  const told = gates.filter((gate) => scaledGate(gate) === null);
  const chart =
    drawn.length === 0
      ? NOTHING
      : chartFigure(
          { title: '' },
          intervalChart({
            axis: MARGIN_AXIS,
            rows: drawn.map((gate) => rowOf(gate, state)),
            references: MARGIN_LINES,
          }),
        );
  return html`${chart}${
    told.length === 0
      ? NOTHING
      : html`<ul class="told">${told.map((gate) => html`<li class="${TONE[state]}"><a href="${evidenceLink(gate)}">${nameOf(gate)}</a> <span>${gate.reason}</span></li>`)}</ul>`
  }`;
}

function rowOf(gate: GateResult, state: GateState): IntervalRow {
  const at = scaledGate(gate);
  const like = gate.kind.type === 'latency' ? change(null) : difference(null);
  const numbers = html`${inline({ ...like, value: gate.mean })} ${gate.lower === null && gate.upper === null ? NOTHING : inline(bounds(gate.lower, gate.upper, like))}`;
  return {
    label: html`<a href="${evidenceLink(gate)}">${nameOf(gate)}</a>`,
    estimates: [
      {
        kind: TONE[state],
        at: at?.mean ?? null,
        lower: at?.lower ?? null,
        upper: at?.upper ?? null,
      },
    ],
    note: html`${numbers}<span class="why">margin ${gate.margin ?? '–'} · ${gate.reason}</span>`,
    says: `${gate.name} of ${gate.cell}: ${gate.state}, ${gate.reason}`,
  };
}

function nameOf({ name, cell, slice }: GateResult): Html {
  return html`<strong>${name}</strong>${cell === 'all' ? NOTHING : html` <span class="quiet">${cell}</span>`}${slice === null ? NOTHING : html` <span class="quiet">${inline(text(slice))}</span>`}`;
}

function evidenceLink(gate: GateResult): string {
  const [first] = gateEvidence(gate);
  return first?.kind === 'section' ? `#${anchorOf(first.id)}` : '#gates';
}
