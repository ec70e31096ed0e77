import { describe, expect, it } from 'vitest';
import { loadEncoder } from '../../src/embed/encoder.ts';
import { UsageError } from '../../src/errors.ts';
import { folderWith, handFiles, handGraph, handTokenizer } from './small-model.ts';

describe('a model that leaves pooling to the caller', () => {
  it('gives the mean of the token vectors, special tokens included, worked out by hand', async () => {
    const encoder = await loadEncoder(await folderWith(handFiles()));
    const [one, two] = await encoder.embed(['a b', 'a'], 'raw');
    // [CLS] + a + b + [SEP] = (8, 4, 8), four tokens; [CLS] + a + [SEP] = (3, 5, 6), three.
    expect([...(one ?? [])]).toEqual([2, 1, 2]);
    expect([...(two ?? [])]).toEqual([1, Math.fround(5 / 3), 2]);
    expect(encoder.dimension).toBe(3);
    await encoder.close();
  });

  it('leaves padding out of the mean when texts of different lengths share a batch', async () => {
    const encoder = await loadEncoder(await folderWith(handFiles()), { batchSize: 2 });
    const [long, short] = await encoder.embed(['a b a b', ''], 'raw');
    expect([...(long ?? [])]).toEqual([15 / 6, 7 / 6, 16 / 6].map(Math.fround));
    expect([...(short ?? [])]).toEqual([0.5, 0.5, 0]);
    await encoder.close();
  });

  it('takes the first token where pooling is cls, and length 1 where normalise is true', async () => {
    const settings = { pooling: 'cls', normalise: true };
    const encoder = await loadEncoder(
      await folderWith({ ...handFiles(), 'encoder.json': settings }),
    );
    const [vector] = await encoder.embed(['a'], 'raw');
    expect([...(vector ?? [])]).toEqual([1, 0, 0]);
    await encoder.close();
  });

  it('puts the prefix of its kind before a text, and none before a raw one', async () => {
    const settings = { prefixes: { query: 'a ', document: 'b ' } };
    const encoder = await loadEncoder(
      await folderWith({ ...handFiles(), 'encoder.json': settings }),
    );
    const [raw] = await encoder.embed(['a b'], 'raw');
    const [query] = await encoder.embed(['b'], 'query');
    const [document] = await encoder.embed(['a'], 'document');
    expect(query).toEqual(raw);
    expect(document).toEqual(raw);
    await encoder.close();
  });

  it('cuts a text at the window and keeps the special token at its end', async () => {
    const encoder = await loadEncoder(
      await folderWith({ ...handFiles(), 'encoder.json': { maxTokens: 4 } }),
    );
    const [cut, whole] = await encoder.embed(['a b a a a a', 'a b'], 'raw');
    expect(cut).toEqual(whole);
    await encoder.close();
  });

  it('reads pooling, scaling, window and prefixes from the files of sentence-transformers', async () => {
    const encoder = await loadEncoder(
      await folderWith({
        ...handFiles(),
        '1_Pooling/config.json': { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false },
        'modules.json': [{ type: 'sentence_transformers.models.Normalize' }],
        'sentence_bert_config.json': { max_seq_length: 7, do_lower_case: false },
        'config_sentence_transformers.json': { prompts: { query: 'a ', document: '' } },
      }),
    );
    expect(encoder.maxTokens).toBe(7);
    expect([...((await encoder.embed(['b'], 'query'))[0] ?? [])]).toEqual([1, 0, 0]);
    await encoder.close();
  });

  it('changes its fingerprint with any file it reads', async () => {
    const one = await loadEncoder(await folderWith(handFiles()));
    const same = await loadEncoder(await folderWith(handFiles()));
    const other = await loadEncoder(
      await folderWith({ ...handFiles(), 'encoder.json': { normalise: true } }),
    );
    expect(one.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(same.fingerprint).toBe(one.fingerprint);
    expect(other.fingerprint).not.toBe(one.fingerprint);
    await Promise.all([one, same, other].map((encoder) => encoder.close()));
  });
});

describe('a model that cannot be used', () => {
  const failures: [string, Record<string, string | Uint8Array | object>, RegExp][] = [
    ['no tokenizer', { 'onnx/model.onnx': handGraph() }, /lacks .*tokenizer\.json/],
    ['no graph', { 'tokenizer.json': handTokenizer() }, /lacks .*model\.onnx/],
    ['a tokenizer that is not JSON', { ...handFiles(), 'tokenizer.json': '{' }, /is not JSON/],
    [
      'a tokenizer of an unknown kind',
      { ...handFiles(), 'tokenizer.json': { ...handTokenizer(), model: { type: 'Rune' } } },
      /tokenizer .* is not usable/,
    ],
    [
      'a graph that is a pointer to a file elsewhere',
      { ...handFiles(), 'onnx/model.onnx': 'version https://git-lfs.github.com/spec/v1' },
      /does not load/,
    ],
    [
      'a graph that was cut short',
      { ...handFiles(), 'onnx/model.onnx': handGraph().slice(0, 150) },
      /does not load/,
    ],
    [
      'an unknown key in encoder.json',
      { ...handFiles(), 'encoder.json': { poling: 'mean' } },
      /encoder\.json.*poling/,
    ],
    [
      'another dimension than declared',
      { ...handFiles(), 'encoder.json': { dimension: 768 } },
      /gives 3 dimensions, encoder\.json says 768/,
    ],
    [
      'an output the graph does not have',
      { ...handFiles(), 'encoder.json': { output: 'pooled' } },
      /no output pooled: last_hidden_state/,
    ],
    [
      'pooling that does not fit the output',
      { ...handFiles(), 'encoder.json': { pooling: 'none' } },
      /pooling none cannot use/,
    ],
    [
      'an input the loader does not know',
      {
        ...handFiles(),
        'onnx/model.onnx': handGraph({
          inputs: ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'].map((name) => ({
            name,
            type: 'int64',
            shape: ['batch', 'tokens'],
          })),
        }),
      },
      /asks for the input position_ids/,
    ],
  ];

  it.each(failures)('is refused in one line: %s', async (_, files, message) => {
    const folder = await folderWith(files);
    const error = await loadEncoder(folder).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toMatch(message);
    expect((error as UsageError).message).not.toContain('\n');
    expect((error as UsageError).hint).not.toBeNull();
  });

  it('names the text whose vector is not finite', async () => {
    const broken = handGraph({
      constants: [
        {
          name: 'table',
          type: 'float32',
          shape: [6, 3],
          data: new Uint8Array(new Float32Array(18).fill(1).with(15, Number.NaN).buffer),
        },
        { name: 'types', type: 'float32', shape: [2, 3], data: new Uint8Array(24) },
      ],
    });
    const encoder = await loadEncoder(
      await folderWith({ ...handFiles(), 'onnx/model.onnx': broken }),
    );
    await expect(encoder.embed(['a', 'a', 'b'], 'raw')).rejects.toThrow(/for text 2$/);
    await encoder.close();
  });
});
