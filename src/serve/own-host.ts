import type { IncomingMessage } from 'node:http';

/** Names by which this machine calls itself. */
const OWN = ['127.0.0.1', 'localhost', '[::1]'] as const;

/**
 * Whether a request names this machine, or one of the further names, as its host: a page of somebody else whose name
 * was made to lead here must get nothing. The port is not looked at, since a tunnel may have another one. A request
 * with no Host or with two is not for anybody.
 */
export function isForOwnHost(
  { rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>,
  further: readonly string[] = [],
): boolean {
  const hosts = rawHeaders.filter(
    (_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host',
  );
  const [host = ''] = hosts;
  if (hosts.length !== 1) return false;
  const name = /^(\[[0-9a-f:.]+\]|[^:@/\s]+)(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
  return name !== undefined && [...OWN, ...further].some((own) => own.toLowerCase() === name);
}
