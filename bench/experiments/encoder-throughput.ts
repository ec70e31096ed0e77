// node --conditions=source bench/experiments/encoder-throughput.ts [--folder FOLDER] [--out FILE]
import { rolePlaceText } from '../../src/demo/corpus/needs/questions.ts';
import { trainingTexts } from '../../src/demo/corpus/training-texts.ts';
import { PLACES } from '../../src/demo/corpus/world/places.ts';
import { ROLES } from '../../src/demo/corpus/world/roles.ts';
import { findBitDifferences, measureThroughput } from '../../src/embed/throughput.ts';
import { scriptFlags } from './script-flags.ts';
import { type Check, packageVersion, runScript, table } from './support.ts';

const { values } = scriptFlags({
  options: { folder: { type: 'string' }, out: { type: 'string' } },
});
const folder = values.folder ?? 'corpora/encoder';
const short = ROLES.flatMap((role) => PLACES.map((place) => rolePlaceText(role, place)));
const mixed = [...trainingTexts(1000, 1)];
const KINDS = [
  { name: 'short: role and place', texts: [...short, ...short, ...short] },
  { name: 'mixed: what the demo encoder is trained on', texts: mixed },
];
const BATCH_SIZES = [1, 16, 64];
const IDENTITY = { batchSizes: [1, 2, 7, 16, 64, 256], threads: [1, 2, 4] };
const LEAST_SHORT_TEXTS = 20_000;

await runScript(
  'Throughput of the local encoder',
  async (print) => {
    const checks: Check[] = [];
    const rows: string[][] = [
      ['texts', 'batch', 'texts/s', 'slowest round', 'texts/CPU-second', 'against batch 1'],
    ];
    for (const { name, texts } of KINDS) {
      const measured = await measureThroughput({
        folder,
        texts,
        batchSizes: BATCH_SIZES,
        rounds: 9,
      });
      const single = measured[0]?.textsPerCpuSecond ?? Number.NaN;
      for (const one of measured) {
        rows.push([
          name,
          String(one.batchSize),
          whole(one.textsPerSecond),
          whole(Math.min(...one.rounds)),
          whole(one.textsPerCpuSecond),
          `${(one.textsPerCpuSecond / single).toFixed(2)} ×`,
        ]);
        if (one.batchSize !== 64 || texts === mixed) continue;
        checks.push({
          what: 'short texts a second of one core, batch 64, tokenizer and session',
          value: whole(one.textsPerCpuSecond),
          bound: `≥ ${whole(LEAST_SHORT_TEXTS)}`,
          holds: one.textsPerCpuSecond >= LEAST_SHORT_TEXTS,
        });
      }
    }
    print('One thread; batch sizes take turns within each of 9 rounds.\n');
    print(table(rows));
    const texts = [...short.slice(0, 500), ...mixed.slice(0, 500)];
    const differences = await findBitDifferences({ folder, texts, ...IDENTITY });
    const { batchSizes, threads } = IDENTITY;
    checks.push({
      what: `texts of ${texts.length} whose bits differ, batches of ${batchSizes.join(', ')} on ${threads.join(', ')} threads`,
      value: String(differences.reduce((sum, { texts: differing }) => sum + differing, 0)),
      bound: '0',
      holds: differences.length === 0,
    });
    return checks;
  },
  [`onnxruntime ${packageVersion('onnxruntime-node')}`],
  { folder: { type: 'string' } },
);

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
