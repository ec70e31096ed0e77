import type { PageData } from '../../report/page/page-data.ts';
import { type RetrievePage, retrievePage } from '../../report/page/retrieve-page.ts';
import { type PageSource, pageData } from './page-data.ts';

/** The page of a run, and the single queries that it shows. */
export interface RunPage {
  readonly data: PageData;
  /** As it is kept in `report.html`. */
  readonly page: () => string;
}

/** The page of a run from what its findings are made from. */
export function pageOfRun(source: PageSource, parts: Omit<RetrievePage, 'data'>): RunPage {
  const data = pageData(source);
  return { data, page: () => retrievePage({ ...parts, data }) };
}
