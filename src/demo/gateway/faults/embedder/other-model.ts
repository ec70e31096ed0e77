import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../../../config/package-root.ts';
import { ownFolder } from '../../../../disk/own-folder.ts';
import { loadEncoder } from '../../../../embed/encoder.ts';
import { trainingTexts, vocabularyTerms } from '../../../corpus/training-texts.ts';
import { buildModel } from '../../../encoder/build-model.ts';
import { type Recipe, SHIPPED_RECIPE } from '../../../encoder/recipe.ts';
import { writeModel } from '../../../encoder/write-model.ts';
import type { Fault } from '../types.ts';
import { mixedEncoder } from './mixed-encoder.ts';

/** A model of the same make that saw fewer texts and other ones, in a space of its own. */
export const otherModel: Fault = {
  kind: 'other-model',
  defaultRate: 1,
  summary: 'another model of as many dimensions answers under the name of the right one',
  rateMeans: 'share of the texts, drawn by their text',
  changes: ['ranking', 'score'],
  component: 'embedder',
  corpus: 'workers-200',
  plant: (spec) =>
    mixedEncoder(spec, async ({ dimension }) => {
      const encoder = await loadEncoder(await modelFolder(dimension));
      return { embed: (texts) => encoder.embed(texts, 'raw'), close: () => encoder.close() };
    }),
};

/** The folder of the other model; it is trained once, which takes seconds, and kept. */
async function modelFolder(dimension: number): Promise<string> {
  const recipe: Recipe = {
    ...SHIPPED_RECIPE,
    seed: SHIPPED_RECIPE.seed + 1,
    dimension,
    textCount: 1500,
    minShare: 0.005,
    oversampling: 8,
    iterations: 1,
  };
  const name = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 16);
  const kept = join(
    packageRoot(),
    'node_modules',
    '.cache',
    'retrieval-parity',
    `other-model-${name}`,
  );
  // The sidecar is written last: where it stands the model is whole.
  if (await exists(join(kept, 'build.json'))) return kept;
  const files = buildModel(recipe, { texts: trainingTexts, terms: vocabularyTerms() });
  try {
    await writeModel(kept, files);
    return kept;
  } catch {
    // A read-only installation trains it each time; nothing else is lost.
    const folder = await ownFolder('retrieval-parity-model-');
    await writeModel(folder, files);
    return folder;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
