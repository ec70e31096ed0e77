/** Slice by the number of words of a query's text. */
export function lengthSlice(text: string): string {
  const words = text.trim().split(/\s+/).length;
  if (words <= 4) return 'words-1-4';
  return words <= 9 ? 'words-5-9' : 'words-10-up';
}

/** Slice by the number of documents that are judged relevant. */
export function relevantSlice(count: number): string {
  if (count <= 1) return 'relevant-1';
  return count <= 5 ? 'relevant-2-5' : 'relevant-6-up';
}
