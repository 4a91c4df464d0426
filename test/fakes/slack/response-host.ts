import { decodeArguments } from './arguments.ts';
import type { Backend } from './backend.ts';
import { activeIn } from './installing.ts';
import { contentOf } from './message-content.ts';
import { violationsOf } from './project-rules.ts';
import { SlackError } from './slack-error.ts';

/** What comes back from a `response_url`. */
export type ResponseHostReply = { readonly status: number; readonly body: string };

/** Takes what the app posts to the addresses that interactions gave it. */
export type ResponseHost = { handle(path: string, body: string, contentType: string | null): ResponseHostReply };

/** The host over the given world. */
export function createResponseHost(backend: Backend): ResponseHost {
  const { world, desk, triggers, settings, violations } = backend;

  const answer = (path: string, body: string, contentType: string | null): ResponseHostReply => {
    const target = triggers.respond(path);
    if (typeof target === 'string') return { status: 404, body: target };
    const args = decodeArguments(body, contentType, new URLSearchParams());
    if (args === null) return { status: 400, body: 'invalid_payload' };
    const { channel, user, message } = target;
    const [installation] = activeIn(world, target.teamId);
    if (installation === undefined) return { status: 404, body: 'no_team' };
    if (args.flag('delete_original') === true) {
      if (message !== null) desk.remove(message);
      return { status: 200, body: 'ok' };
    }
    const replaces = args.flag('replace_original') === true && message !== null;
    const isOpen = args.text('response_type') === 'in_channel';
    const rules = { ...settings.projectRules, unfurlsNothing: settings.projectRules.unfurlsNothing && isOpen };
    violations.push(...violationsOf('response_url', args, rules));
    const content = contentOf(args, 'post');
    if (replaces) {
      desk.change(message, {
        text: content.text ?? '',
        markdown: content.markdown ?? null,
        blocks: content.blocks ?? [],
        by: message.visibleTo === null ? installation.bot : null,
      });
      return { status: 200, body: 'ok' };
    }
    desk.post({
      channel,
      author: installation.bot,
      text: content.text ?? '',
      markdown: content.markdown ?? null,
      blocks: content.blocks ?? [],
      threadTs: args.text('thread_ts'),
      visibleTo: isOpen ? null : user.id,
      unfurls: { links: args.flag('unfurl_links') !== false, media: args.flag('unfurl_media') !== false },
    });
    return { status: 200, body: 'ok' };
  };

  return {
    handle(path, body, contentType) {
      try {
        return answer(path, body, contentType);
      } catch (error) {
        if (error instanceof SlackError) return { status: 400, body: error.code };
        throw error;
      }
    },
  };
}
