/** How much of the beginning is looked at. */
const headBytes = 1_024;

/** What came over the wire. */
type Received = { readonly bytes: Uint8Array; readonly contentType: string };

/**
 * Whether a page came instead of a file: Slack asks people to sign in, with status 200, where the token may not have the file
 * (https://github.com/vercel/eve/pull/1531). A file that is a page itself has as many bytes as was said.
 */
export function isSignInPage({ bytes, contentType }: Received, announcedBytes: number | null): boolean {
  if (bytes.byteLength === announcedBytes) return false;
  if (contentType === 'text/html' || contentType === 'application/xhtml+xml') return true;
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, headBytes));
  return /^(?:ï»¿)?\s*(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html)[\s>]/i.test(head);
}

/** Whether a redirect leads to where people sign in: Slack's own pages, told by their host or by where they lead back to. */
export function isSignInAddress({ hostname, searchParams }: URL): boolean {
  const isSlackPage = hostname === 'slack.com' || (hostname.endsWith('.slack.com') && hostname !== 'files.slack.com');
  return isSlackPage || searchParams.has('redir');
}
