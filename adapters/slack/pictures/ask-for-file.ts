import { type RetryRules, retry } from '../../../src/answer/retry.ts';
import type { ImageFailureCode } from '../../../src/images/image-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { SlackApi } from '../api/slack-call.ts';
import { slackWordOf } from '../api/slack-word.ts';
import type { SlackFile } from './picture-locator.ts';
import { fileInfoSchema } from './picture-wire.ts';
import { downloadFailed, pictureClosed, pictureGone, scopeMissing } from './to-image-failure.ts';
import { toSlackFile } from './to-slack-file.ts';

/**
 * What Slack says of a file now, through a workspace whose token sees it. Rejects with a `Failure` of an `ImageFailureCode`, or
 * with the signal's reason.
 */
export type AskForFile = (via: string, file: string, signal: AbortSignal) => Promise<SlackFile>;

const goneWords: readonly string[] = ['file_not_found', 'file_deleted'];
/** `access_denied` is for files of other organisations. The rest of the refusals of rights are known as such. */
const closedWords: readonly string[] = ['not_visible', 'file_not_visible', 'access_denied'];

/** Asks by `files.info` (https://docs.slack.dev/reference/methods/files.info). */
export function createAskForFile(api: SlackApi, rules: RetryRules): AskForFile {
  return async function askForFile(via, file, signal) {
    const call = { team: via, method: 'files.info', arguments: { file } };
    try {
      const reply = await retry(() => api(call, signal), rules, signal);
      const parsed = parseValue(reply, fileInfoSchema);
      const found = parsed.ok ? toSlackFile(parsed.value.file) : null;
      if (found === null) throw new Failure<ImageFailureCode>('image-download-failed', 'Slack describes no file.');
      // It has just been asked: there is no more to be learnt.
      return found.state === 'unasked' ? { ...found, state: 'closed' } : found;
    } catch (error) {
      signal.throwIfAborted();
      throw toAskFailure(error);
    }
  };
}

function toAskFailure(error: unknown): unknown {
  if (!(error instanceof Failure) || error.code.startsWith('image-')) return error;
  const word = slackWordOf(error);
  if (word !== null && goneWords.includes(word)) return pictureGone(error);
  if (word === 'missing_scope') return scopeMissing(String(error.facts['needed'] ?? 'files:read'), error);
  if (error.code === 'platform-forbidden' || (word !== null && closedWords.includes(word))) return pictureClosed(error);
  return downloadFailed(error);
}
