import type { types } from '@slack/bolt';
import { asUsualOption } from '../commands/model-options.ts';
import { type FormMemo, renderFormMemo } from './form-memo.ts';
import { formTexts as texts } from './interaction-sentences.ts';

/** How the form and its parts are known when it comes back. Each block has the id of the one input in it. */
export const formIds = {
  form: 'question-form',
  question: 'question',
  pictures: 'pictures',
  model: 'question-model',
  visibility: 'visibility',
} as const;

/** Who sees the answer. */
export const visibilities = ['everyone', 'only-me'] as const;

const longestQuestion = 2_000;
const mostPictures = 10;

const plain = (text: string): types.PlainTextElement => ({ type: 'plain_text', text });

function input(
  id: string,
  label: string,
  element: types.InputBlock['element'],
  more: { readonly optional?: boolean; readonly hint?: types.PlainTextElement } = {},
): types.InputBlock {
  return { type: 'input', block_id: id, label: plain(label), element: { ...element, action_id: id }, ...more };
}

/** Cut to what fits into the box, never inside a character. */
function cut(text: string): string {
  const start = text.slice(0, longestQuestion);
  return start.isWellFormed() ? start : start.slice(0, -1);
}

function questionInput(question: string): types.InputBlock {
  const initial = cut(question);
  return input(
    formIds.question,
    texts.question,
    {
      type: 'plain_text_input',
      multiline: true,
      max_length: longestQuestion,
      placeholder: plain(texts.questionHint),
      focus_on_load: true,
      // Slack takes no empty one.
      ...(initial === '' ? {} : { initial_value: initial }),
    },
    { optional: true },
  );
}

const picturesInput = input(
  formIds.pictures,
  texts.pictures,
  { type: 'file_input', filetypes: ['jpg', 'jpeg', 'png', 'webp', 'gif'], max_files: mostPictures },
  { hint: plain(texts.picturesHint) },
);

const modelInput = input(
  formIds.model,
  texts.model,
  { type: 'external_select', min_query_length: 0, initial_option: asUsualOption },
  { optional: true },
);

const everyone = { text: plain(texts.everyone), value: visibilities[0] };
const onlyMe = { text: plain(texts.onlyMe), value: visibilities[1] };

const visibilityInput = input(formIds.visibility, texts.visibility, {
  type: 'radio_buttons',
  options: [everyone, onlyMe],
  initial_option: everyone,
});

const answersDirectly: types.ContextBlock = { type: 'context', elements: [plain(texts.answersDirectly)] };

/** Whether an answer to the form can go anywhere but to direct messages: under the message of a channel that it is about. */
export function hasChoiceOfPlace({ channel, about }: FormMemo): boolean {
  return about !== null && !channel.startsWith('D');
}

/** The form for a question: about a message that somebody pointed at, or about pictures that come with it. */
export function renderQuestionForm(memo: FormMemo, question: string): types.ModalView {
  return {
    type: 'modal',
    callback_id: formIds.form,
    private_metadata: renderFormMemo(memo),
    title: plain(memo.about === null ? texts.askTitle : texts.pointTitle),
    submit: plain(texts.submit),
    close: plain(texts.cancel),
    blocks: [
      questionInput(question),
      ...(memo.about === null ? [picturesInput] : []),
      modelInput,
      hasChoiceOfPlace(memo) ? visibilityInput : answersDirectly,
    ],
  };
}

/** A sentence where a form was, or would have been: there is nothing to be sent. */
export function renderNotice(sentence: string): types.ModalView {
  return {
    type: 'modal',
    callback_id: 'notice',
    title: plain(texts.noticeTitle),
    close: plain(texts.close),
    blocks: [{ type: 'section', text: plain(sentence) }],
  };
}
