const SECRET_KEY =
  /token|secret|passw(or)?d|passphrase|authorization|credential|cookie|(api|private|access)[-_]?key/i;
const TOKEN_COUNT = /token/i;
/** Short names of secrets, which may stand within other words. */
const SECRET_PARAMETER =
  /^(key|sig|signature|auth|sas|code|pwd|pass|pat|jwt|bearer|session|sid|x-amz-signature)$/i;

/** Whether the name of a header, a key or a variable says that its value is a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_KEY.test(name);
}

/** The same of a parameter in a URL, where names are short. */
export function isSecretParameter(name: string): boolean {
  return SECRET_KEY.test(name) || SECRET_PARAMETER.test(name);
}

/** Whether a key of a configuration has a secret for its value: `maxTokens: 512` counts tokens, and is none. */
export function isSecretKey(name: string, value: unknown): boolean {
  if (!isSecretName(name) || typeof value === 'boolean' || value === null) return false;
  return !(typeof value === 'number' && TOKEN_COUNT.test(name));
}
