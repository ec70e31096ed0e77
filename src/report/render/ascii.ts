/** The suite's own signs in ASCII. */
const SIGNS: Readonly<Record<string, string>> = {
  '−': '-',
  '–': '-',
  '—': '-',
  '…': '...',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '≥': '>=',
  '≤': '<=',
  '∞': 'inf',
  '×': 'x',
  '·': '.',
  '±': '+-',
  '→': '->',
  '↔': '<->',
  '←': '<-',
  '≈': 'about ',
  Δ: 'delta',
  δ: 'delta',
  α: 'alpha',
  Σ: 'sum of ',
  φ: 'phi',
  τ: 'tau',
  ε: 'epsilon',
  µ: 'u',
  '′': "'",
};

/** A text in ASCII: the suite's own signs in other words, every other character by its code. */
export function toAscii(text: string): string {
  return text.replace(
    /[^\n\x20-\x7E]/gu,
    (character) =>
      SIGNS[character] ??
      `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}
