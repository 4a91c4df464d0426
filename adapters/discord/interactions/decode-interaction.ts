import { ApplicationCommandType, InteractionType, MessageFlags } from 'discord-api-types/v10';
import type { z } from 'zod';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { ImageRef } from '../../../src/turn/image-ref.ts';
import type { Person } from '../../../src/turn/turn.ts';
import { type CustomId, parseCustomId, questionInputId } from '../answers/custom-ids.ts';
import { commandNames, optionNames } from '../commands/command-definitions.ts';
import { collectPictures, mayHavePicture } from '../messages/collect-pictures.ts';
import { toGivenPictureLocator, toPictureLocator } from '../pictures/picture-links.ts';
import { messageSchema } from '../wire.ts';
import { type InteractionPlace, toInteractionPerson, toInteractionPlace } from './interaction-place.ts';
import {
  commandDataSchema,
  formDataSchema,
  interactionKeySchema,
  interactionPlaceSchema,
  pressDataSchema,
} from './interaction-wire.ts';

/** What a person did. */
export type InteractionRequest =
  /** `/ask`: the text is a question, whatever it looks like. */
  | { readonly type: 'ask'; readonly question: string; readonly images: readonly ImageRef[] }
  /** Any other command, written as in a message. */
  | { readonly type: 'command'; readonly text: string }
  /** A model's name is being written. */
  | { readonly type: 'suggest'; readonly typed: string }
  /** “Ask about this image” on a message. */
  | { readonly type: 'point'; readonly message: string; readonly images: readonly ImageRef[] }
  /** The form with the question about it came back. */
  | { readonly type: 'form'; readonly key: string; readonly question: string }
  /** A button under an answer, or a choice in its menu of models. */
  | { readonly type: 'press'; readonly press: AnswerPress }
  /** “Show to everyone” under a private answer. */
  | { readonly type: 'show'; readonly show: ShowPress }
  /** A command or button that this version does not have. */
  | { readonly type: 'unknown'; readonly what: 'command' | 'button' };

/** What is wanted of an answer. */
export type AnswerPress = {
  readonly type: Extract<CustomId, { subject: string }>['type'];
  readonly subject: string;
  /** What was chosen; null for buttons. */
  readonly model: string | null;
  /** Whether only the person sees the answer. */
  readonly isPrivate: boolean;
};

/** Which private answer is to be shown to everyone. */
export type ShowPress = {
  /** The interaction that it came through. */
  readonly answer: string;
  /** The button that was pressed. */
  readonly customId: string;
  /** The rows under the answer, as Discord has them. */
  readonly rows: readonly unknown[];
};

/** An interaction in the bot's words. */
export type Interaction = {
  readonly id: string;
  readonly applicationId: string;
  readonly token: string;
  readonly receivedAtMs: number;
  readonly person: Person;
  readonly roles: readonly string[];
  readonly place: InteractionPlace;
  readonly request: InteractionRequest;
};

type CommandData = z.infer<typeof commandDataSchema>;
type Payload = z.infer<typeof interactionPlaceSchema>;

function textOption({ options }: CommandData, name: string): string {
  const value = options?.find((option) => option.name === name)?.value;
  return typeof value === 'string' ? value.trim() : '';
}

/** The pictures in the order of the options, whatever order the payload has them in. */
function givenImages(command: CommandData): readonly ImageRef[] {
  const attachments = new Map(Object.entries(command.resolved?.attachments ?? {}));
  return optionNames.ask.images.flatMap((name) => {
    const attachment = attachments.get(textOption(command, name));
    if (attachment === undefined || attachment === null) return [];
    const { id, filename, size, url, proxy_url, content_type, width, height } = attachment;
    const locator = toGivenPictureLocator({
      url,
      proxyUrl: proxy_url ?? null,
      contentType: content_type ?? null,
      width: width ?? null,
      height: height ?? null,
    });
    return [{ id, name: filename, sizeBytes: size ?? null, locator }];
  });
}

function decodeModelCommand(command: CommandData): string {
  const name = textOption(command, optionNames.model.name);
  // Without a name the models are listed, whatever the scope: alone, the scope would read as a name.
  return name === '' ? '/model' : `/model ${name} ${textOption(command, optionNames.model.scope)}`.trim();
}

function decodeWritten(command: CommandData): InteractionRequest {
  switch (command.name) {
    case commandNames.ask:
      return {
        type: 'ask',
        question: textOption(command, optionNames.ask.question),
        images: givenImages(command),
      };
    case commandNames.model:
      return { type: 'command', text: decodeModelCommand(command) };
    case commandNames.search:
      return { type: 'command', text: `/search ${textOption(command, optionNames.search.mode)}` };
    case commandNames.new:
    case commandNames.help:
      return { type: 'command', text: `/${command.name}` };
    default:
      return { type: 'unknown', what: 'command' };
  }
}

function decodePointing(command: CommandData): InteractionRequest {
  const id = command.target_id ?? null;
  if (command.name !== commandNames.askAboutImage || id === null) return { type: 'unknown', what: 'command' };
  const message = parseValue(command.resolved?.messages?.[id], messageSchema);
  const images = message.ok && mayHavePicture(message.value) ? collectPictures(message.value, toPictureLocator) : [];
  return { type: 'point', message: id, images };
}

function decodeCommand(data: unknown): InteractionRequest {
  const parsed = parseValue(data, commandDataSchema);
  if (!parsed.ok) return { type: 'unknown', what: 'command' };
  switch (parsed.value.type) {
    case ApplicationCommandType.ChatInput:
      return decodeWritten(parsed.value);
    case ApplicationCommandType.Message:
      return decodePointing(parsed.value);
    default:
      return { type: 'unknown', what: 'command' };
  }
}

function decodeTyping(data: unknown): InteractionRequest {
  const parsed = parseValue(data, commandDataSchema);
  const focused = parsed.ok ? parsed.value.options?.find((option) => option.focused === true)?.value : undefined;
  return { type: 'suggest', typed: typeof focused === 'string' ? focused : '' };
}

function decodePress(data: unknown, message: Payload['message']): InteractionRequest {
  const parsed = parseValue(data, pressDataSchema);
  const button = parsed.ok ? parseCustomId(parsed.value.custom_id) : null;
  if (!parsed.ok || button === null) return { type: 'unknown', what: 'button' };
  if ('interactionId' in button) {
    if (button.type === 'ask') return { type: 'unknown', what: 'button' };
    const rows = message?.components ?? [];
    return { type: 'show', show: { answer: button.interactionId, customId: parsed.value.custom_id, rows } };
  }
  const { type, subject } = button;
  const model = type === 'model' ? (parsed.value.values?.[0] ?? null) : null;
  if (type === 'model' && model === null) return { type: 'unknown', what: 'button' };
  const isPrivate = ((message?.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
  return { type: 'press', press: { type, subject, model, isPrivate } };
}

function decodeForm(data: unknown): InteractionRequest {
  const parsed = parseValue(data, formDataSchema);
  const form = parsed.ok ? parseCustomId(parsed.value.custom_id) : null;
  if (!parsed.ok || form?.type !== 'ask') return { type: 'unknown', what: 'command' };
  const inputs = parsed.value.components.flatMap((row) => [row?.component, ...(row?.components ?? [])]);
  const question = inputs.find((input) => input?.custom_id === questionInputId)?.value ?? '';
  return { type: 'form', key: form.interactionId, question: question.trim() };
}

function decodeRequest(type: number, { data, message }: Payload): InteractionRequest {
  switch (type) {
    case InteractionType.ApplicationCommand:
      return decodeCommand(data);
    case InteractionType.ApplicationCommandAutocomplete:
      return decodeTyping(data);
    case InteractionType.MessageComponent:
      return decodePress(data, message);
    case InteractionType.ModalSubmit:
      return decodeForm(data);
    default:
      return { type: 'unknown', what: 'command' };
  }
}

/** Reads the data of an INTERACTION_CREATE; null when it cannot even be answered. Never throws. */
export function decodeInteraction(data: unknown, receivedAtMs: number): Interaction | null {
  const key = parseValue(data, interactionKeySchema);
  const payload = parseValue(data, interactionPlaceSchema);
  if (!key.ok || !payload.ok) return null;
  const place = toInteractionPlace(payload.value);
  const somebody = toInteractionPerson(payload.value);
  if (place === null || somebody === null) return null;
  return {
    id: key.value.id,
    applicationId: key.value.application_id,
    token: key.value.token,
    receivedAtMs,
    ...somebody,
    place,
    request: decodeRequest(key.value.type, payload.value),
  };
}
