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
  /** Of the record; `counted`: what the question would have cost. */
  readonly metadata: object | null | 'counted';
  /** So many characters of what was searched for are repeated in the record. */
  readonly echoCharacters: number;
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
  metadata: 'counted',
  echoCharacters: 0,
  error: { error: 'the model fell over' },
};

/** An answer with the question it belongs to. */
export type AskedAnswer = {
  readonly recordId: string;
  readonly type: string;
  readonly model: string;
  readonly conversationId: string | null;
  readonly prompt: string;
  /** Tokens of everything that went to the model, and of the words of the question alone. */
  readonly inputToken: number;
  readonly promptToken: number;
  readonly answer: ScriptedAnswer;
};

/** The finished record of an answer, with the fields that a client must not depend on. */
export function toRecord(asked: AskedAnswer, status = 'SUCCESS'): object {
  const { answer, recordId, model, type, conversationId, prompt } = asked;
  const failed = status === 'FAILURE';
  const searchContentList = answer.echoCharacters === 0 ? [] : ['x'.repeat(answer.echoCharacters)];
  return {
    uuid: recordId,
    teamId: 'team-1',
    teamUser: { userName: 'somebody', creditLimit: 1 },
    model,
    type,
    metadata: answer.metadata === 'counted' ? toMetadata(asked) : answer.metadata,
    rating: null,
    conversationId,
    status,
    aiRecordDetail: {
      promptObject: { prompt, linkContentList: [], searchContentList },
      resultObject: failed ? answer.error : [answer.recordText ?? answer.words.join('')],
    },
  };
}

/** Credits as they were recorded: 44 for 98 tokens of input. */
function toMetadata({ inputToken, promptToken, answer }: AskedAnswer): object {
  const inputCredit = Math.ceil(inputToken * 0.449);
  const outputToken = answer.words.length;
  return {
    credit: inputCredit + 1,
    inputToken,
    totalToken: inputToken + outputToken,
    inputCredit,
    outputToken,
    promptToken,
    finishReason: 'stop',
    outputCredit: 1,
    executionTime: 0.365,
  };
}

/** The events of an answer, up to where its ending begins. */
export function toEvents(asked: AskedAnswer): string {
  const { answer } = asked;
  const { named, words, lineEnd } = answer;
  const event = (name: string, data: string) =>
    `${named ? `event: ${name}${lineEnd}` : ''}data: ${data}${lineEnd}${lineEnd}`;
  const content = (text: string) => event('content', JSON.stringify({ content: text }));
  const pieces = words.map((word) => `${answer.comments ? `: ping${lineEnd}${lineEnd}` : ''}${content(word)}`);
  if (answer.repeats) pieces.push(content(words.join('')));
  if (answer.extraEvent !== '') pieces.push(answer.extraEvent);
  const result = event('result', JSON.stringify({ aiRecord: toRecord(asked) }));
  if (answer.ending === 'whole' && !named) pieces.push(event('done', '[DONE]'));
  else if (answer.ending === 'whole') pieces.push(result, event('done', '{"message":"Stream completed"}'));
  else if (answer.ending === 'no-done') pieces.push(result);
  else if (answer.ending === 'error') pieces.push(event('error', JSON.stringify(answer.error)));
  else if (answer.ending === 'failed-record')
    pieces.push(event('result', JSON.stringify({ aiRecord: toRecord(asked, 'FAILURE') })));
  return pieces.join('');
}
