import { isSecretParameter } from './names.ts';

/** Readers of HTTP's URLs take any number of slashes, either way, for two. Of a longer scheme its end is enough. */
const URL_IN_TEXT = /(\bhttps?:[\\/]*|[a-z][a-z0-9+.-]{0,31}:\/\/)([^\s"'<>`]*)/gi;
/** `host`, `host:port`, or an address of IPv6 in brackets. */
const HOST = /^(?:\[[0-9a-f:.]*\]|[^:@]*)(?::\d{0,5})?$/i;
const PARAMETER = /([?&;#])([^=&#;\s?]+)=[^&#;\s]*/g;

/**
 * Drops user names, passwords and the values of secret parameters from every URL within a text; all else stays as it
 * is. A password may hold a slash, a question mark or an at-sign that should have been encoded: what stands before the
 * last `@` is dropped rather than shown.
 */
export function withoutUrlSecrets(text: string): string {
  return text
    .replace(URL_IN_TEXT, (_, scheme: string, rest: string) => `${scheme}${withoutUser(rest)}`)
    .replace(PARAMETER, (whole, mark: string, name: string) =>
      isSecretParameter(name) ? `${mark}${name}=redacted` : whole,
    );
}

/** One URL for a message, whatever is wrong with it: without user and password, and without values of parameters. */
export function shownUrl(text: string): string {
  const [, scheme = '', rest = text] = /^([a-z][a-z0-9+.-]*:\/\/|\/\/)?(.*)$/is.exec(text) ?? [];
  const clean = scheme === '' ? rest.replace(/^.*@/s, '') : withoutUser(rest);
  return `${scheme}${clean}`.replace(PARAMETER, '$1$2=…');
}

/** What follows a scheme, without what may be user and password. */
function withoutUser(rest: string): string {
  const beforeQuery = /^[^?#]*/.exec(rest)?.[0] ?? '';
  const host = /^[^/?#]*/.exec(rest)?.[0] ?? '';
  // Behind a host that can be one, a parameter may hold an @; otherwise nothing tells where the password ends.
  const isHost = HOST.test(host);
  const whole = isHost ? beforeQuery : rest;
  const end = whole.lastIndexOf('@');
  // What breaks off within a password, at a space or a quote, has no end that tells.
  if (end === -1 && !isHost) return `${host.slice(0, host.indexOf(':') + 1)}…`;
  return rest.slice(end + 1);
}
