/** How an id differs from the corpus's own beside what was put on or taken away. */
export type Rewriting = 'case' | 'number';

/** How ids that a corpus does not know may have been made from its own. */
export interface IdGuess {
  readonly kind: 'prefix' | 'suffix' | 'without prefix' | 'without suffix' | 'rounded' | Rewriting;
  /** What was put on or taken away; empty for the other kinds. */
  readonly affix: string;
  /** What was rewritten besides; empty where nothing was. */
  readonly also: readonly Rewriting[];
  /** Ids that it explains, of those that were looked at. */
  readonly explained: number;
  readonly of: number;
  /** The corpus's own ids behind those that it explains. */
  readonly originals: readonly string[];
  /** One of them, and the corpus's own. */
  readonly example: { readonly id: string; readonly own: string };
}

/** Most ids that are looked at. */
const LOOKED_AT = 500;
/** Share of the ids that a guess must explain. */
const MOST = 0.8;

type Made = Pick<IdGuess, 'kind' | 'affix' | 'also'> & {
  readonly own: string;
  /** Whether the id shows all of it: `x:W-1` for `w-1` shows a prefix and case, `x:9` for `9` the prefix alone. */
  readonly isTelling: boolean;
};

interface Tally {
  /** The most telling one of them. */
  made: Made;
  id: string;
  readonly originals: string[];
}

/** A function that guesses, for the ids of one corpus; it prepares its look-ups once, when they are needed. */
export function idGuesser(
  known: ReadonlySet<string>,
): (unknown: readonly string[]) => IdGuess | null {
  let prepared: LookUps | null = null;
  return (unknown) => {
    const ids = [...new Set(unknown)]
      .filter((id) => id !== '' && !known.has(id))
      .slice(0, LOOKED_AT);
    if (ids.length === 0) return null;
    prepared ??= lookUps(known);
    const tallies = new Map<string, Tally>();
    for (const id of ids) {
      for (const made of waysTo(id, prepared)) {
        const name = JSON.stringify([made.kind, made.affix, made.also]);
        const tally = tallies.get(name) ?? { made, id, originals: [] };
        tallies.set(name, tally);
        tally.originals.push(made.own);
        if (!tally.made.isTelling && made.isTelling) Object.assign(tally, { made, id });
      }
    }
    const [best] = [...tallies.values()].sort(simplestOfBest);
    const explained = best?.originals.length ?? 0;
    if (best === undefined || explained < MOST * ids.length) return null;
    const { id, originals, made } = best;
    const { kind, affix, also, own } = made;
    return { kind, affix, also, explained, of: ids.length, originals, example: { id, own } };
  };
}

/** Of equally good ones what rewrites least, and the shorter affix: `x:` before `x:w-`, which explains fewer. */
function simplestOfBest(a: Tally, b: Tally): number {
  const [one, other] = [a.made, b.made];
  return (
    b.originals.length - a.originals.length ||
    one.also.length - other.also.length ||
    one.affix.length - other.affix.length
  );
}

/** The guess in words: `"x:W-1" for "w-1" has a prefix and differs in case`. */
export function describeGuess({ kind, also, example }: IdGuess): string {
  const made = `${JSON.stringify(example.id)} for ${JSON.stringify(example.own)}`;
  return [`${made} ${WORDS[kind]}`, ...also.map((rewriting) => WORDS[rewriting])].join(' and ');
}

const WORDS: Readonly<Record<IdGuess['kind'], string>> = {
  prefix: 'has a prefix',
  suffix: 'has a suffix',
  'without prefix': 'lacks a prefix',
  'without suffix': 'lacks a suffix',
  case: 'differs in case',
  number: 'is another writing of a number',
  rounded: 'is that number rounded, beyond 2^53: ids must be read and written as texts',
};

/** The forms in which an id may be the same as one of the corpus, the plainest first. */
const FORMS: readonly {
  readonly also: readonly Rewriting[];
  readonly form: (id: string) => string;
}[] = [
  { also: [], form: (id) => id },
  { also: ['case'], form: (id) => id.toLowerCase() },
  { also: ['number'], form: plainNumbers },
  { also: ['case', 'number'], form: (id) => plainNumbers(id.toLowerCase()) },
];

/** What an id of the corpus is found by. */
interface LookUps {
  /** By form, in the order of `FORMS`; null where several ids of the corpus have it. */
  readonly byForm: readonly ReadonlyMap<string, string | null>[];
  /** Whole numbers beyond 2⁵³ by what a number makes of them: the first one of several. */
  readonly rounded: ReadonlyMap<number, string>;
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
}

function lookUps(known: ReadonlySet<string>): LookUps {
  const ids = [...known];
  const prefix = common(ids);
  const suffix = reversed(common(ids.map(reversed)));
  // `w-1` may be what all ids begin with by chance of their numbers: `w-` is tried as well.
  const affixes = (whole: string, shorter: string) =>
    [...new Set([whole, shorter])].filter((affix) => affix !== '');
  return {
    byForm: FORMS.map(({ form }) => {
      const byForm = new Map<string, string | null>();
      for (const id of ids) {
        const formed = form(id);
        byForm.set(formed, byForm.has(formed) ? null : id);
      }
      return byForm;
    }),
    rounded: new Map(ids.toReversed().flatMap((id) => (isRounded(id) ? [[Number(id), id]] : []))),
    prefixes: affixes(prefix, prefix.replace(/\d+$/, '')),
    suffixes: affixes(suffix, suffix.replace(/^\d+/, '')),
  };
}

function* waysTo(id: string, look: LookUps): Generator<Made> {
  yield* rewritten(id, look);
  const exact = isRounded(id) ? look.rounded.get(Number(id)) : undefined;
  if (exact !== undefined) {
    yield { kind: 'rounded', affix: '', also: [], own: exact, isTelling: true };
  }
  for (let at = 1; at < id.length; at++) {
    const [front, back] = [id.slice(0, at), id.slice(at)];
    yield* sameAs(back, { kind: 'prefix', affix: front }, look);
    yield* sameAs(front, { kind: 'suffix', affix: back }, look);
  }
  for (const affix of look.prefixes) {
    yield* sameAs(affix + id, { kind: 'without prefix', affix }, look);
  }
  for (const affix of look.suffixes) {
    yield* sameAs(id + affix, { kind: 'without suffix', affix }, look);
  }
}

/** Every form in which a part of an id is the same as an id of the corpus. */
function* sameAs(
  part: string,
  place: Pick<IdGuess, 'kind' | 'affix'>,
  { byForm }: LookUps,
): Generator<Made> {
  for (const [at, { also, form }] of FORMS.entries()) {
    const own = byForm[at]?.get(form(part));
    if (own != null) yield { ...place, also, own, isTelling: showsAll(part, own, also) };
  }
}

/** The same of a whole id: what was rewritten is all that was done. */
function* rewritten(id: string, look: LookUps): Generator<Made> {
  for (const made of sameAs(id, { kind: 'case', affix: '' }, look)) {
    const [kind, ...also] = made.also;
    if (kind !== undefined) yield { ...made, kind, also };
  }
}

/** Whether an id is a whole number that a number would round. */
function isRounded(id: string): boolean {
  return /^-?\d{16,30}$|^-?\d(\.\d+)?e\+?\d\d$/i.test(id) && !Number.isSafeInteger(Number(id));
}

function showsAll(part: string, own: string, also: readonly Rewriting[]): boolean {
  const differs = {
    case: plainNumbers(part) !== plainNumbers(own),
    number: part.toLowerCase() !== own.toLowerCase(),
  };
  return also.every((rewriting) => differs[rewriting]);
}

/** Numbers without leading zeros, and whole ones without decimals: `7`, `007` and `7.0` are one, `w-7` and `w-007`. */
function plainNumbers(id: string): string {
  return id.replace(/^(\d+)\.0+$/, '$1').replace(/(?<!\d)(?<!\d\.)0+(?=\d)/g, '');
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
