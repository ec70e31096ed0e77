/** Whether a pair of responses is one of the two fifths that mappings are proved on. */
export function isHeldOut(at: number): boolean {
  return at % 5 === 1 || at % 5 === 3;
}
