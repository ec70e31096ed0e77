import type { DerivedFiles } from '../../record/run/derived-files.ts';
import type { ReportDocument } from '../model.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';

/** A report in the forms that a run folder keeps. */
export function storedForms(document: ReportDocument): Pick<DerivedFiles, 'report' | 'page'> {
  return { report: renderMarkdown(document), page: () => renderHtml(document, { kept: true }) };
}
