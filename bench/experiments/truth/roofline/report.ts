import {
  key,
  left,
  list,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
} from '../../../../src/report/blocks.ts';
import type { Content, ReportDocument } from '../../../../src/report/model.ts';
import {
  code,
  count,
  MISSING,
  metric,
  ms,
  prose,
  range,
  ratio,
  share,
  text,
} from '../../../../src/report/spans.ts';
import { medianOf } from '../../../../src/stats/quantiles.ts';
import { endSections } from '../../end-sections.ts';
import { ceilingOf, productsMs, type Roofline, type RooflineCase, WANTED } from './record.ts';

/** The limits as a document: the same data gives the same document. */
export function rooflineReport(roofline: Roofline): ReportDocument {
  const { peaks, threads, cases, k, faiss, command, provenance } = roofline;
  const giga = (perSecond: number) => metric(perSecond / 1e9, 1);
  const ceiling = ceilingOf(roofline);
  return reportOf(
    [
      section('question', null, [
        paragraph(
          prose`What limits exact search by 8-bit integers (the engine ${code('int8')}) on this machine, and which ratio to faiss the limits allow. k = ${count(k)}, ${count(threads)} threads, clustered vectors. An operation is a multiplication or an addition; each pair of row and query takes two a dimension.`,
        ),
      ]),
      section('peaks', 'What one thread can do', [
        table(
          [key(left('limit')), right('measured'), left('unit')],
          [
            row(
              ['clock'],
              ['clock, by a chain of integer multiplications', giga(peaks.clockHz), 'GHz'],
            ),
            row(
              ['float32'],
              [
                'float32, the best square product of onnxruntime',
                giga(peaks.float32),
                'billion operations a second',
              ],
            ),
            row(
              ['int8'],
              [
                'u8 × s8, the best square product of onnxruntime',
                giga(peaks.int8),
                'billion operations a second',
              ],
            ),
            row(
              ['ceiling'],
              [
                prose`${text(peaks.instruction)}, ${count(peaks.opsPerCycle)} operations a cycle at that clock`,
                giga(ceiling),
                'billion operations a second',
              ],
            ),
            row(
              ['copy'],
              ['a copy of memory, read and written', giga(peaks.copyBytesPerSecond), 'GB a second'],
            ),
          ],
        ),
        paragraph(
          'The ceiling is that of the widest instruction that multiplies such integers without saturation, with two units a core. A processor without VNNI adds pairs of 8-bit products in 16 bits, which saturates: exact products take 16-bit instructions there, at twice the operations of float32.',
        ),
      ]),
      section('stages', 'Where one thread spends a search', [
        table(
          [
            ...SIZE,
            right('products ms', 'products'),
            right('scan ms', 'scan'),
            right('refine ms', 'refine'),
            right('rest ms', 'rest'),
            right('products, share of the time', 'share'),
            right('products, share of the ceiling', 'of-ceiling'),
            right('pairs kept by the scan', 'kept'),
            right('scored in float64', 'scored'),
            right('prepare ms', 'prepare'),
          ],
          cases.map((one) => rowOf(one, stageCells(one, ceiling))),
        ),
        paragraph(
          'One thread with its share of the rows. The scan looks at every product once; refining scores what the bound could not exclude, first in float32, then in float64.',
        ),
      ]),
      section('limits', 'What the ceiling allows', [
        table(
          [
            ...SIZE,
            right('int8 ms', 'int8'),
            right('least–greatest', 'int8-range'),
            right('faiss ms', 'faiss'),
            right('least–greatest', 'faiss-range'),
            right('int8 over faiss', 'ratio'),
            right('products alone at the ceiling, ms', 'alone'),
            right('largest ratio there', 'largest'),
            right(`ceiling that ${WANTED} × takes`, 'needed'),
          ],
          cases.map((one) => rowOf(one, limitCells(roofline, one))),
        ),
        list(cases.flatMap((one) => claimOf(roofline, one))),
      ]),
      ...endSections(
        [
          'Processors with VNNI or AMX, whose ceiling is two to sixteen times as high.',
          'Engines that leave pairs out before they multiply, as trees and clusters do: they have no such ceiling, and gain nothing on vectors that lie evenly.',
          'Machines with a load: clock and turns of a shared processor vary, and the least and the greatest are told.',
        ],
        {
          command,
          provenance: text(provenance),
          more: prose` faiss: ${faiss === null ? 'not there' : text(faiss, 400)}. Ratios are those of medians.`,
        },
      ),
    ],
    {
      title: 'What limits exact search by 8-bit integers',
      generated: { from: 'roofline.json', by: 'bench documents --write' },
    },
  );
}

const SIZE = [key(right('rows')), key(right('queries')), key(right('dimensions'))];

function rowOf({ rows, queries, dimension }: RooflineCase, cells: readonly Content[]) {
  return row([rows, queries, dimension], [count(rows), count(queries), count(dimension), ...cells]);
}

function stageCells(
  { stages, shardRows, queries, dimension }: RooflineCase,
  ceiling: number,
): Content[] {
  const { multiplyMs, scanMs, refineMs, restMs, prepareMs, kept, scored } = stages;
  const whole = multiplyMs + scanMs + refineMs + restMs;
  const perSecond = (2 * shardRows * queries * dimension) / (multiplyMs / 1000);
  return [
    ...[ms(multiplyMs, 1), ms(scanMs, 1), ms(refineMs, 1), ms(restMs, 1)],
    ...[share(multiplyMs / whole, 0), share(perSecond / ceiling, 0)],
    ...[count(kept), count(scored), ms(prepareMs, 1)],
  ];
}

function limitCells(roofline: Roofline, one: RooflineCase): Content[] {
  const int8 = medianOf(one.int8Ms) ?? 0;
  const faiss = medianOf(one.faissMs);
  const alone = productsMs(roofline, one, ceilingOf(roofline));
  return [
    ...[ms(int8, 1), range(Math.min(...one.int8Ms), Math.max(...one.int8Ms), ms(null, 1))],
    ...(faiss === null
      ? [MISSING, MISSING, MISSING]
      : [
          ms(faiss, 1),
          range(Math.min(...one.faissMs), Math.max(...one.faissMs), ms(null, 1)),
          ratio(faiss / int8, 2),
        ]),
    ms(alone, 1),
    faiss === null ? MISSING : ratio(faiss / alone, 2),
    faiss === null ? MISSING : share((WANTED * alone) / faiss, 0),
  ];
}

/** Whether the ratio that is asked for can be had under the ceiling, and what it leaves for all but products. */
function claimOf(roofline: Roofline, one: RooflineCase): Content[] {
  const faiss = medianOf(one.faissMs);
  if (faiss === null) return [];
  const { rows, queries, dimension, stages } = one;
  const alone = productsMs(roofline, one, ceilingOf(roofline));
  const others = stages.scanMs + stages.refineMs + stages.restMs;
  const what = prose`${count(rows)} × ${count(queries)} × ${count(dimension)}`;
  const asked = faiss / WANTED;
  const reached = (medianOf(one.int8Ms) ?? 0) <= asked;
  if (reached) return [[...what, ...prose`: ${count(WANTED)} times faiss is reached.`]];
  if (alone >= asked) {
    return [
      [
        ...what,
        ...prose`: ${count(WANTED)} times faiss would be ${ms(asked, 1)} ms. The products alone take ${ms(alone, 1)} ms at the ceiling of this processor, so no engine that multiplies every pair in integers reaches it here.`,
      ],
    ];
  }
  return [
    [
      ...what,
      ...prose`: ${count(WANTED)} times faiss would be ${ms(asked, 1)} ms. At the ceiling the products would take ${ms(alone, 1)} ms of it, which leaves ${ms(asked - alone, 1)} ms for all else; that takes ${ms(others, 1)} ms a thread now.`,
    ],
  ];
}
