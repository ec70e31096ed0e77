import { describe, expect, it } from 'vitest';
import { tagsOf } from '../../src/collections/debian/packages.ts';
import { runningText, stanzasOf } from '../../src/collections/debian/stanzas.ts';
import { scanWordVectors } from '../../src/collections/glove/scan-word-vectors.ts';
import { parseSynset } from '../../src/collections/wordnet/synsets.ts';

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function* lines(text: string): AsyncGenerator<string> {
  yield* text.split('\n');
}

describe('word vectors in one JSON record', () => {
  const words = ['the', '"', ']', 'naïve', '\\'];
  const record = {
    words,
    size: words.length,
    vectors: Object.fromEntries(words.map((word, at) => [word, [at, at + 0.5, 9, at]])),
    unkVector: [0, 0, 0, -1],
  };
  const form = { dimension: 2, extra: 2, path: 'x.json' };

  it.each([1, 7, 64, 10_000])('are read whole from pieces of %i bytes', async (size) => {
    const read = await scanWordVectors(pieces(JSON.stringify(record), size), form);
    expect(read.words).toEqual(words);
    expect([...read.values]).toEqual(words.flatMap((_, at) => [at, at + 0.5]));
  });

  it('are refused where a list is too short, or the file is', async () => {
    const short = { vectors: { a: [1, 2, 3] } };
    await expect(scanWordVectors(pieces(JSON.stringify(short), 9), form)).rejects.toThrow(
      'the word "a": there are 3 numbers where 4 belong',
    );
    const cut = JSON.stringify(record).slice(0, -60);
    await expect(scanWordVectors(pieces(cut, 9), form)).rejects.toThrow('x.json');
  });
});

describe('control files of Debian', () => {
  it('are read stanza by stanza, with lines that go on', async () => {
    const text =
      'Package: a\nTag: x::y,\n z::w\n\nPackage: b\nDescription: short\n one\n .\n two\n';
    const read = [];
    for await (const stanza of stanzasOf(lines(text))) read.push(Object.fromEntries(stanza));
    expect(read).toEqual([
      { Package: 'a', Tag: 'x::y,\nz::w' },
      { Package: 'b', Description: 'short\none\n.\ntwo' },
    ]);
    expect(runningText(['one', '.', ' two '])).toBe('one two');
  });

  it('name tags one by one or in braces', () => {
    expect(tagsOf('game::strategy, use::{gameplaying,viewing},\nworks-with::3dmodel')).toEqual([
      'game::strategy',
      'use::gameplaying',
      'use::viewing',
      'works-with::3dmodel',
    ]);
  });
});

describe('synsets', () => {
  it('have words, relations, a definition and examples', () => {
    const line =
      '00002312 00 s 02 ready(p) 0 set_up 1 003 & 00001740 a 0000 @ 00004171 n 0101 ! 00002098 a 0101 | prepared for something; "they were ready"; "all set up"- Anon  ';
    expect(parseSynset(line)).toEqual({
      id: 'a00002312',
      lexicographerFile: 0,
      words: ['ready', 'set up'],
      hypernyms: ['n00004171'],
      similar: ['a00001740'],
      definition: 'prepared for something',
      examples: ['they were ready', 'all set up'],
    });
  });

  it('are not the lines of the licence', () => {
    expect(parseSynset('  1 This software and database is being provided')).toBeNull();
    expect(parseSynset('')).toBeNull();
  });
});
