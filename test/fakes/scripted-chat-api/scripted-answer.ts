/** In which form a question is answered: every one that the API was seen to use. */
export type AnswerForm = 'acknowledged' | 'events' | 'text' | 'record' | 'processing';

/** How an answer ends. `cut`: the body ends as if it were complete; `reset`: the connection breaks; `stall`: nothing more comes. */
export type AnswerEnding = 'whole' | 'no-done' | 'cut' | 'error' | 'reset' | 'stall' | 'failed-record';

/** What the server answers the next question with. */
export type ScriptedAnswer = {
  readonly form: AnswerForm;
  readonly words: readonly string[];
  readonly ending: AnswerEnding;
  readonly lineEnd: '\n' | '\r\n';
  /** Every byte comes by itself, so that characters and events are cut everywhere. */
  readonly drips: boolean;
  /** Events have names. Without them there is `[DONE]` in place of `done`, as OpenAI-compatible servers send it. */
  readonly named: boolean;
  readonly comments: boolean;
  /** The whole text comes once more as the last piece. */
  readonly repeats: boolean;
  /** Sent as it is after the words, as one event. */
  readonly extraEvent: string;
  /** The text of the record at the end, where it is not the words. */
  readonly recordText: string | null;
  readonly metadata: object | null;
  /** Of the `error` event, or of the failed record. */
  readonly error: object;
};

/** An answer without faults. */
export const plainAnswer: ScriptedAnswer = {
  form: 'acknowledged',
  words: ['A ', 'red ', 'bicycle.'],
  ending: 'whole',
  lineEnd: '\n',
  drips: false,
  named: true,
  comments: false,
  repeats: false,
  extraEvent: '',
  recordText: null,
  metadata: { inputToken: 98, outputToken: 3, credit: 45, finishReason: 'stop' },
  error: { error: 'the model fell over' },
};

/** The finished record of an answer, with the fields that a client must not depend on. */
export function toRecord(recordId: string, answer: ScriptedAnswer, status = 'SUCCESS'): object {
  const failed = status === 'FAILURE';
  return {
    uuid: recordId,
    teamId: 'team-1',
    teamUser: { userName: 'somebody', creditLimit: 1 },
    model: 'gpt-4o',
    type: 'CHAT_WITH_IMAGE',
    metadata: answer.metadata,
    conversationId: 'c',
    status,
    aiRecordDetail: {
      promptObject: { prompt: 'p' },
      resultObject: failed ? answer.error : [answer.recordText ?? answer.words.join('')],
    },
  };
}

/** The events of an answer, up to where its ending begins. */
export function toEvents(recordId: string, answer: ScriptedAnswer): string {
  const { named, words, lineEnd } = answer;
  const event = (name: string, data: string) =>
    `${named ? `event: ${name}${lineEnd}` : ''}data: ${data}${lineEnd}${lineEnd}`;
  const content = (text: string) => event('content', JSON.stringify({ content: text }));
  const pieces = words.map((word) => `${answer.comments ? `: ping${lineEnd}${lineEnd}` : ''}${content(word)}`);
  if (answer.repeats) pieces.push(content(words.join('')));
  if (answer.extraEvent !== '') pieces.push(answer.extraEvent);
  const result = event('result', JSON.stringify({ aiRecord: toRecord(recordId, answer) }));
  if (answer.ending === 'whole' && !named) pieces.push(event('done', '[DONE]'));
  else if (answer.ending === 'whole') pieces.push(result, event('done', '{"message":"Stream completed"}'));
  else if (answer.ending === 'no-done') pieces.push(result);
  else if (answer.ending === 'error') pieces.push(event('error', JSON.stringify(answer.error)));
  else if (answer.ending === 'failed-record')
    pieces.push(event('result', JSON.stringify({ aiRecord: toRecord(recordId, answer, 'FAILURE') })));
  return pieces.join('');
}
