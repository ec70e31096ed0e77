import { createHash } from 'node:crypto';
import { PAGE_SCRIPT } from './script.ts';
import { PAGE_STYLE } from './style.ts';
import { type Html, type HtmlValue, html, NOTHING, trusted, withoutTags } from './tag.ts';

/** A part of a page that its navigation leads to. */
export interface Chapter {
  readonly id: string;
  readonly title: HtmlValue;
  readonly body: Html;
}

interface Page {
  readonly title: HtmlValue;
  /** What stands above the chapters. */
  readonly head: Html;
  readonly chapters: readonly Chapter[];
  /** What stands below them; absent: nothing. */
  readonly foot?: Html;
  /** A JSON value for the script, in a template; absent where the page needs no script. */
  readonly data?: unknown;
}

/**
 * One file that needs nothing else: no network, no fonts, no handlers in attributes. The policy allows the style and
 * the script of this file by their hashes, and nothing more.
 */
export function pageHtml({ title, head, chapters, foot, data }: Page): string {
  const script = data === undefined ? null : PAGE_SCRIPT;
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(PAGE_STYLE)}`,
    `script-src ${script === null ? "'none'" : hashOf(script)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${withoutTags(title)}</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the verdict</a>
<nav aria-label="Contents"><ul>${chapters.map(
    (chapter) => html`<li><a href="#${chapter.id}">${chapter.title}</a></li>`,
  )}</ul></nav>
<main id="main">
${head}
${chapters.map(
  (chapter) =>
    html`<section class="chapter" id="${chapter.id}" aria-labelledby="h-${chapter.id}"><h2 id="h-${chapter.id}">${chapter.title}</h2>${chapter.body}</section>\n`,
)}${foot ?? NOTHING}</main>
${script === null ? NOTHING : html`<template id="data">${trusted(templateText(data))}</template>\n<script>${trusted(script)}</script>`}
</body>
</html>
`.markup;
}

/** JSON as the text of a template: no character of it can begin markup. */
function templateText(data: unknown): string {
  return JSON.stringify(data).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function hashOf(source: string): string {
  return `'sha256-${createHash('sha256').update(source, 'utf8').digest('base64')}'`;
}
