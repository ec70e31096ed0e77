import type { ShadowVerdict } from '../judge/verdict.ts';

const TIMEOUT_MS = 5000;

/**
 * Tells a URL what the verdict has become, by a POST of JSON; it is not tried again.
 * @returns null where it was taken, else one line about why it was not, without the URL
 */
export async function tellWebhook(
  url: string,
  run: string,
  verdict: ShadowVerdict,
): Promise<string | null> {
  const { verdict: state, sentence, failures } = verdict;
  const since = failures[0]?.windowStartMs ?? null;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ run, verdict: state, sentence, since }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // What it says beside is not read, however long it is.
    await response.body?.cancel();
    return response.ok ? null : `the webhook answered ${response.status}`;
  } catch (error) {
    return `the webhook was not reached (${error instanceof Error ? error.name : 'error'})`;
  }
}
