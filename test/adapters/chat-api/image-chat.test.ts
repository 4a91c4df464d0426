import { type ImageChatRig, type ImageChatSkips, imageChatContract } from '../../contracts/image-chat.contract.ts';
import { createHurriedClock } from '../../fakes/hurried-clock.ts';
import type { AnswerForm } from '../../fakes/scripted-chat-api/scripted-answer.ts';
import { startScriptedChatApi } from '../../fakes/scripted-chat-api/scripted-chat-api.ts';
import { createClient, smallPicture } from './chat-api-bench.ts';

const endings = { end: 'whole', fail: 'error', hang: 'stall' } as const;

/** The client over the scripted server, answering in one form, with every byte by itself where it streams. */
async function makeRig(form: AnswerForm): Promise<ImageChatRig> {
  const api = await startScriptedChatApi(form);
  const { chat } = createClient(api, createHurriedClock(50));
  return {
    chat,
    model: 'gpt-4o',
    picture: smallPicture,
    script: (words, then) => api.script({ words, ending: endings[then], drips: true }),
    questionCount: api.questionCount,
    openReplies: api.openReplies,
    stoppedCount: () => api.stopped.length,
    async close() {
      await chat.close();
      await api.close();
    },
  };
}

const forms: Record<AnswerForm, ImageChatSkips> = {
  acknowledged: {},
  events: { records: 'the record comes with the result, after the words' },
  text: { records: 'a bare text of the hosted API names no record' },
  record: { records: 'named together with the answer', words: 'the answer comes whole' },
  processing: { records: 'polled, not streamed', words: 'the answer comes whole' },
};

imageChatContract('the client, answered by an acknowledgement', () => makeRig('acknowledged'), forms.acknowledged);
imageChatContract('the client, answered by events', () => makeRig('events'), forms.events);
imageChatContract('the client, answered by bare text', () => makeRig('text'), forms.text);
imageChatContract('the client, answered by a finished record', () => makeRig('record'), forms.record);
imageChatContract('the client, answered by a record to be polled', () => makeRig('processing'), forms.processing);
