import type { WireReply, WireRequest } from '../dialect.ts';
import type { OperationTypes, RequestOf, ResponseOf } from '../operations.ts';
import type { Outcome } from '../outcome.ts';
import type { PreparedRequest } from './prepare.ts';

/** A response of any status as it came. */
export interface RawReply extends WireReply {
  /** Names in lower case; a header that came several times is a list. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** An operation in the form it is sent in, and how its replies are read. */
export interface Encoded<Response> {
  readonly requests: readonly WireRequest[];
  /** What has to be sent after those, by their replies; absent where nothing has. */
  readonly next?: (replies: readonly WireReply[]) => readonly WireRequest[];
  /** @throws MalformedReplyError, or whatever the dialect throws, for replies it cannot read. */
  readonly read: (replies: readonly WireReply[]) => Response;
}

/** Certificates of a connection by TLS, in PEM. */
export interface TlsOptions {
  /** Certificate of the authority that signed the backend's; Node's own list where absent. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Name the backend's certificate is for, where it is not the URL's host. */
  readonly servername?: string;
}

/** What a backend behind HTTP has beside the port: for load, drift and cutover, which need requests and replies raw. */
export interface HttpAccess {
  /** Base URL, normalised, without a trailing slash. */
  readonly url: string;
  readonly tls: TlsOptions;
  readonly dialectName: string;
  /**
   * The requests of an operation; null where the dialect cannot express it.
   * @throws UsageError where the dialect's encode fails otherwise.
   */
  readonly encode: <Name extends keyof OperationTypes>(
    name: Name,
    request: RequestOf<Name>,
  ) => Encoded<ResponseOf<Name>> | null;
  /**
   * A request as it goes over the wire: path below the base URL, headers by precedence, body as bytes. The same for
   * every part of the suite.
   * @throws UsageError for what cannot be sent.
   */
  readonly prepare: (request: WireRequest) => PreparedRequest;
  /** Sends one request and gives the response whatever its status; redirects are not followed. */
  readonly send: (request: WireRequest, signal?: AbortSignal) => Promise<Outcome<RawReply>>;
}
