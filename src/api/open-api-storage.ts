import { conversationExample, exampleKey } from './open-api-examples.ts';
import { type OpenApiOperation, schemaRef } from './open-api-operation.ts';

const uploadBody = {
  schema: {
    type: 'object',
    required: ['asset'],
    properties: {
      original: {
        ...schemaRef('OriginalPicture'),
        description: 'What the picture was before you made it smaller; sent before `asset`.',
      },
      asset: { type: 'string', format: 'binary', description: 'One PNG, JPEG, WebP or GIF, up to 50 MB.' },
    },
  },
  encoding: { original: { contentType: 'application/json' }, asset: { contentType: 'image/*' } },
};

const one = (description: string) => ({
  description,
  content: {
    'application/json': { schema: schemaRef('ConversationAnswer'), example: { conversation: conversationExample } },
  },
});

/** Pictures and conversations. */
export const storageOperations: readonly OpenApiOperation[] = [
  {
    method: 'post',
    path: '/api/assets',
    id: 'uploadPicture',
    tag: 'Pictures',
    summary: 'Upload a picture',
    description: `Takes one picture and gives its key, e.g. \`${exampleKey}\`. The format is told from the bytes, whatever the name says. A key works only with the API key that uploaded it, for 30 days.`,
    body: { type: 'multipart/form-data', content: uploadBody },
    answers: {
      200: {
        description: 'The key is `fileContent.path`.',
        content: { 'application/json': { schema: schemaRef('AssetEntry') } },
      },
    },
    refusals: ['INVALID_REQUEST', 'UNSUPPORTED_FILE_TYPE', 'FILE_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'],
    isPublic: false,
  },
  {
    method: 'post',
    path: '/api/conversations',
    id: 'createConversation',
    tag: 'Conversations',
    summary: 'Create a conversation',
    description:
      'Its `uuid` is a `conversationId`. Not needed before a question: an id of your own choice creates one.',
    body: {
      type: 'application/json',
      content: {
        schema: schemaRef('ConversationRequest'),
        example: { type: 'UNIFY_CHAT_WITH_AI', title: 'Holiday photos', model: 'gpt-4o' },
      },
    },
    answers: { 200: one('The conversation.') },
    refusals: ['REQUEST_BODY_VALIDATION_FAILED', 'UNSUPPORTED_MODEL'],
    isPublic: false,
  },
  {
    method: 'get',
    path: '/api/conversations',
    id: 'listConversations',
    tag: 'Conversations',
    summary: 'List conversations',
    description: 'Your newest 200.',
    answers: {
      200: {
        description: 'Newest first.',
        content: {
          'application/json': {
            schema: schemaRef('ConversationList'),
            example: { conversations: [conversationExample] },
          },
        },
      },
    },
    refusals: [],
    isPublic: false,
  },
  {
    method: 'get',
    path: '/api/conversations/{id}',
    id: 'readConversation',
    tag: 'Conversations',
    summary: 'Read a conversation',
    description: 'With its newest 200 questions and their answers, oldest first.',
    parameters: ['id'],
    answers: { 200: one('The conversation with its messages.') },
    refusals: ['NOT_FOUND'],
    isPublic: false,
  },
  {
    method: 'delete',
    path: '/api/conversations/{id}',
    id: 'forgetConversation',
    tag: 'Conversations',
    summary: 'Forget a conversation',
    description: 'With everything asked and answered in it. Answers being written are stopped first.',
    parameters: ['id'],
    answers: { 204: { description: 'It is forgotten.' } },
    refusals: ['NOT_FOUND'],
    isPublic: false,
  },
];
