import type { DownloadFile, DownloadPreview, Received } from './image-source.ts';
import { isSignInAddress } from './sign-in-page.ts';
import { noAddress, scopeMissing } from './to-image-failure.ts';

/** Fetches through a guard: every address on the way is checked before it is asked, every connection before anything is sent. */
export type GuardedFetch = (
  url: URL,
  request: {
    readonly accept: string;
    readonly types: readonly string[] | null;
    readonly maxBytes: number;
    readonly totalMs: number;
    /** Headers for these origins alone. Gone for good once a redirect leads elsewhere. */
    readonly secrets: {
      readonly origins: readonly string[];
      readonly headers: Readonly<Record<string, string>>;
    } | null;
    /** Told of each address that a redirect leads to, before it is asked; what it throws ends the download. */
    readonly checkRedirect?: (to: URL) => void;
  },
  signal: AbortSignal,
) => Promise<Received>;

/** What the downloads take. */
export type SlackDownloadParts = {
  /** A guard that goes to Slack's file hosts alone: those of `filesOrigins`, and `slackOtherHosts` beside them. */
  readonly fromSlack: GuardedFetch;
  /** A guard that goes to any public host over https. */
  readonly fromAnywhere: GuardedFetch;
  /** Scheme, host and port of each host that gets the token: `slackFilesOrigins`, or what stands in for them. */
  readonly filesOrigins: readonly string[];
};

/** Where Slack keeps files. The token is for this one alone: others of Slack's hosts show it to whoever asks. */
export const slackFilesOrigins: readonly string[] = ['https://files.slack.com'];
/** Where its file host may send a download on to; it goes there without the token. */
export const slackOtherHosts: readonly string[] = ['https://slack-files.com'];

/** As long as the core waits for a picture. */
const totalMs = 15_000;
/** On anybody's server. */
const previewTotalMs = 8_000;

const request = { accept: 'image/*', types: null } as const;

/** The two ways to a picture: with the token to exactly the file host, and without one to everywhere else. */
export function createSlackDownloads(parts: SlackDownloadParts): {
  readonly downloadFile: DownloadFile;
  readonly downloadPreview: DownloadPreview;
} {
  const { filesOrigins } = parts;
  const isFileHost = (url: URL) => filesOrigins.includes(url.origin);
  const checkRedirect = (to: URL) => {
    if (!isFileHost(to) && isSignInAddress(to)) throw scopeMissing('files:read');
  };
  return {
    async downloadFile(url, token, maxBytes, signal) {
      if (!isFileHost(url) || url.username !== '' || url.password !== '')
        throw noAddress('The file’s address is not on Slack’s file host.');
      const secrets = { origins: filesOrigins, headers: { Authorization: `Bearer ${token}` } };
      return parts.fromSlack(url, { ...request, maxBytes, totalMs, secrets, checkRedirect }, signal);
    },
    downloadPreview: (url, maxBytes, signal) =>
      parts.fromAnywhere(url, { ...request, maxBytes, totalMs: previewTotalMs, secrets: null }, signal),
  };
}
