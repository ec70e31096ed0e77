import type { Random } from '../../../stats/random.ts';

const NEIGHBOURS: Readonly<Record<string, string>> = {
  a: 'sq',
  b: 'vn',
  c: 'xv',
  d: 'sf',
  e: 'wr',
  f: 'dg',
  g: 'fh',
  h: 'gj',
  i: 'uo',
  j: 'hk',
  k: 'jl',
  l: 'k',
  m: 'n',
  n: 'bm',
  o: 'ip',
  p: 'o',
  q: 'w',
  r: 'et',
  s: 'ad',
  t: 'ry',
  u: 'yi',
  v: 'cb',
  w: 'qe',
  x: 'zc',
  y: 'tu',
  z: 'x',
};

/** The text with one or two typing mistakes in its longer words; always different from the text. */
export function withTypos(text: string, random: Random): string {
  const words = text.split(' ');
  const long = words.flatMap((word, at) => (/^[A-Za-z]{5,}/.test(word) ? [at] : []));
  const targets = random.sample(long, random.integer(1, 2));
  for (const at of targets) words[at] = misspelt(words[at] ?? '', random);
  return words.join(' ');
}

function misspelt(word: string, random: Random): string {
  const letters = /^[A-Za-z]+/.exec(word)?.[0].length ?? 0;
  // The first letter is seldom mistyped, and a swap needs a letter after it.
  const at = random.integer(1, letters - 2);
  const here = word.charAt(at);
  const next = word.charAt(at + 1);
  const before = word.slice(0, at);
  const kind = random.integer(0, 3);
  if (kind === 0 && here !== next) return `${before}${next}${here}${word.slice(at + 2)}`;
  if (kind === 1) return `${before}${word.slice(at + 1)}`;
  if (kind === 2) return `${before}${here}${word.slice(at)}`;
  const slips = NEIGHBOURS[here.toLowerCase()] ?? 'e';
  return `${before}${random.pick([...slips])}${word.slice(at + 1)}`;
}
