/** How ids that a corpus does not know may have been made from its own. */
export interface IdGuess {
  readonly kind: 'prefix' | 'suffix' | 'without prefix' | 'without suffix' | 'case' | 'number';
  /** What was put on or taken away; empty for the other kinds. */
  readonly affix: string;
  /** Ids that it explains, of those that were looked at. */
  readonly explained: number;
  readonly of: number;
  /** One of them, and the corpus's own. */
  readonly example: { readonly id: string; readonly own: string };
}

/** Most ids that are looked at. */
const LOOKED_AT = 500;
/** Share of the ids that a guess must explain. */
const MOST = 0.8;

type Made = Pick<IdGuess, 'kind' | 'affix'> & { readonly own: string };

/** A function that guesses, for the ids of one corpus; it prepares its look-ups once. */
export function idGuesser(
  known: ReadonlySet<string>,
): (unknown: readonly string[]) => IdGuess | null {
  let prepared: LookUps | null = null;
  return (unknown) => {
    const ids = [...new Set(unknown)]
      .filter((id) => id !== '' && !known.has(id))
      .slice(0, LOOKED_AT);
    prepared ??= lookUps(known);
    const tallies = new Map<string, { made: Made; id: string; count: number }>();
    for (const id of ids) {
      for (const made of waysTo(id, known, prepared)) {
        const name = `${made.kind} ${made.affix}`;
        const tally = tallies.get(name) ?? { made, id, count: 0 };
        tally.count += 1;
        tallies.set(name, tally);
      }
    }
    // Of equally good ones the first, and the shorter affix: `x:` before `x:w-`, which explains fewer.
    const [best] = [...tallies.values()].sort(
      (a, b) => b.count - a.count || a.made.affix.length - b.made.affix.length,
    );
    if (best === undefined || best.count < MOST * ids.length) return null;
    const { kind, affix, own } = best.made;
    return { kind, affix, explained: best.count, of: ids.length, example: { id: best.id, own } };
  };
}

/** The guess in words: `"x:w-1" for "w-1" has a prefix`. */
export function describeGuess({ kind, example }: IdGuess): string {
  const made = `${JSON.stringify(example.id)} for ${JSON.stringify(example.own)}`;
  switch (kind) {
    case 'prefix':
    case 'suffix':
      return `${made} has a ${kind}`;
    case 'without prefix':
    case 'without suffix':
      return `${made} lacks a ${kind.slice('without '.length)}`;
    case 'case':
      return `${made} differs in case`;
    case 'number':
      return `${made} is another writing of a number`;
  }
}

/** What an id of the corpus is found by, beside itself. */
interface LookUps {
  readonly byLowerCase: ReadonlyMap<string, string>;
  readonly byNumber: ReadonlyMap<number, string>;
  readonly prefix: string;
  readonly suffix: string;
}

function lookUps(known: ReadonlySet<string>): LookUps {
  const ids = [...known];
  return {
    byLowerCase: new Map(ids.map((id) => [id.toLowerCase(), id])),
    byNumber: new Map(ids.flatMap((id) => (isNumber(id) ? [[Number(id), id] as const] : []))),
    prefix: common(ids),
    suffix: reversed(common(ids.map(reversed))),
  };
}

function* waysTo(id: string, known: ReadonlySet<string>, look: LookUps): Generator<Made> {
  for (let at = 1; at < id.length; at++) {
    const [front, back] = [id.slice(0, at), id.slice(at)];
    if (known.has(back)) yield { kind: 'prefix', affix: front, own: back };
    if (known.has(front)) yield { kind: 'suffix', affix: back, own: front };
  }
  const { prefix, suffix } = look;
  if (prefix !== '' && known.has(prefix + id)) {
    yield { kind: 'without prefix', affix: prefix, own: prefix + id };
  }
  if (suffix !== '' && known.has(id + suffix)) {
    yield { kind: 'without suffix', affix: suffix, own: id + suffix };
  }
  const lower = look.byLowerCase.get(id.toLowerCase());
  if (lower !== undefined) yield { kind: 'case', affix: '', own: lower };
  const number = isNumber(id) ? look.byNumber.get(Number(id)) : undefined;
  if (number !== undefined) yield { kind: 'number', affix: '', own: number };
}

/** `7`, `007` and `7.0` are writings of one number. */
function isNumber(id: string): boolean {
  return /^\d+(\.\d+)?$/.test(id) && Number.isSafeInteger(Number(id));
}

/** What all texts begin with. */
function common(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const text of others) {
    while (length > 0 && !text.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}

function reversed(text: string): string {
  return [...text].reverse().join('');
}
