import type { types } from '@slack/bolt';
import type { AnswerControls } from '../../../src/delivery/outbox.ts';
import { type ActionName, longestActionId, renderActionId, type Verdict } from './custom-ids.ts';

/** `feedback`: Slack's own buttons for it; `buttons`: two ordinary ones. */
export type FeedbackLook = 'feedback' | 'buttons';

const verdictTexts = {
  good: { label: '👍', described: 'This answer is good' },
  bad: { label: '👎', described: 'This answer is bad' },
} as const satisfies Record<Verdict, { label: string; described: string }>;

function plain(text: string): types.PlainTextElement {
  return { type: 'plain_text', text, emoji: true };
}

function renderButton(name: ActionName, subject: string, label: string, described: string): types.Button {
  return {
    type: 'button',
    action_id: renderActionId(name, subject),
    text: plain(label),
    accessibility_label: described,
  };
}

function renderVerdict(verdict: Verdict) {
  const { label, described } = verdictTexts[verdict];
  return { text: plain(label), value: verdict, accessibility_label: described };
}

function renderAgain(subject: string): readonly types.ActionsBlockElement[] {
  return [
    renderButton('again', subject, 'Try again', 'Ask the same question again'),
    {
      type: 'external_select',
      action_id: renderActionId('model', subject),
      placeholder: plain('Try another model'),
      min_query_length: 0,
    },
  ];
}

function renderFeedback(subject: string): types.ContextActionsBlock {
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: renderActionId('feedback', subject),
        positive_button: renderVerdict('good'),
        negative_button: renderVerdict('bad'),
      },
    ],
  };
}

function renderFeedbackButtons(subject: string): readonly types.Button[] {
  return (['good', 'bad'] as const).map((verdict) => {
    const { label, described } = verdictTexts[verdict];
    return { ...renderButton(`feedback-${verdict}`, subject, label, described), value: verdict };
  });
}

/** The button that stops an answer. `blockId`: by which its message is found again; null where it need not be. */
export function renderStop(subject: string, blockId: string | null): readonly types.ActionsBlock[] {
  if (!isUsable(subject)) return [];
  const button = { ...renderButton('stop', subject, 'Stop', 'Stop this answer'), style: 'danger' } as const;
  return [{ type: 'actions', ...(blockId === null ? {} : { block_id: blockId }), elements: [button] }];
}

/** What people can do about an answer; none where Slack would not take the ids. */
export function renderControls(
  controls: AnswerControls | null,
  look: FeedbackLook,
): readonly (types.ActionsBlock | types.ContextActionsBlock)[] {
  if (controls === null || !isUsable(controls.subject)) return [];
  const { type, subject } = controls;
  if (type === 'stop') return renderStop(subject, null);
  const again = renderAgain(subject);
  return look === 'feedback'
    ? [{ type: 'actions', elements: [...again] }, renderFeedback(subject)]
    : [{ type: 'actions', elements: [...again, ...renderFeedbackButtons(subject)] }];
}

function isUsable(subject: string): boolean {
  return renderActionId('feedback-good', subject).length <= longestActionId;
}
