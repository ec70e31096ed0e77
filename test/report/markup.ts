/** Elements and attributes that pages are made of. */
const ELEMENTS = new Set(
  'html head meta link title style body a nav ul ol li main section header h1 h2 h3 h4 p div span bdi code strong br dl dt dd blockquote figure figcaption details summary table thead tbody tr th td svg line rect path text form button template script'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  'lang charset http-equiv content name rel href id class aria-label aria-labelledby aria-hidden role tabindex scope hidden type width height x y dx x1 x2 y1 y2 d viewbox preserveaspectratio text-anchor'.split(
    ' ',
  ),
);

/** What a page holds that no builder of pages makes: a line each. */
export function strangersIn(page: string): string[] {
  const markup = page
    .replace(/(<style>)[\s\S]*?(<\/style>)/, '$1$2')
    .replace(/(<script>)[\s\S]*?(<\/script>)/, '$1$2')
    .replace(/^<!doctype html>\n/, '');
  const found: string[] = [];
  for (const [tag] of markup.matchAll(/<[^>]*>?/g)) {
    const parts = /^<\/?([a-zA-Z0-9]+)((?:\s+[a-zA-Z0-9-]+(?:="[^"<>]*")?)*)\s*\/?>$/.exec(tag);
    if (parts === null || !ELEMENTS.has((parts[1] ?? '').toLowerCase())) {
      found.push(`element ${tag.slice(0, 80)}`);
      continue;
    }
    for (const [, name = '', value = ''] of (parts[2] ?? '').matchAll(
      /([a-zA-Z0-9-]+)(?:="([^"]*)")?/g,
    )) {
      if (!ATTRIBUTES.has(name.toLowerCase()))
        found.push(`attribute ${name} of ${tag.slice(0, 80)}`);
      if (name === 'href' && !/^(#|https?:\/\/|data:,$|(?![a-z][a-z0-9+.-]*:))/i.test(value)) {
        found.push(`address ${value}`);
      }
    }
  }
  for (const [hidden] of page.matchAll(/(?![\n\u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}]/gu)) {
    found.push(`character U+${hidden.codePointAt(0)?.toString(16)}`);
  }
  return found;
}
