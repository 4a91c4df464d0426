import { ackExample, chatExample, eventsExample, featureExample, recordExample } from './open-api-examples.ts';
import { type OpenApiAnswer, type OpenApiOperation, type OpenApiPart, schemaRef } from './open-api-operation.ts';

/** What can be wrong with a question before a model is asked, in either form. */
const questionRefusals = [
  'MISSING_REQUIRED_FIELDS',
  'REQUEST_BODY_VALIDATION_FAILED',
  'UNKNOWN_ERROR',
  'PROMPT_OBJECT_VALIDATION_FAILED',
  'PROMPT_TOO_LONG',
  'UNSUPPORTED_MODEL',
  'MODEL_NOT_AVAILABLE',
  'MODEL_NOT_MIXED',
  'MISSING_IMAGES',
  'INVALID_IMAGE',
  'TOO_MANY_IMAGES',
  'IDEMPOTENCY_KEY_REUSED',
  'OVERLOADED',
] as const;

/** What a model can come to, where the request waits for it. */
const modelRefusals = [
  'IMAGE_REFUSED',
  'CONTENT_FILTERED',
  'EXTERNAL_API_RESPONSE_WITH_ERROR',
  'INSUFFICIENT_CREDITS',
  'EMPTY_ANSWER',
  'MODEL_UNREACHABLE',
  'ANSWER_BROKEN_OFF',
  'INTERRUPTED',
  'MODEL_TIMEOUT',
  'MODEL_STALLED',
] as const;

const json = (schema: OpenApiPart, example: unknown): OpenApiPart => ({ schema, example });
const recordBody = json(schemaRef('RecordAnswer'), recordExample);

/** Server-sent events: the document can only call them a text; the extension names the schema of each event's data. */
const eventsBody: OpenApiPart = {
  schema: { type: 'string' },
  example: eventsExample,
  'x-events': {
    content: schemaRef('ContentEvent'),
    result: schemaRef('ResultEvent'),
    done: schemaRef('DoneEvent'),
    error: schemaRef('ErrorEvent'),
  },
};

const eventsWords =
  'Server-sent events: `content` for each piece of the answer, then `result` with the finished record, then `done`. A failure ends the stream with `error` in their place, after what came before. Every 15 seconds of silence a comment `:ping` comes. Each event is one `event:` line and one `data:` line of JSON.';

const replayed = { 'Idempotent-Replayed': { $ref: '#/components/headers/IdempotentReplayed' } };
const recordAnswer: OpenApiAnswer = {
  description: 'The finished record.',
  headers: replayed,
  content: { 'application/json': recordBody },
};

/** Asking, reading, stopping, looking up. */
export const questionOperations: readonly OpenApiOperation[] = [
  {
    method: 'post',
    path: '/api/features',
    id: 'askAboutPictures',
    tag: 'Questions',
    summary: 'Ask about pictures',
    description:
      'Stores the question and answers at once with the address of the stream, while the model works. With `isStreaming=true` the answer’s bare text comes as it is written and ends with the connection, which breaks off if the model fails; with `isStreaming=false` the finished record comes. The model goes on whoever reads, and stops only for `DELETE` on the stream.',
    parameters: ['isStreaming', 'idempotencyKey'],
    body: { type: 'application/json', content: json(schemaRef('FeatureRequest'), featureExample) },
    answers: {
      200: {
        description:
          'The address of the stream; or the record (`isStreaming=false`), or bare text (`isStreaming=true`).',
        headers: { ...replayed, 'AI-Record-Id': { $ref: '#/components/headers/AiRecordId' } },
        content: {
          'application/json': {
            schema: { oneOf: [schemaRef('FeatureAck'), schemaRef('RecordAnswer')] },
            examples: { 'nothing said': { value: ackExample }, 'isStreaming=false': { value: recordExample } },
          },
          'text/plain': { schema: { type: 'string' }, example: 'A red tram crosses a bridge in the evening sun.' },
        },
      },
    },
    refusals: [...questionRefusals, ...modelRefusals],
    isPublic: false,
  },
  {
    method: 'get',
    path: '/api/features/stream/{id}',
    id: 'readAnswer',
    tag: 'Questions',
    summary: 'Read an answer as it comes',
    description: `The answer from its start, however often and by however many readers it is read, while it comes and as long as it is kept. A reader that takes nothing for two minutes is let go; nobody else notices. ${eventsWords}`,
    parameters: ['id'],
    answers: { 200: { description: 'The events.', content: { 'text/event-stream': eventsBody } } },
    refusals: ['NOT_FOUND'],
    isPublic: false,
  },
  {
    method: 'delete',
    path: '/api/features/stream/{id}',
    id: 'stopAnswer',
    tag: 'Questions',
    summary: 'Stop an answer',
    description:
      'Stops the model. What it said so far is kept as the answer. May be repeated; a finished answer stays.',
    parameters: ['id'],
    answers: { 204: { description: 'It is stopped, or had ended already.' } },
    refusals: ['NOT_FOUND'],
    isPublic: false,
  },
  {
    method: 'post',
    path: '/api/chat-with-ai',
    id: 'chat',
    tag: 'Questions',
    summary: 'Ask about pictures, in the newer form',
    description: `Waits for the finished record, or with \`isStreaming=true\` sends the answer as it is written. ${eventsWords}`,
    parameters: ['isStreaming', 'idempotencyKey'],
    body: { type: 'application/json', content: json(schemaRef('ChatRequest'), chatExample) },
    answers: {
      200: { ...recordAnswer, content: { ...recordAnswer.content, 'text/event-stream': eventsBody } },
    },
    refusals: [...questionRefusals, ...modelRefusals],
    isPublic: false,
  },
  {
    method: 'get',
    path: '/api/results/{id}',
    id: 'readRecord',
    tag: 'Questions',
    summary: 'Look up a record',
    description: 'A question with its answer as it stands. An unknown id, and somebody else’s, reads as null.',
    parameters: ['id'],
    answers: {
      200: {
        description: 'The record, or null.',
        content: { 'application/json': json(schemaRef('ResultAnswer'), recordExample) },
      },
    },
    refusals: [],
    isPublic: false,
  },
];
