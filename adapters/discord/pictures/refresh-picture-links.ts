import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { FetchMessage } from '../messages/fetch-message.ts';
import type { DiscordRest } from '../rest/discord-call.ts';
import type { WireMessage } from '../wire.ts';
import { isSamePicture, type PictureLocator, toPictureLinks, withSignatureOf } from './picture-links.ts';
import { refreshedLinksSchema } from './picture-wire.ts';

/** Fresh links of a picture; null when it is gone. */
export type RefreshPictureLinks = (locator: PictureLocator, signal: AbortSignal) => Promise<PictureLocator | null>;

/** What refreshing takes. */
export type RefreshingParts = {
  readonly rest: DiscordRest;
  readonly fetchMessage: FetchMessage;
  readonly clock: Clock;
};

/** A question with many expired pictures asks for the same message many times: then each waits for its turn. */
const maxWaits = 2;
const longestWaitMs = 5_000;

/** Asks for the message once more, whose links are signed anew each time; where there is none, for new signatures alone. */
export function createRefreshPictureLinks({ rest, fetchMessage, clock }: RefreshingParts): RefreshPictureLinks {
  const refreshGiven = async (locator: PictureLocator, signal: AbortSignal) => {
    const { links, home } = locator;
    const body = { attachment_urls: [links.url] };
    const reply = await rest({ method: 'POST', route: '/attachments/refresh-urls', body }, signal);
    const parsed = parseValue(reply.body, refreshedLinksSchema);
    const fresh = parsed.ok ? parsed.value.refreshed_urls[0]?.refreshed : undefined;
    if (fresh === undefined || fresh === null) return null;
    const proxyUrl = links.proxyUrl === null ? null : withSignatureOf(links.proxyUrl, fresh);
    return { links: { ...links, url: withSignatureOf(links.url, fresh), proxyUrl }, home };
  };

  const refreshOnce: RefreshPictureLinks = async (locator, signal) => {
    const { home } = locator;
    if (home.type === 'interaction') return refreshGiven(locator, signal);
    const message = await fetchMessage(home.channel, home.message, signal);
    return message === null ? null : findAgain(locator, message);
  };

  return async function refreshPictureLinks(locator, signal) {
    for (let waits = 0; ; waits += 1) {
      try {
        return await refreshOnce(locator, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (isRefusal(error)) return null;
        const waitMs = toWaitMs(error);
        if (waitMs === null || waits === maxWaits) throw error;
        await clock.sleep(waitMs, signal);
      }
    }
  };
}

/** Discord knows no such picture, or does not give it to the bot. */
function isRefusal(error: unknown): boolean {
  return error instanceof Failure && !error.retryable;
}

function toWaitMs(error: unknown): number | null {
  const limited: PlatformFailureCode = 'platform-rate-limited';
  if (!(error instanceof Failure) || error.code !== limited) return null;
  const waitMs = error.retryAfterMs ?? 1_000;
  return waitMs > longestWaitMs ? null : waitMs;
}

/** The picture in the message as it is now; null when somebody has taken it out. */
function findAgain({ links, home }: PictureLocator, message: WireMessage): PictureLocator | null {
  const holders = [message, ...message.message_snapshots.map((snapshot) => snapshot.message)];
  if (home.type === 'attachment') {
    const found = holders.flatMap(({ attachments }) => attachments).find((each) => each.id === home.attachment);
    if (found === undefined) return null;
    const { url, proxy_url: proxyUrl = null, content_type: contentType = null, width = null, height = null } = found;
    return { links: toPictureLinks({ url, proxyUrl, contentType, width, height }), home };
  }
  const pictures = holders.flatMap(({ embeds }) => embeds).flatMap(({ image, thumbnail }) => [image, thumbnail]);
  const found = pictures.find((picture) => picture?.proxy_url && isSamePicture(picture.url, links.url));
  if (!found) return null;
  const { url, proxy_url: proxyUrl = null, width = null, height = null } = found;
  return { links: toPictureLinks({ url, proxyUrl, contentType: links.contentType, width, height }), home };
}
