import { isObject, type JsonObject, toObjects, toText } from '../discord/json.ts';
import type { Arguments } from './arguments.ts';
import { blocksAreTooLong, messageBlocksProblems } from './block-rules.ts';
import type { MetadataRecord } from './records.ts';
import { refusedForm, SlackError } from './slack-error.ts';

const mostTextChars = 40_000;
const mostMarkdownChars = 12_000;
const mostUpdateBytes = 4_000;
const mostMetadataBytes = 16_000;

/** The content of a message as a call gives it; what is undefined was not named. */
export type MessageContent = {
  readonly text: string | undefined;
  readonly markdown: string | undefined;
  readonly blocks: readonly JsonObject[] | undefined;
  readonly attachments: readonly JsonObject[] | undefined;
  readonly metadata: MetadataRecord | null;
};

/** Blocks of a call, checked as Slack checks them. */
export function blocksOf(args: Arguments, name = 'blocks'): readonly JsonObject[] | undefined {
  const given = args.json(name);
  if (given === undefined) return undefined;
  if (!Array.isArray(given) || !given.every(isObject)) throw new SlackError('invalid_blocks_format');
  const blocks = toObjects(given);
  const problems = messageBlocksProblems(blocks);
  if (problems.length > 0) throw refusedForm('invalid_blocks', problems);
  if (blocksAreTooLong(blocks)) throw new SlackError('msg_blocks_too_long');
  return blocks;
}

/** Standard Markdown of a call, which has its own limit. */
export function markdownOf(args: Arguments): string | undefined {
  const text = args.text('markdown_text');
  if (text === null) return undefined;
  if ([...text].length > mostMarkdownChars) throw new SlackError('msg_too_long');
  return text;
}

/** Metadata of a call. */
export function metadataOf(args: Arguments): MetadataRecord | null {
  const given = args.json('metadata');
  if (given === undefined) return null;
  if (!isObject(given)) throw new SlackError('invalid_metadata_format');
  const eventType = toText(given['event_type']);
  const payload = given['event_payload'];
  if (eventType === null || !isObject(payload)) throw new SlackError('invalid_metadata_schema');
  if (Buffer.byteLength(JSON.stringify(given)) > mostMetadataBytes) throw new SlackError('metadata_too_large');
  return { eventType, payload };
}

/** What a call wants a message to hold. Updates take less text than posts, counted in bytes. */
export function contentOf(args: Arguments, kind: 'post' | 'update'): MessageContent {
  const markdown = markdownOf(args);
  if (markdown !== undefined && (args.has('text') || args.has('blocks'))) {
    throw new SlackError('markdown_text_conflict');
  }
  const blocks = blocksOf(args);
  const attachments = args.json('attachments');
  const text = args.text('text') ?? undefined;
  if (kind === 'update' && text !== undefined && Buffer.byteLength(text) > mostUpdateBytes) {
    throw new SlackError('msg_too_long');
  }
  const content: MessageContent = {
    text: text === undefined ? undefined : [...text].slice(0, mostTextChars).join(''),
    markdown,
    blocks,
    attachments: attachments === undefined ? undefined : toObjects(attachments),
    metadata: metadataOf(args),
  };
  const isEmpty =
    (text ?? '').trim() === '' &&
    (markdown ?? '').trim() === '' &&
    (blocks ?? []).length === 0 &&
    (content.attachments ?? []).length === 0;
  if (isEmpty) throw new SlackError('no_text');
  return content;
}
