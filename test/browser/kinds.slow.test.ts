import { renderHtml } from '../../src/report/render/html.ts';
import { reportsOfKinds } from '../report/reports-of-kinds.ts';
import { describePage } from './browser.ts';

for (const [kind, report] of Object.entries(reportsOfKinds('hnsw://index-{m}?m={m}'))) {
  describePage({ name: `of ${kind}`, html: () => renderHtml(report) });
}
