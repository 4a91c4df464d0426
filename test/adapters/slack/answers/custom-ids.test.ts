import { expect, it } from 'vitest';
import { modelMenuSubject, readAnswerAction, renderActionId } from '../../../../adapters/slack/answers/custom-ids.ts';

const subject = 'slack:T1:C1:1700000000.000100~1700000001.000200';

it('reads back what a button under an answer is for', () => {
  expect(readAnswerAction({ action_id: renderActionId('stop', subject) })).toEqual({ type: 'stop', subject });
  expect(readAnswerAction({ action_id: renderActionId('again', subject), value: null })).toEqual({
    type: 'again',
    subject,
  });
});

it('reads the model that was chosen, and nothing where none was', () => {
  const action_id = renderActionId('model', subject);
  expect(readAnswerAction({ action_id, selected_option: { value: 'a/b' } })).toEqual({
    type: 'model',
    subject,
    model: 'a/b',
  });
  expect(readAnswerAction({ action_id, selected_option: null })).toBeNull();
  expect(modelMenuSubject(action_id)).toBe(subject);
});

it.each(['feedback', 'feedback-good', 'feedback-bad'] as const)('reads the verdict of a %s button', (name) => {
  const action_id = renderActionId(name, subject);
  expect(readAnswerAction({ action_id, value: 'good' })).toEqual({ type: 'feedback', subject, verdict: 'good' });
  expect(readAnswerAction({ action_id, value: 'bad' })).toEqual({ type: 'feedback', subject, verdict: 'bad' });
  expect(readAnswerAction({ action_id, value: 'so-so' })).toBeNull();
});

it.each(['stop', 'stop|', 'start|x', 'feedback-|x', ''])('makes nothing of %j, which is not its own', (action_id) => {
  expect(readAnswerAction({ action_id, value: 'good', selected_option: { value: 'a' } })).toBeNull();
  expect(modelMenuSubject(action_id)).toBeNull();
});
