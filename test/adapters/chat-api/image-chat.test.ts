import type { DialectChoice } from '../../../adapters/chat-api/dialect.ts';
import { type ImageChatRig, type ImageChatSkips, imageChatContract } from '../../contracts/image-chat.contract.ts';
import { createHurriedClock } from '../../fakes/hurried-clock.ts';
import { createMemoryStore } from '../../fakes/memory-store.ts';
import type { AnswerForm } from '../../fakes/scripted-chat-api/scripted-answer.ts';
import { startScriptedChatApi } from '../../fakes/scripted-chat-api/scripted-chat-api.ts';
import {
  friendlyServer,
  hostedService,
  pageServer,
  type ScriptedRules,
} from '../../fakes/scripted-chat-api/scripted-rules.ts';
import { createClient, smallPicture } from './chat-api-bench.ts';

const endings = { end: 'whole', fail: 'error', hang: 'stall' } as const;

/** The client over the scripted server, answering in one form, with every byte by itself where it streams. */
async function makeRig(form: AnswerForm, dialect: DialectChoice | null, rules: ScriptedRules): Promise<ImageChatRig> {
  const api = await startScriptedChatApi(form, rules);
  const hosted = dialect === null ? {} : { hosted: { dialect, store: createMemoryStore() } };
  const { chat } = createClient(api, createHurriedClock(50), hosted);
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

const skips: Record<AnswerForm, ImageChatSkips> = {
  acknowledged: {},
  events: { records: 'the record comes with the result, after the words' },
  text: { records: 'a bare text of the hosted API names no record' },
  record: { records: 'named together with the answer', words: 'the answer comes whole' },
  processing: { records: 'polled, not streamed', words: 'the answer comes whole' },
};

const words = {
  acknowledged: 'an acknowledgement',
  events: 'events',
  text: 'bare text',
  record: 'a finished record',
  processing: 'a record to be polled',
} as const satisfies Record<AnswerForm, string>;

const forms = ['acknowledged', 'events', 'text', 'record', 'processing'] as const;
for (const form of forms) {
  const name = `the client, answered by ${words[form]}`;
  imageChatContract(name, () => makeRig(form, null, friendlyServer), skips[form]);
}
for (const form of ['events', 'text', 'record', 'processing'] as const) {
  const name = `the client of the hosted service, answered by ${words[form]}`;
  const blind = form === 'text' ? { pictures: 'a bare text has no usage to tell' } : {};
  imageChatContract(name, () => makeRig(form, 'unified', hostedService), { ...skips[form], ...blind });
}
imageChatContract(
  'the client that finds the unified dialect',
  () => makeRig('events', 'auto', hostedService),
  skips.events,
);
imageChatContract(
  'the client that finds the page’s dialect',
  () => makeRig('acknowledged', 'auto', pageServer),
  skips.acknowledged,
);
imageChatContract(
  'the client of a foreign server in the page’s dialect',
  () => makeRig('acknowledged', 'features', friendlyServer),
  skips.acknowledged,
);
