/** What stands in the log where a secret would have stood. */
const mark = '[secret]';

/** Shorter values occur in ordinary words: replacing them would ruin the log, and they protect nothing. */
const minSecretChars = 6;

/** The forms of secrets that nobody told us of: the tokens of platforms and vendors, keys made here, signed addresses. */
const knownForms: readonly RegExp[] = [
  /xox[a-z]-[\w-]{8,}/g,
  /xapp-[\w-]{8,}/g,
  /\bsl_[\w-]{43}/g,
  /\binternal_[\w-]{43}/g,
  /\bsk-[\w-]{16,}/g,
  /\bAIza[\w-]{30,}/g,
  /\b[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}\b/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g,
  /(?<=[?&](?:X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token|Signature|sig|hm|access|access_token|token|key)=)[^&\s"'\\]{6,}/gi,
  // “Basic Information” is a page of Slack's that operators are sent to.
  /(?<=\b(?:bearer|basic)\s+)(?!Information\b)[\w.~+/=-]{8,}/gi,
];

/** Each way in which a value may be written into a line of JSON. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
}

/**
 * Makes the last stage before the log is written: replaces the given secrets, in every spelling they are likely to have, and
 * whatever looks like a token. Works on the finished line, so that no path around it exists.
 */
export function createScrubber(secrets: readonly string[]): (line: string) => string {
  const values = secrets.filter((secret) => secret.length >= minSecretChars).flatMap(spellings);
  // The longest first: one secret may be the beginning of another.
  const ordered = [...new Set(values)].sort((left, right) => right.length - left.length);
  return (line) => {
    let clean = line;
    for (const value of ordered) clean = clean.replaceAll(value, mark);
    for (const form of knownForms) clean = clean.replace(form, mark);
    return clean;
  };
}
