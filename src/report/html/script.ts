/**
 * The script of a page with single queries. It reads the template `data`, writes text by textContent alone, and keeps
 * filters in the fragment of the address, so that a link shows the same view. Positions in its arrays are those of
 * `query-data.ts`.
 */
export const PAGE_SCRIPT = `(() => {
'use strict';
const $ = (id) => document.getElementById(id);
const source = $('data');
if (!source || !$('browser')) return;
const { keys, texts, cells } = JSON.parse(source.content.textContent);
const PAGE = 50, SCALE = 1e9;
const ID = 0, TEXT = 1, SLICES = 2, DIFFERENCE = 3, RANK = 4, CAUSE = 5, OLD = 6, NEW = 7, DISTANCE = 8, LISTS = 9, COLLECTIONS = 10, FILTER = 11, FAILED = 12, REPAIR = 13;
const el = (name, cls, ...children) => {
  const node = document.createElement(name);
  if (cls) node.className = cls;
  node.append(...children.filter((child) => child !== '' && child !== null));
  return node;
};
const number = (value, digits) => value === '' || value === undefined || value === null ? '–' : Number(value).toFixed(digits).replace('-', '−');
const distinct = (values) => [...new Set(values)].sort((a, b) => a < b ? -1 : 1);
const all = cells.flatMap((cell, c) => cell.queries.map((query, at) => ({ cell: cell.cell, metrics: cell.metrics, c, at, q: query, low: (query[ID] + ' ' + query[TEXT]).toLowerCase() })));
const left = cells.reduce((sum, cell) => sum + cell.left, 0);
const metrics = distinct(cells.flatMap((cell) => cell.metrics));
const choices = {
  cell: ['Operation', distinct(cells.map((cell) => cell.cell))],
  difference: ['Lists', distinct(all.map((entry) => entry.q[DIFFERENCE]))],
  slice: ['Slice', distinct(all.flatMap((entry) => entry.q[SLICES]))],
  rank: ['First divergent rank', distinct(all.map((entry) => entry.q[RANK])).filter(Boolean).sort((a, b) => a - b).map(String)],
  cause: ['Cause', distinct(all.map((entry) => entry.q[CAUSE])).filter(Boolean)],
};
const sorts = ['most different', 'first divergent rank', 'query id', ...metrics.flatMap((name) => [name + ' lost', name + ' of the candidate'])];
const state = { text: '', sort: sorts[0], open: '' };
for (const name in choices) state[name] = '';
const fields = {};
const field = (name, label, input) => {
  input.id = 'f-' + name;
  const caption = el('label', '', label);
  caption.htmlFor = input.id;
  fields[name] = input;
  input.addEventListener('input', () => { state[name] = input.value; state.open = ''; shown = PAGE; draw(); save(); });
  $('filters').append(el('div', '', caption, input));
};
const select = (options, any) => {
  const node = el('select', '');
  if (any) node.append(new Option('any', ''));
  for (const option of options) node.append(new Option(option, option));
  return node;
};
const box = el('input', '');
box.type = 'search';
field('text', 'Words or id', box);
for (const name in choices) if (choices[name][1].length > 1 || (name === 'cause' && choices[name][1].length)) field(name, choices[name][0], select(choices[name][1], true));
field('sort', 'Sort by', select(sorts, false));
$('filters').addEventListener('submit', (event) => event.preventDefault());
let shown = PAGE;
const valueOf = (entry, name, side) => {
  const at = entry.metrics.indexOf(name);
  const values = side === NEW && entry.q[NEW] === 0 ? entry.q[OLD] : entry.q[side];
  const value = at === -1 ? '' : values[at];
  return value === '' || value === undefined ? null : value;
};
const sorted = (entries) => {
  const by = (value) => entries.sort((a, b) => value(a) - value(b) || a.at - b.at);
  if (state.sort === 'first divergent rank') return by((entry) => entry.q[RANK] || Infinity);
  if (state.sort === 'query id') return entries.sort((a, b) => a.q[ID] < b.q[ID] ? -1 : a.q[ID] > b.q[ID] ? 1 : a.c - b.c);
  const lost = state.sort.endsWith(' lost');
  const name = state.sort.replace(/ (lost|of the candidate)$/, '');
  if (metrics.includes(name)) return by((entry) => {
    const now = valueOf(entry, name, NEW);
    return now === null ? 9 : lost ? now - valueOf(entry, name, OLD) : now;
  });
  // Exact ties may come in any order.
  return by((entry) => entry.q[DIFFERENCE] === 'tied order' ? 0 : -entry.q[DISTANCE]);
};
const found = () => {
  const words = state.text.toLowerCase().split(/\\s+/).filter(Boolean);
  return sorted(all.filter(({ cell, q, low }) =>
    (!state.cell || cell === state.cell) && (!state.difference || q[DIFFERENCE] === state.difference) &&
    (!state.slice || q[SLICES].includes(state.slice)) && (!state.rank || String(q[RANK]) === state.rank) &&
    (!state.cause || q[CAUSE] === state.cause) && words.every((word) => low.includes(word))));
};
const nameOf = (entry) => entry.cell + ':' + entry.q[ID];
const draw = () => {
  const entries = found();
  if (state.open) shown = Math.max(shown, entries.findIndex((entry) => nameOf(entry) === state.open) + 1);
  $('matches').textContent = entries.length + ' of ' + all.length + (all.length === 1 ? ' query' : ' queries') + (left ? '; ' + left + ' more that differ less are left out of this file' : '');
  $('query-list').replaceChildren(...entries.slice(0, shown).map(item));
  $('more').hidden = entries.length <= shown;
};
const item = (entry) => {
  const q = entry.q;
  const name = state.sort.replace(/ (lost|of the candidate)$/, '');
  const metric = metrics.includes(name) && entry.metrics.includes(name) ? name : entry.metrics.find((one) => one.startsWith('recall@') && one !== 'recall@1') || entry.metrics[0];
  const summary = el('summary', '', el('bdi', 'id', q[ID]), el('bdi', 'words', q[TEXT]),
    el('span', 'n quiet', metric + ' ' + number(valueOf(entry, metric, OLD), 2) + ' → ' + number(valueOf(entry, metric, NEW), 2)),
    el('span', 'quiet cause', ['the same', 'tied order'].includes(q[DIFFERENCE]) ? q[DIFFERENCE] : q[CAUSE] || q[DIFFERENCE]));
  const details = el('details', 'query', summary);
  const fill = () => { if (details.children.length === 1) details.append(body(entry)); };
  details.addEventListener('toggle', () => {
    if (details.open) { fill(); state.open = nameOf(entry); save(); }
    else if (state.open === nameOf(entry)) { state.open = ''; save(); }
  });
  if (nameOf(entry) === state.open) { fill(); details.open = true; }
  return el('li', '', details);
};
const body = (entry) => {
  const q = entry.q, out = el('div', 'body');
  const about = [entry.cell, 'in ' + q[COLLECTIONS], q[FILTER] ? 'filter ' + q[FILTER] : '', q[SLICES].length ? 'slices ' + q[SLICES].join(', ') : '',
    q[RANK] ? 'first differs at rank ' + q[RANK] : 'the same to the last rank', q[CAUSE] ? 'moved most by ' + q[CAUSE] : '',
    q[REPAIR] && q[REPAIR].length ? 'repair: revert ' + q[REPAIR].join(' and ') : ''].filter(Boolean);
  out.append(el('p', 'quiet', about.join(' · ')));
  for (const side of [0, 1]) if (q[FAILED] && q[FAILED][side]) out.append(el('p', 'callout', (side ? 'candidate: ' : 'incumbent: ') + q[FAILED][side]));
  out.append(el('p', '', ...entry.metrics.map((name) => el('span', 'figure', name + ' ' + number(valueOf(entry, name, OLD), 4) + ' → ' + number(valueOf(entry, name, NEW), 4)))));
  if (q[LISTS] === 0) { out.append(el('p', 'quiet', 'The lists are left out to keep this file small: bench explain shows them.')); return out; }
  const rows = q[LISTS].map((row) => {
    const [key, truth, old, now, cosine, oldScore, newScore, other, grade, mover] = [...row, ...Array(10).fill(0).slice(row.length)];
    const back = (value) => value === '' ? '' : (value + (cosine === '' ? 0 : cosine)) / SCALE;
    return { key: keys[key], text: texts[key], ranks: [truth, old, now], cosines: [cosine === '' ? '' : cosine / SCALE, cosine === '' ? '' : cosine / SCALE, back(other)],
      scores: ['', back(oldScore), back(newScore)], grade: row.length > 8 ? grade : '', mover };
  });
  const lists = el('div', 'lists');
  ['exact', 'incumbent', 'candidate'].forEach((title, at) => {
    const list = el('ol', '', ...rows.filter((row) => row.ranks[at]).sort((a, b) => a.ranks[at] - b.ranks[at]).map((row) => line(row, at, lists)));
    const head = el('h4', at === 1 ? 'of incumbent' : at === 2 ? 'of candidate' : '', title);
    lists.append(el('div', '', head, list.children.length ? list : el('p', 'quiet', 'no list')));
  });
  out.append(lists);
  const moved = rows.filter((row) => row.ranks[1] !== row.ranks[2]);
  if (moved.length) out.append(el('h4', '', 'What moved, and why'), movedTable(moved));
  return out;
};
const line = (row, at, lists) => {
  const [, old, now] = row.ranks;
  const tag = at === 0 ? (!old && !now ? ['lost', 'in neither'] : !now ? ['lost', 'candidate lacks it'] : !old ? ['new', 'incumbent lacks it'] : ['', ''])
    : at === 1 ? (now ? ['', ''] : ['gone', 'gone'])
    : !old ? ['new', 'new'] : now < old ? ['up', '↑ ' + (old - now)] : now > old ? ['down', '↓ ' + (now - old)] : ['', ''];
  const small = ['cosine ' + number(row.cosines[at], 9), at && row.scores[at] !== '' ? 'score ' + number(row.scores[at], 9) : '', row.grade === '' ? '' : 'judged ' + row.grade];
  const node = el('li', '', el('span', 'rank', String(row.ranks[at])), el('bdi', 'key', row.key), el('span', 'tag ' + tag[0], tag[1]), el('span', 'small', small.filter(Boolean).join(' · ')));
  node.dataset.key = row.key;
  const light = (on) => { for (const other of lists.querySelectorAll('li')) other.classList.toggle('lit', on && other.dataset.key === row.key); };
  node.addEventListener('pointerenter', () => light(true));
  node.addEventListener('pointerleave', () => light(false));
  return node;
};
const movedTable = (rows) => {
  const head = el('tr', '', ...['document', 'incumbent', 'candidate', 'moved by', 'text'].map((name) => { const th = el('th', '', name); th.scope = 'col'; return th; }));
  const body = el('tbody', '', ...rows.map((row) => el('tr', '', el('td', '', el('bdi', '', row.key)), el('td', 'right', row.ranks[1] ? String(row.ranks[1]) : '–'), el('td', 'right', row.ranks[2] ? String(row.ranks[2]) : '–'), el('td', '', row.mover || 'unexplained'), el('td', 'words', el('bdi', '', row.text || '')))));
  const scroll = el('div', 'scroll', el('table', '', el('thead', '', head), body));
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', 'documents that moved');
  return scroll;
};
const save = () => {
  const query = new URLSearchParams();
  for (const name in state) if (state[name] && !(name === 'sort' && state.sort === sorts[0])) query.set(name, state[name]);
  const text = query.toString();
  history.replaceState(null, '', text ? '#queries?' + text : '#queries');
};
const reveal = () => {
  const open = document.querySelector('#query-list details[open]');
  if (open) { open.scrollIntoView({ block: 'start' }); open.querySelector('summary').focus({ preventScroll: true }); }
};
const load = () => {
  const hash = location.hash.slice(1);
  const link = /^query-(\\d+)-(\\d+)$/.exec(hash);
  if (hash.startsWith('queries?') || link) {
    const query = new URLSearchParams(link ? '' : hash.slice(8));
    for (const name in state) state[name] = query.get(name) || (name === 'sort' ? sorts[0] : '');
    if (!sorts.includes(state.sort)) state.sort = sorts[0];
    if (link) { const target = all.find((entry) => entry.c === Number(link[1]) && entry.at === Number(link[2])); if (target) state.open = nameOf(target); }
    for (const name in fields) fields[name].value = state[name];
    shown = PAGE;
    draw();
    if (state.open) reveal(); else $('queries').scrollIntoView();
    if (link && state.open) save();
  } else if (hash) {
    const target = $(hash), holder = target && target.closest('details');
    if (holder) { holder.open = true; target.scrollIntoView(); }
  }
};
$('more').addEventListener('click', () => { shown += PAGE; const at = $('query-list').children.length; draw(); const next = $('query-list').children[at]; if (next) next.querySelector('summary').focus(); });
$('static').hidden = true;
$('browser').hidden = false;
draw();
load();
addEventListener('hashchange', load);
})();
`;
