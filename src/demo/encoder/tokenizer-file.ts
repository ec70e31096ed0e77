import { CONTINUES } from './pieces.ts';
import { SPECIALS, type Vocabulary } from './vocabulary.ts';
import { DELETED } from './words.ts';

/**
 * The vocabulary as a `tokenizer.json` of Hugging Face tokenizers: decomposed, without accents, lower
 * case, split at spaces and punctuation, then WordPiece, between [CLS] and [SEP].
 */
export function tokenizerFile(vocabulary: Vocabulary): object {
  const tokens = [
    ...SPECIALS,
    ...vocabulary.words,
    ...vocabulary.pieces.map((piece) => piece.token),
  ];
  const special = (token: (typeof SPECIALS)[number]) => ({
    [token]: { id: token, ids: [SPECIALS.indexOf(token)], tokens: [token] },
  });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIALS.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFD' },
        { type: 'Replace', pattern: { Regex: DELETED }, content: '' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
        { Sequence: { id: 'B', type_id: 1 } },
        { SpecialToken: { id: '[SEP]', type_id: 1 } },
      ],
      special_tokens: { ...special('[CLS]'), ...special('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: CONTINUES, cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: CONTINUES,
      max_input_chars_per_word: 40,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  };
}
