import { UsageError } from '../../errors.ts';
import { shownUrl } from '../../secrets/urls.ts';

/** One backend with one set of the values that are varied. */
export interface VariantUrl {
  readonly url: string;
  /** What was put into the URL, by name; empty where it has no placeholder of them. */
  readonly values: Readonly<Record<string, string>>;
}

/** What is varied: names of placeholders, each with its values. */
export type Varied = Readonly<Record<string, readonly string[]>>;

/** Placeholders that mean something else in a URL. */
const RESERVED: ReadonlySet<string> = new Set(['collection']);

/**
 * Every URL with every combination of the varied values: `{m}` in a URL stands for each value of `m`. A URL without a
 * placeholder is one variant.
 * @throws UsageError for a name that no URL holds, that is not a word or that means something else, and without values.
 */
export function variantsOf(urls: readonly string[], varied: Varied): VariantUrl[] {
  for (const [name, values] of Object.entries(varied)) {
    const hint = `for example --backend 'hnsw://index-{m}?m={m}' --vary m=8,16`;
    if (!/^[a-z_]\w*$/i.test(name) || RESERVED.has(name)) {
      throw new UsageError('vary-name', `${name} cannot be varied`, { hint });
    }
    if (values.length === 0 || values.some((value) => value === '')) {
      throw new UsageError('vary-values', `${name} is varied over nothing`, { hint });
    }
    if (!urls.some((url) => url.includes(`{${name}}`))) {
      throw new UsageError('vary-unused', `no backend has {${name}} in its URL`, { hint });
    }
  }
  return urls.flatMap((url) => {
    const names = Object.keys(varied).filter((name) => url.includes(`{${name}}`));
    return combinations(names, varied).map((values) => ({ url: filledIn(url, values), values }));
  });
}

/** A URL with values in place of its placeholders. */
function filledIn(url: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`{${name}}`, encodeURIComponent(value)),
    url,
  );
}

function combinations(names: readonly string[], varied: Varied): Record<string, string>[] {
  return names.reduce<Record<string, string>[]>(
    (before, name) =>
      before.flatMap((values) =>
        (varied[name] ?? []).map((value) => ({ ...values, [name]: value })),
      ),
    [{}],
  );
}

/**
 * Refuses an index that was built with another value than the one that is varied: an index which is there already
 * keeps the parameters that it was built with.
 * @param parameters what the backend says of the index
 */
export function requireVaried(
  { url, values }: VariantUrl,
  parameters: Readonly<Record<string, string | number | boolean>>,
): void {
  for (const [name, wanted] of Object.entries(values)) {
    const found = Object.entries(parameters).find(([key]) => plain(key) === plain(name))?.[1];
    if (found === undefined || String(found) === wanted) continue;
    throw new UsageError(
      'vary-other-index',
      `${shownUrl(url)}: the index has ${name} ${found}, not ${wanted}`,
      {
        hint: `give each value an index of its own: put {${name}} into the path, the table or the key as well`,
        context: { name, wanted, found },
      },
    );
  }
}

/** `efConstruction` and `ef_construction` are one name. */
function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}
