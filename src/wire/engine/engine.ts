import { UsageError } from '../../errors.ts';
import type { Capabilities } from '../capabilities.ts';
import type { Described, Dialect, Handle, WireReply, WireRequest } from '../dialect.ts';
import type { VectorQuery } from '../driver/driver.ts';
import type {
  DescribeRequest,
  Distance,
  IngestRequest,
  IngestResponse,
  ListRequest,
  ListResponse,
} from '../operations.ts';

/** What every backend of this kind is told. */
export interface EngineOptions {
  /** Name of a collection there; `{collection}` (the default) stands for its name in the corpus. */
  readonly collection?: string;
  /** Field that holds the id of the corpus where an engine's own ids cannot; default `document_id`. */
  readonly idField?: string;
  /** Distance of collections that `ingest` makes, and of those that do not say theirs; default cosine. */
  readonly distance?: Distance;
  /** How vectors are meant to be stored in fewer bits, by the name that `describe` gives; nothing is made so. */
  readonly quantised?: string;
}

/** One collection, as a request about it needs it. */
export interface Place {
  /** Its name there. */
  readonly name: string;
  /** What `describe` gave. */
  readonly handle: Handle;
  readonly distance: Distance;
}

/** A route of one collection. */
export interface EngineRoute<Request, Response> {
  readonly path: string;
  readonly encode: (place: Place, request: Request) => readonly WireRequest[];
  readonly next?: (
    replies: readonly WireReply[],
    place: Place,
    request: Request,
  ) => readonly WireRequest[];
  readonly decode: (replies: readonly WireReply[], place: Place, request: Request) => Response;
}

/** One row of an answer: nearest first. */
export interface FoundRow {
  readonly id: string;
  readonly rawScore: number;
}

/** How one vector database is spoken to over HTTP: the wire form alone, all else is the same for each. */
export interface Engine {
  readonly name: string;
  /** Raised with every change of the mapping: verdicts made with another one expire. */
  readonly mapping: number;
  readonly options: EngineOptions;
  readonly takes: Pick<Capabilities, 'exact' | 'effort'>;
  /** Most rows of one answer; null where no limit is known. */
  readonly maxK: number | null;
  /** From the score of the wire to a similarity (cosine, dot product, or the negated distance), by distance. */
  readonly similarity: Readonly<Partial<Record<Distance, (rawScore: number) => number>>>;
  /** Name of a collection there from the one it is given; default as it is. */
  readonly nameOf?: (collection: string) => string;
  readonly health: Dialect['health'];
  readonly describe: EngineRoute<DescribeRequest, Described>;
  readonly search: {
    readonly path: string;
    /** @throws UnsupportedRequestError for a filter that it cannot express. */
    readonly encode: (place: Place, query: VectorQuery) => WireRequest;
    readonly decode: (reply: WireReply, place: Place, query: VectorQuery) => readonly FoundRow[];
  };
  readonly list?: EngineRoute<ListRequest, ListResponse>;
  readonly ingest?: EngineRoute<IngestRequest, IngestResponse>;
}

/**
 * What an engine was told, with the defaults.
 * @throws UsageError for a distance that it does not have.
 */
export function withDefaults(
  engine: Pick<Engine, 'name' | 'similarity' | 'options'>,
): Required<Omit<EngineOptions, 'quantised'>> {
  const {
    collection = '{collection}',
    idField = 'document_id',
    distance = 'cosine',
  } = engine.options;
  if (engine.similarity[distance] === undefined) {
    throw new UsageError('backend-options', `${engine.name} has no distance ${distance}`, {
      hint: `use ${Object.keys(engine.similarity).join(', ')}`,
    });
  }
  return { collection, idField, distance };
}
