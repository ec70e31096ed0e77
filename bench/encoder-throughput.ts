// node --conditions=source bench/encoder-throughput.ts [FOLDER]
import { cpus } from 'node:os';
import { rolePlaceText } from '../src/corpus/generate/needs/questions.ts';
import { trainingTexts } from '../src/corpus/generate/training-texts.ts';
import { PLACES } from '../src/corpus/generate/world/places.ts';
import { ROLES } from '../src/corpus/generate/world/roles.ts';
import { measureThroughput } from '../src/embed/throughput.ts';

const folder = process.argv[2] ?? 'corpora/encoder';
const short = ROLES.flatMap((role) => PLACES.map((place) => rolePlaceText(role, place)));
const kinds = [
  { name: 'role and place', texts: [...short, ...short, ...short] },
  { name: 'training mix', texts: [...trainingTexts(1000, 1)] },
];

process.stdout.write(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}\n`);
for (const { name, texts } of kinds) {
  const batchSizes = [1, 16, 64];
  for (const one of await measureThroughput({ folder, texts, batchSizes, rounds: 9 })) {
    const rate = Math.round(one.textsPerSecond).toLocaleString('en');
    const least = Math.round(Math.min(...one.rounds)).toLocaleString('en');
    process.stdout.write(
      `${name}: batch ${one.batchSize}: ${rate} texts/s (slowest round ${least})\n`,
    );
  }
}
