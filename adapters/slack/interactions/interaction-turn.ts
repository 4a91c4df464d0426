import type { ImageRef } from '../../../src/turn/image-ref.ts';
import type { Person, Turn } from '../../../src/turn/turn.ts';
import { renderRoute } from '../answers/answer-route.ts';
import { slackName } from '../inbox.ts';
import type { FilledForm } from './read-form.ts';

/** Where a turn belongs, and who asks. */
type Standing = {
  readonly via: string;
  readonly tenant: string;
  readonly channel: string;
  readonly person: Person;
  readonly receivedAtMs: number;
};

const plainTurn = { quotedImages: [], unseen: null } as const;

/**
 * The turn that a slash command asks for: answered privately and at once. What it is about is the channel, or the direct messages,
 * it was given in: Slack has no commands in threads.
 */
export function toCommandTurn(
  { via, ...standing }: Standing,
  command: { readonly trigger: string; readonly responseUrl: string; readonly text: string; readonly direct: boolean },
): Turn {
  const id = `${slackName}:${via}:command:${command.trigger}`;
  return {
    ...plainTurn,
    ...standing,
    id,
    subject: id,
    platform: slackName,
    thread: standing.channel,
    opensThread: false,
    message: '',
    route: renderRoute({ type: 'ephemeral', via, responseUrl: command.responseUrl }),
    direct: command.direct,
    aside: true,
    text: command.text,
    model: null,
    images: [],
  };
}

/** What of a question the form does not say by itself. */
type Asked = { readonly userTeam: string | null; readonly images: readonly ImageRef[] };

/** What a question of a form has in common, wherever its answer goes. A form that is sent twice asks once. */
function toQuestion({ via, ...standing }: Standing, form: FilledForm, { userTeam, images }: Asked) {
  const id = `${slackName}:${via}:view:${form.id}`;
  return {
    ...plainTurn,
    ...standing,
    id,
    subject: id,
    platform: slackName,
    route: renderRoute({ type: 'messages', via, askerTeam: userTeam }),
    aside: false,
    // A question, whatever it looks like.
    text: `/ask ${form.question}`,
    model: form.model,
    images,
  } as const;
}

/** A question in the direct messages of whoever asks: part of the conversation there. There is no message to answer. */
export function toDirectTurn(standing: Standing, form: FilledForm, asked: Asked): Turn {
  return {
    ...toQuestion(standing, form, asked),
    thread: standing.channel,
    opensThread: false,
    message: '',
    direct: true,
  };
}

/** A question about a message, answered for everybody in its thread. */
export function toThreadTurn(
  standing: Standing,
  form: FilledForm,
  asked: Asked,
  about: { readonly message: string; readonly thread: string | null },
): Turn {
  return {
    ...toQuestion(standing, form, asked),
    thread: about.thread ?? about.message,
    opensThread: about.thread === null,
    message: about.message,
    direct: false,
  };
}
