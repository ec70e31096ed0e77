import type { CollectedJudgment } from '../types.ts';
import type { DebianPackage } from './packages.ts';

/** Facets that say what a package is about, and not what it is made of. */
const TOPICAL = new Set([
  ...[
    'admin',
    'biology',
    'culture',
    'field',
    'filetransfer',
    'game',
    'hardware',
    'mail',
    'network',
  ],
  ...['office', 'protocol', 'science', 'security', 'sound', 'use', 'web', 'works-with'],
  'works-with-format',
]);

/** A tag of fewer packages says too little of them together, one of more too little of each. */
const PACKAGES_OF_A_TAG = { least: 10, most: 400 } as const;
/** Topical tags that two packages must share to be relevant to each other. */
const SHARED_TAGS = 3;

/** Grades: the package itself, and others of its source with the same description; those of its topic. */
const GRADES = { own: 2, topic: 1 } as const;

/**
 * Judgments of the question "the synopsis of a package": the package, others of the same source with the same
 * description, and those that share at least three topical tags of 10 to 400 packages. The tags are the editors'.
 * @param isAllowed whether the query's filter lets a package be found
 */
export function relevance(
  packages: readonly DebianPackage[],
): (
  asked: DebianPackage,
  queryId: string,
  isAllowed: (one: DebianPackage) => boolean,
) => CollectedJudgment[] {
  const byTag = new Map<string, DebianPackage[]>();
  const byText = Map.groupBy(packages, (one) => `${one.source}\n${one.description}`);
  for (const one of packages) {
    for (const tag of one.tags) {
      if (!TOPICAL.has(tag.slice(0, tag.indexOf('::')))) continue;
      const tagged = byTag.get(tag);
      if (tagged === undefined) byTag.set(tag, [one]);
      else tagged.push(one);
    }
  }
  const { least, most } = PACKAGES_OF_A_TAG;
  const topics = new Map(
    [...byTag].filter(([, tagged]) => tagged.length >= least && tagged.length <= most),
  );
  return (asked, queryId, isAllowed) => {
    const twins = byText.get(`${asked.source}\n${asked.description}`) ?? [asked];
    const shared = new Map<DebianPackage, number>();
    for (const tag of asked.tags) {
      for (const other of topics.get(tag) ?? []) shared.set(other, (shared.get(other) ?? 0) + 1);
    }
    const own = new Set(twins);
    const near = [...shared].flatMap(([other, count]) =>
      count >= SHARED_TAGS && !own.has(other) ? [other] : [],
    );
    const graded =
      (grade: number) =>
      (one: DebianPackage): CollectedJudgment[] =>
        isAllowed(one) ? [[queryId, one.name, grade]] : [];
    return [...twins.flatMap(graded(GRADES.own)), ...near.flatMap(graded(GRADES.topic))];
  };
}
