import { createServer } from 'node:http';
import { renderHtml } from '../../report/render/html.ts';
import { CHECK_MS, listenOnLoopback } from '../../serve/loopback.ts';
import { isForOwnHost } from '../../serve/own-host.ts';
import type { ShadowVerdict } from '../judge/verdict.ts';
import { shadowMetrics } from '../report/shadow-metrics.ts';
import { type ShadowFindings, shadowReport } from '../report/shadow-report.ts';

/** What is shown at one moment. */
export interface ShadowView {
  readonly findings: ShadowFindings;
  readonly verdict: ShadowVerdict;
  readonly isOff: boolean;
}

/** A page that is being served. */
export interface ServedShadow {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const REFRESH_S = 5;

/**
 * Shows a shadow on 127.0.0.1: `/` a page, `/metrics` for Prometheus, `/verdict.json`. Port 0 takes a free one.
 * @throws InfrastructureError where the port cannot be had.
 */
export async function serveShadow(view: () => ShadowView, port: number): Promise<ServedShadow> {
  const server = createServer({ connectionsCheckingInterval: CHECK_MS }, (request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    // Another site's name that leads here must show nothing.
    const isOwn = isForOwnHost(request);
    const found = isRead && isOwn ? answerTo(request.url ?? '/', view) : null;
    if (found === null) {
      response.writeHead(isRead && isOwn ? 404 : isOwn ? 405 : 421).end();
      return;
    }
    response.writeHead(200, {
      'content-type': found.type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...(found.type.startsWith('text/html') ? { refresh: String(REFRESH_S) } : {}),
    });
    response.end(request.method === 'HEAD' ? '' : found.body);
  });
  const { url, stop } = await listenOnLoopback(server, port, 'shadow-port');
  return { url, stop: () => stop() };
}

function answerTo(target: string, view: () => ShadowView): { type: string; body: string } | null {
  const path = target.split('?', 1)[0];
  if (path !== '/' && path !== '/metrics' && path !== '/verdict.json') return null;
  const { findings, verdict, isOff } = view();
  if (path === '/metrics') {
    return { type: 'text/plain; version=0.0.4', body: shadowMetrics(findings, verdict, isOff) };
  }
  return path === '/'
    ? { type: 'text/html; charset=utf-8', body: renderHtml(shadowReport(findings, verdict)) }
    : { type: 'application/json', body: `${JSON.stringify(verdict)}\n` };
}
