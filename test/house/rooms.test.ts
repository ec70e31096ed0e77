import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { roomOf, sourceFiles } from './source-files.ts';

const files = sourceFiles();
const ROOMS = new Set(files.map(({ path }) => roomOf(path)));

/** Rooms as docs/architecture.md draws them, turned around: from the ground up. A room imports rooms on lower lines, or on its own line where that makes no circle. */
const FLOORS = pictureOf(
  readFileSync(join(import.meta.dirname, '../../docs/architecture.md'), 'utf8'),
);

/** The names that a line of the picture begins with; lines that begin with a space go on with the text before. */
function pictureOf(page: string): string[][] {
  const [, picture = ''] = page.split('```');
  return picture
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith(' '))
    .map((line) => (line.split(/ {2,}/)[0] ?? '').split(' '))
    .map((names) => names.map((name) => name.replace('/', '')).filter((name) => ROOMS.has(name)))
    .toReversed();
}

const floorOf = new Map(
  FLOORS.flatMap((rooms, floor) => rooms.map((room) => [room, floor] as const)),
);
const crossing = files.flatMap(({ path, imports }) =>
  imports
    .map((target) => ({ path, target, from: roomOf(path), to: roomOf(target) }))
    .filter(({ from, to }) => from !== to),
);

describe('the rooms of src', () => {
  it('are all known', () => {
    expect([...ROOMS].filter((room) => !floorOf.has(room))).toEqual([]);
    expect(FLOORS.flat().toSorted()).toEqual([...ROOMS].toSorted());
  });

  it('import downwards', () => {
    const upward = crossing
      .filter(({ from, to }) => (floorOf.get(from) ?? 0) < (floorOf.get(to) ?? 0))
      .map(({ path, target }) => `${path} → ${target}`);
    expect(upward).toEqual([]);
  });

  it('import each other in no circle', () => {
    const edges = Map.groupBy(crossing, ({ from }) => from);
    const circles: string[] = [];
    const walk = (room: string, way: readonly string[]): void => {
      const at = way.indexOf(room);
      if (at !== -1) return void circles.push([...way.slice(at), room].join(' → '));
      for (const next of new Set((edges.get(room) ?? []).map(({ to }) => to))) {
        if (floorOf.get(next) === floorOf.get(room)) walk(next, [...way, room]);
      }
    };
    for (const room of floorOf.keys()) walk(room, []);
    expect(circles).toEqual([]);
  });
});

describe('files and folders', () => {
  it('are small: half of the files within 90 lines, nine of ten within 200', () => {
    const lines = files.map((file) => file.lines).toSorted((a, b) => a - b);
    expect(lines[Math.floor(lines.length / 2)]).toBeLessThanOrEqual(90);
    expect(lines[Math.floor(lines.length * 0.9)]).toBeLessThanOrEqual(200);
  });

  it('no folder holds more than 14 files', () => {
    const folders = Map.groupBy(files, ({ path }) => path.slice(0, path.lastIndexOf('/')));
    const crowded = [...folders].filter(([, inside]) => inside.length > 14);
    expect(crowded.map(([folder, inside]) => `${folder}: ${inside.length}`)).toEqual([]);
  });
});
