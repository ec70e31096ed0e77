import { loadEncoder } from '../../embed/encoder.ts';
import { observeChat } from '../observe/chat.ts';
import { observeEmbed, PROBE_TEXTS } from '../observe/embed.ts';
import { observeSql } from '../observe/sql.ts';
import { observeStorage } from '../observe/storage.ts';
import type { IndexDistance } from '../record/embed.ts';
import { searchTasks } from './search-tasks.ts';
import type { ProbeSession, ProbeTask } from './session.ts';
import type { StatementFile } from './statements.ts';

/** What the embedding probe asks, and with what it compares. */
export interface EmbedRequested {
  readonly probe: 'embed';
  /** `corpus`: the texts of all its documents. Default: five short texts. */
  readonly texts?: readonly string[] | 'corpus';
  /** Folder of a local ONNX model that is a third side. */
  readonly reference?: string;
  /** How the index compares; default cosine. */
  readonly distance?: IndexDistance;
}

/** Which provider the chat probe asks; one that costs something is asked only where it is named. */
export interface ChatRequested {
  readonly probe: 'chat';
  /** Default `echo`, which answers with the question. */
  readonly provider?: string;
  readonly model?: string;
  /** Whether the provider gives the same words the same answer, so that the text is compared. */
  readonly deterministic?: boolean;
}

/** A probe that may be asked for. */
export type RequestedProbe =
  | EmbedRequested
  | { readonly probe: 'search' }
  | { readonly probe: 'sql'; readonly statements: StatementFile }
  | { readonly probe: 'storage' }
  | ChatRequested;

/** The tasks of one probe: one, or several where the candidate has several paths for one operation. */
export function tasksOf(requested: RequestedProbe, session: ProbeSession): ProbeTask[] {
  switch (requested.probe) {
    case 'embed':
      return [embedTask(requested)];
    case 'search':
      return searchTasks(session);
    case 'sql': {
      const { name: file, statements } = requested.statements;
      return [
        {
          endpoint: 'sql',
          observe: ({ backends, signal }) => observeSql(backends, statements, { file, signal }),
        },
      ];
    }
    case 'storage':
      return [
        {
          endpoint: 'storage',
          observe: ({ backends, signal, progress }) =>
            observeStorage(backends, {
              signal,
              onLeftBehind: (keys) => progress.note(`could not remove ${keys.join(', ')}`),
            }),
        },
      ];
    case 'chat':
      return [chatTask(requested)];
  }
}

function embedTask({ texts = PROBE_TEXTS, reference, distance }: EmbedRequested): ProbeTask {
  return {
    endpoint: 'embed',
    observe: async ({ backends, config, corpus, signal }) => {
      const encoder = reference === undefined ? null : await loadEncoder(reference);
      const ofCorpus = () =>
        corpus.collections.flatMap(({ documents }) => documents.map(({ text }) => text));
      try {
        return await observeEmbed(backends, {
          texts: texts === 'corpus' ? ofCorpus() : texts,
          model: config.model,
          distance: distance ?? 'cosine',
          reference:
            encoder === null
              ? null
              : { name: encoder.name, embed: (some) => encoder.embed(some, 'raw') },
          signal,
        });
      } finally {
        await encoder?.close();
      }
    },
  };
}

function chatTask({ provider = 'echo', model, deterministic }: ChatRequested): ProbeTask {
  return {
    endpoint: 'chat',
    observe: ({ backends, signal }) =>
      observeChat(backends, {
        provider,
        model: model ?? null,
        deterministic: deterministic === true || provider === 'echo',
        signal,
      }),
  };
}
