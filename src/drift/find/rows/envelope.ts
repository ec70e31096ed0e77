import type { CapturedReply, ReplyGroup } from '../../record/raw-replies.ts';
import { isHeldOut } from '../match/held-out.ts';
import type { DriftRow } from '../types.ts';

const PARTS = [
  // Where it is asked is the same in all scenarios.
  { path: '(path)', of: ({ requested }: CapturedReply) => requested },
  { path: '(status)', of: (reply: CapturedReply) => String(reply.status) },
  { path: '(content-type)', of: (reply: CapturedReply) => reply.contentType || 'none' },
  // Refused by both is no difference of reading; the status says what there is to say.
  { path: '(read)', of: ({ reading }: CapturedReply) => reading.outcome },
] as const;

/**
 * Where paths, status codes, media types and whether the side's own dialect can read the response differ; a change that
 * only some of the requests show names them. The held-out agreement is the share of the held-out pairs of those
 * requests, in which the incumbent answers so, that show the change.
 */
export function envelopeRows({ endpoint, scenario, pairs }: ReplyGroup): DriftRow[] {
  const kinds = [...new Set(pairs.map(({ asked }) => asked))];
  return PARTS.flatMap(({ path, of }): DriftRow[] => {
    const changes = new Map<string, { from: string; asked: Set<string>; support: number }>();
    for (const { asked, incumbent, candidate } of pairs) {
      const [from, to] = [of(incumbent), of(candidate)];
      if (path === '(path)' && scenario !== 'success') continue;
      if (from === to || (path === '(read)' && [from, to].includes('refused'))) continue;
      const known = changes.get(`${from} → ${to}`) ?? {
        from,
        asked: new Set<string>(),
        support: 0,
      };
      known.asked.add(asked);
      changes.set(`${from} → ${to}`, { ...known, support: known.support + 1 });
    }
    return [...changes].map(([change, { from, asked, support }]): DriftRow => {
      const held = pairs.filter(
        (pair, at) => isHeldOut(at) && asked.has(pair.asked) && of(pair.incumbent) === from,
      );
      const shown = held.filter((pair) => `${from} → ${of(pair.candidate)}` === change);
      const only = asked.size < kinds.length ? ` (${[...asked].join(', ')})` : '';
      return {
        endpoint,
        scenario,
        incumbentPath: path,
        candidatePath: path,
        operation: `differs: ${change}${only}`,
        severity: path === '(path)' ? 'shape' : 'breaking',
        support,
        heldOutAgreement: held.length === 0 ? null : shown.length / held.length,
        lossy: false,
        detail: null,
      };
    });
  });
}
