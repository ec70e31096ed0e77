import { OTHER_FORM } from './dialect.ts';
import { isTlsCode } from './http/failure.ts';
import type { Failed } from './outcome.ts';

/** What to do about a request that failed, for the hint of an error. */
export function hintFor({ kind, status, code }: Pick<Failed, 'kind' | 'status' | 'code'>): string {
  switch (kind) {
    case 'refused':
      return isTlsCode(code) ? TLS_HINT : 'start the backend, or correct its URL';
    case 'timeout':
    case 'unsent':
      return 'the backend did not answer in time; raise timeouts.requestMs if it is only slow';
    case 'throttled':
      return 'the backend limits requests: set pace (requests per second) for this side';
    case 'http':
      return status === 401 || status === 403
        ? 'are the headers of this side right, e.g. authorization?'
        : 'is the collection ingested, and does the dialect fit this backend?';
    case 'rejected':
      return 'is the collection ingested, and are the names of tables, columns and users right?';
    case 'malformed':
      return code === OTHER_FORM ? FORM_HINT : PLACE_HINT;
    case 'reset':
      return PLACE_HINT;
    case 'unsupported':
      return 'the backend lacks an operation that this command needs';
    case 'aborted':
      return 'interrupted';
  }
}

const PLACE_HINT = 'is this the gateway the dialect speaks to, and not a proxy or a web page?';
const FORM_HINT =
  'the backend answers in another form than this dialect reads: give it a dialect of its own (docs/dialects.md), in which ids are texts as in the corpus, e.g. String(row.doc_id)';

/** What to do where a certificate is not trusted, or where there is no TLS. */
export const TLS_HINT =
  'name the authority that signed the certificate: NODE_EXTRA_CA_CERTS=ca.pem in the environment, or tls.ca of http(); or is it a server without TLS, under http:?';
