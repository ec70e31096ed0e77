import { repeatedKey } from '../corpus/files/repeated-key.ts';
import { parseAppendLog } from '../record/append-log.ts';

/** A figure as it was written. */
export interface MetricValue {
  readonly value: number | string | boolean | null;
  /** The JSON text of the value, e.g. `1.0` or `1e-3`. */
  readonly spelling: string;
  /** Whether the log gives the figure twice with different spellings. */
  readonly ambiguous: boolean;
}

/** Figures by phase and name; a line without a phase belongs to the phase with the empty name. */
export type MetricPhases = ReadonlyMap<string, ReadonlyMap<string, MetricValue>>;

/** What a metric log holds, and one sentence for each line that is set aside. */
export interface MetricLog {
  readonly phases: MetricPhases;
  readonly problems: readonly string[];
}

/** How a log is read. */
export interface MetricLogOptions {
  /** Pass over lines that do not begin with `{`: the output of a command may hold messages as well. */
  readonly ignoreText?: boolean;
}

/**
 * Reads a metric log: JSON lines, or one JSON document, of
 * `{ "phase": "1", "metric": "recall", "value": 1.0 }` or `{ "phase": "1", "metrics": { "recall": 1.0 } }`.
 * Nested figures are named by their path; `phase` may be left out.
 */
export function parseMetricLog(
  bytes: Uint8Array,
  origin: string,
  { ignoreText = false }: MetricLogOptions = {},
): MetricLog {
  const phases = new Map<string, Map<string, MetricValue>>();
  const problems: string[] = [];
  for (const { text, place } of recordsOf(bytes, origin)) {
    if (ignoreText && !text.trimStart().startsWith('{')) continue;
    const record = parseRecord(text);
    if (record === null) {
      problems.push(`${place}: no metric record: set aside`);
      continue;
    }
    const figures = phases.get(record.phase) ?? new Map<string, MetricValue>();
    phases.set(record.phase, figures);
    for (const [name, value] of record.figures) {
      const before = figures.get(name);
      const ambiguous =
        value.ambiguous ||
        (before !== undefined && (before.ambiguous || before.spelling !== value.spelling));
      if (ambiguous) problems.push(`${place}: ${name} was given before with another value`);
      figures.set(name, { ...value, ambiguous });
    }
  }
  return { phases, problems };
}

/** The lines of a log, or the whole file where it is one JSON document over several lines. */
function recordsOf(bytes: Uint8Array, origin: string): { text: string; place: string }[] {
  const { lines, damaged } = parseAppendLog(bytes, origin);
  const filled = lines.filter(({ text }) => text.trim() !== '');
  if (damaged.length > 0 && filled.length > 1 && filled.every(({ value }) => value === null)) {
    const text = lines.map((line) => line.text).join('\n');
    if (isJson(text)) return [{ text, place: origin }];
  }
  return filled.map(({ text, lineNumber }) => ({ text, place: `${origin}:${lineNumber}` }));
}

interface Leaf {
  readonly value: number | string | boolean | null;
  readonly spelling: string;
}

/** One record of a log; null where it is none. */
function parseRecord(text: string): { phase: string; figures: Map<string, MetricValue> } | null {
  const value = parseWithSpellings(text);
  if (!(value instanceof Map)) return null;
  const phase = value.get('phase');
  const name = value.get('metric');
  const metrics = value.get('metrics');
  const figures = new Map<string, MetricValue>();
  const visit = (inner: Spelled | undefined, path: string): void => {
    if (inner instanceof Map) for (const [key, leaf] of inner) visit(leaf, `${path}.${key}`);
    // `a.b`, and `b` within `a`, are one name.
    else if (isLeaf(inner)) figures.set(path, { ...inner, ambiguous: figures.has(path) });
  };
  if (metrics instanceof Map) for (const [key, inner] of metrics) visit(inner, key);
  else if (isLeaf(name) && typeof name.value === 'string' && value.has('value')) {
    visit(value.get('value'), name.value);
  } else return null;
  return { phase: isLeaf(phase) && phase.value !== null ? String(phase.value) : '', figures };
}

type Spelled = Leaf | readonly Spelled[] | ReadonlyMap<string, Spelled>;

/** A JSON value whose leaves keep the text they were written with; undefined where the text is not JSON, or has a key twice. */
function parseWithSpellings(text: string): Spelled | undefined {
  // Not in the types yet: the third argument carries the source text of a primitive.
  const reviver = (_: string, value: unknown, context?: { readonly source?: string }): unknown => {
    if (Array.isArray(value)) return value;
    if (typeof value === 'object' && value !== null) return new Map(Object.entries(value));
    return { value, spelling: context?.source ?? JSON.stringify(value) };
  };
  try {
    // Of a figure that stands twice in one object a parser would give the last one.
    if (repeatedKey(text, JSON.parse(text)) !== null) return undefined;
    return JSON.parse(text, reviver) as Spelled;
  } catch {
    return undefined;
  }
}

function isLeaf(value: Spelled | undefined): value is Leaf {
  return value !== undefined && !(value instanceof Map) && !Array.isArray(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
