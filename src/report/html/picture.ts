import { estimatesChart } from '../charts/estimates.ts';
import { chartFigure, legend } from '../charts/figure.ts';
import { linesChart } from '../charts/lines.ts';
import { marginsChart } from '../charts/margins.ts';
import { linksChart, partsChart } from '../charts/parts.ts';
import { shownName } from '../charts/shown-name.ts';
import type { Picture } from '../picture/picture.ts';
import { type Html, html, NOTHING } from './tag.ts';

/** A picture of a report as a figure; its values stand in the tables of its section. */
export function pictureHtml({ title, caption, chart }: Picture): Html {
  if (isEmpty(chart)) return NOTHING;
  const says = caption === '' ? title : `${title}: ${caption}`;
  switch (chart.kind) {
    case 'lines': {
      const names = chart.lines.map(({ of, name }) => [of, shownName(name)] as const);
      const shade = chart.shade;
      return chartFigure(
        { title, caption },
        html`${legend(names)}${shade === null ? NOTHING : html`<p class="quiet shadekey"><span class="swatch"></span>${shade.name}</p>`}${linesChart(chart, says)}`,
      );
    }
    case 'estimates': {
      const names = chart.legend.map(({ of, name }) => [of, shownName(name)] as const);
      return chartFigure(
        { title, caption },
        html`${names.length === 0 ? NOTHING : legend(names)}${estimatesChart(chart)}`,
      );
    }
    case 'margins':
      return chartFigure({ title, caption }, marginsChart(chart));
    case 'parts':
      return chartFigure({ title, caption }, partsChart(chart, says));
    case 'links':
      return chartFigure({ title, caption }, linksChart(chart));
  }
}

/** A picture of nothing would be an axis alone. */
function isEmpty(chart: Picture['chart']): boolean {
  switch (chart.kind) {
    case 'lines':
      return chart.lines.every(({ points }) => points.length === 0);
    case 'links':
      return chart.groups.length === 0;
    default:
      return chart.rows.length === 0;
  }
}
