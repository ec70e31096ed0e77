import type { Encoder } from '../../../../embed/types.ts';
import { UsageError } from '../../../../errors.ts';
import { isVictim } from '../draw.ts';
import type { FaultHooks, FaultSpec } from '../types.ts';

/** An encoder beside the sound one, of as many dimensions. */
export interface OtherEncoder {
  embed(texts: readonly string[]): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}

/**
 * Serves a share of the texts, drawn by the text, from another encoder under the sound one's name.
 * @throws UsageError where the sound encoder has no model folder to make the other one from.
 */
export function mixedEncoder(
  { kind, rate, seed }: FaultSpec,
  open: (sound: Encoder, folder: string) => Promise<OtherEncoder>,
): FaultHooks {
  return {
    encoder: async (sound, folder) => {
      if (folder === null) {
        throw new UsageError('fault-encoder', `the fault ${kind} needs an encoder from a folder`, {
          hint: 'name the model folder with --encoder',
        });
      }
      const other = await open(sound, folder);
      return {
        name: sound.name,
        dimension: sound.dimension,
        maxTokens: sound.maxTokens,
        fingerprint: sound.fingerprint,
        embed: async (texts, textKind) => {
          const victims = texts.filter((text) => isVictim(text, rate, seed, kind));
          const vectors = await sound.embed(texts, textKind);
          const replaced = await other.embed(victims);
          let next = 0;
          return texts.map((text, at) => {
            const own = vectors[at] ?? new Float32Array(sound.dimension);
            return isVictim(text, rate, seed, kind) ? (replaced[next++] ?? own) : own;
          });
        },
        close: () => other.close(),
      };
    },
  };
}
