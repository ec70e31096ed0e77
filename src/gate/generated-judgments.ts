import type { GatesConfig } from '../config/schema.ts';
import type { Corpus } from '../corpus/types.ts';

/**
 * Gates as they hold over a corpus: where its judgments were generated with its documents, nDCG gates nothing unless
 * somebody set its margin, or declared that judgments are the truth.
 * @param origins where each value came from, by dotted key; what is missing there is a default
 */
export function gatesOver(
  { generated }: Pick<Corpus, 'generated'>,
  gates: GatesConfig,
  { origins, truth }: { readonly origins: ReadonlyMap<string, string>; readonly truth: string },
): GatesConfig {
  const isSet = (origins.get('gates.ndcg.margin') ?? 'default') !== 'default';
  if (generated !== true || isSet || truth === 'judgments' || gates.ndcg?.margin === undefined) {
    return gates;
  }
  const { ndcg, ...others } = gates;
  const { margin: _, ...kept } = ndcg;
  return { ...others, ndcg: kept, generatedJudgments: true };
}
