import { resolve } from 'node:path';
import { trainingTexts, vocabularyTerms } from '../../src/demo/corpus/training-texts.ts';
import { buildModel } from '../../src/demo/encoder/build-model.ts';
import { SHIPPED_RECIPE } from '../../src/demo/encoder/recipe.ts';
import { writeModel } from '../../src/demo/encoder/write-model.ts';
import { EXIT, UsageError } from '../../src/errors.ts';
import type { DefineCommand } from '../command.ts';

/** `bench encoder build`: makes the demo encoder again, byte for byte. */
export const encoderCommand: DefineCommand = (command, io, done) => {
  command
    .command('build')
    .description('train the demo encoder on generated texts, about a minute')
    .requiredOption('--out <folder>', 'where to; existing model files are replaced')
    .option('--seed <integer>', 'the same seed gives the same bytes', String(SHIPPED_RECIPE.seed))
    .action(async (options: { out: string; seed: string }) => {
      const recipe = { ...SHIPPED_RECIPE, seed: seedOf(options.seed) };
      const source = { texts: trainingTexts, terms: vocabularyTerms() };
      const files = buildModel(recipe, source, (stage) => io.stderr(`${stage}\n`));
      const folder = resolve(io.cwd, options.out);
      for (const { path, sha256 } of await writeModel(folder, files)) {
        io.stdout(`${sha256}  ${path}\n`);
      }
      done(EXIT.pass);
    });
};

function seedOf(written: string): number {
  const seed = /^\d{1,10}$/.test(written) ? Number(written) : Number.NaN;
  if (seed <= 0xffffffff) return seed;
  throw new UsageError('usage-number', `--seed: ${JSON.stringify(written)} cannot be used`, {
    hint: 'give a whole number from 0 to 4294967295',
  });
}
