import { randomOf } from '../../../stats/random.ts';

/** A stream of numbers in [0, 1) that depends on the seed and the label alone. */
export function drawStream(seed: number, label: string): () => number {
  // FNV-1a, so that two collections of one run have victims of their own.
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(label)) hash = Math.imul(hash ^ byte, 0x01000193);
  const random = randomOf(seed ^ hash);
  // The first outputs of neighbouring seeds resemble each other.
  for (let i = 0; i < 16; i++) random.bits32();
  return () => random.bits32() / 2 ** 32;
}

/**
 * Which of `count` positions are victims: `rate` of them, rounded, and never none.
 */
export function drawVictims(
  count: number,
  rate: number,
  seed: number,
  label: string,
): ReadonlySet<number> {
  const wanted = Math.min(count, Math.max(1, Math.round(count * rate)));
  const draw = drawStream(seed, label);
  const positions = Array.from({ length: count }, (_, position) => position);
  const victims = new Set<number>();
  for (let i = 0; i < wanted; i++) {
    const j = i + Math.floor(draw() * (count - i));
    const picked = positions[j] ?? i;
    positions[j] = positions[i] ?? i;
    victims.add(picked);
  }
  return victims;
}

/** Whether one of many, known by a key, is a victim: a share of `rate` of all keys is. */
export function isVictim(key: string, rate: number, seed: number, label: string): boolean {
  return drawStream(seed, `${label} ${key}`)() < rate;
}
