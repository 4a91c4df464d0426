import { isObject, type JsonObject, toObjects, toText } from '../discord/json.ts';
import {
  type ApiCall,
  type ApiMethod,
  messageOfCall,
  requireLooks,
  threadOfCall,
  writableChannel,
} from './api-method.ts';
import type { Arguments } from './arguments.ts';
import type { Backend } from './backend.ts';
import { messageBlocksProblems } from './block-rules.ts';
import { blocksOf, markdownOf, metadataOf } from './message-content.ts';
import { violationsInMarkdown } from './project-rules.ts';
import type { MessageRecord } from './records.ts';
import { refusedForm, SlackError } from './slack-error.ts';
import { isStreaming } from './stream-state.ts';
import { findUser } from './world.ts';

const chunkTypes = ['markdown_text', 'task_update', 'plan_update', 'blocks'];
const taskStates = ['pending', 'in_progress', 'complete', 'error'];
const sessionStates = ['active', 'processing', 'suspended', 'closed'];

/** What one call adds to a stream. */
type Piece = {
  readonly mode: 'markdown_text' | 'chunks' | null;
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly bytes: number;
};

function checkChunk(chunk: JsonObject): void {
  const type = toText(chunk['type']) ?? '';
  if (!chunkTypes.includes(type)) throw new SlackError('invalid_chunks');
  if (type === 'markdown_text' && toText(chunk['text']) === null) throw new SlackError('invalid_chunks');
  if (type !== 'task_update') return;
  const isTask = toText(chunk['id']) !== null && toText(chunk['title']) !== null;
  if (!isTask || !taskStates.includes(toText(chunk['status']) ?? '')) throw new SlackError('invalid_chunks');
}

function toBlocks(chunk: JsonObject): readonly JsonObject[] {
  switch (chunk['type']) {
    case 'blocks':
      return toObjects(chunk['blocks']);
    case 'task_update':
      return [{ ...chunk, type: 'task_card', task_id: chunk['id'] }];
    default:
      return [];
  }
}

function pieceOf(args: Arguments): Piece {
  const markdown = markdownOf(args);
  const given = args.json('chunks');
  if (given === undefined) {
    const text = markdown ?? '';
    return { mode: markdown === undefined ? null : 'markdown_text', text, blocks: [], bytes: Buffer.byteLength(text) };
  }
  if (markdown !== undefined) throw new SlackError('markdown_text_conflict');
  if (!Array.isArray(given) || !given.every(isObject)) throw new SlackError('invalid_chunks');
  const chunks = toObjects(given);
  chunks.forEach(checkChunk);
  const text = chunks.flatMap((chunk) => (chunk['type'] === 'markdown_text' ? [toText(chunk['text'])] : [])).join('');
  if ([...text].length > 12_000) throw new SlackError('msg_too_long');
  const blocks = chunks.flatMap(toBlocks);
  const problems = messageBlocksProblems(blocks);
  if (problems.length > 0) throw refusedForm('invalid_blocks', problems);
  // Cards weigh by everything they hold, not only by what is seen.
  const cards = chunks.filter((chunk) => chunk['type'] !== 'markdown_text');
  const weight = cards.reduce((sum, chunk) => sum + Buffer.byteLength(JSON.stringify(chunk)), 0);
  return { mode: 'chunks', text, blocks, bytes: Buffer.byteLength(text) + weight };
}

/** `chat.startStream`, `chat.appendStream`, `chat.stopStream`. */
export function createStreamMethods(backend: Backend): readonly ApiMethod[] {
  const { world, desk, settings, payloads } = backend;

  const violationsIn = (text: string) => violationsInMarkdown('chat.appendStream', text, settings.projectRules);

  /** Judges the text as a whole: a call may come in two pieces, and code may have begun in an earlier one. */
  const judge = (before: string, after: string) => {
    const known = new Set(violationsIn(before).map(({ message }) => message));
    backend.violations.push(...violationsIn(after).filter(({ message }) => !known.has(message)));
  };

  const add = (message: MessageRecord, piece: Piece) => {
    const { stream } = message;
    if (stream === null) throw new SlackError('message_not_in_streaming_state');
    if (stream.mode !== null && piece.mode !== null && piece.mode !== stream.mode) {
      throw new SlackError('streaming_mode_mismatch');
    }
    if (stream.bytes + piece.bytes > settings.streamBytes) throw new SlackError('msg_too_long');
    message.stream = { ...stream, mode: stream.mode ?? piece.mode, bytes: stream.bytes + piece.bytes };
    const before = message.markdown ?? '';
    message.markdown = `${before}${piece.text}`;
    judge(before, message.markdown);
    const fresh = new Set(piece.blocks.flatMap((block) => toText(block['task_id']) ?? []));
    const kept = message.blocks.filter((block) => !fresh.has(toText(block['task_id']) ?? ''));
    message.blocks = [...kept, ...piece.blocks];
  };

  const openStream = (call: ApiCall): MessageRecord => {
    const message = messageOfCall(writableChannel(backend, call), call);
    if (message.author.id !== call.installation.bot.id) throw new SlackError('message_not_owned_by_app');
    if (message.stream?.state === 'stopped-by-user') throw new SlackError('stopped_by_user');
    if (!isStreaming(message, settings, world.clock.now())) throw new SlackError('message_not_in_streaming_state');
    return message;
  };

  const checkRecipient = (call: ApiCall) => {
    const teamId = call.args.text('recipient_team_id');
    const userId = call.args.text('recipient_user_id');
    if (teamId === null) throw new SlackError('missing_recipient_team_id');
    if (userId === null) throw new SlackError('missing_recipient_user_id');
    const isKnown = [...world.teams.values()].some((team) => team.id === teamId || team.enterpriseId === teamId);
    if (!isKnown) throw new SlackError('team_not_found');
    if (findUser(world, teamId, userId) === null) throw new SlackError('user_not_found');
  };

  const start = (call: ApiCall): JsonObject => {
    const channel = writableChannel(backend, call);
    requireLooks(call);
    const threadTs = threadOfCall(channel, call);
    if (channel.kind !== 'im') checkRecipient(call);
    // Outside of a thread only channels take a stream.
    else if (threadTs === null) throw new SlackError('invalid_thread_ts');
    const piece = pieceOf(call.args);
    if (piece.bytes > settings.streamBytes) throw new SlackError('msg_too_long');
    const { message } = desk.post({
      channel,
      author: call.installation.bot,
      markdown: piece.text,
      blocks: piece.blocks,
      threadTs,
      streams: piece.mode,
    });
    if (message.stream !== null) message.stream.bytes = piece.bytes;
    return { channel: channel.id, ts: message.ts };
  };

  const append = (call: ApiCall): JsonObject => {
    const message = openStream(call);
    const piece = pieceOf(call.args);
    if (piece.mode === null) throw new SlackError('no_text');
    add(message, piece);
    desk.refresh(message);
    return { channel: message.channel.id, ts: message.ts };
  };

  const stop = (call: ApiCall): JsonObject => {
    const message = openStream(call);
    const status = call.args.text('session_status');
    if (status !== null && !sessionStates.includes(status)) throw new SlackError('invalid_arguments');
    const blocks = blocksOf(call.args);
    const metadata = metadataOf(call.args);
    add(message, pieceOf(call.args));
    if (message.stream !== null) message.stream.state = 'stopped';
    message.blocks = [...message.blocks, ...(blocks ?? [])];
    message.metadata = metadata ?? message.metadata;
    desk.refresh(message);
    return { channel: message.channel.id, ts: message.ts, message: payloads.toMessage(message, { metadata: true }) };
  };

  return [
    { name: 'chat.startStream', access: 'bot', scope: 'chat:write', tier: 2, handle: start },
    { name: 'chat.appendStream', access: 'bot', scope: 'chat:write', tier: 4, handle: append },
    { name: 'chat.stopStream', access: 'bot', scope: 'chat:write', tier: 2, handle: stop },
  ];
}
