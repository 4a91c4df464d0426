import { z } from 'zod';
import { aiRecordSchema, featureAckSchema } from './ai-record.ts';
import { assetEntrySchema } from './asset-entry.ts';
import { chatRequestSchema } from './chat-request.ts';
import { conversationEntrySchema, conversationMessageSchema } from './conversation-entry.ts';
import { conversationRequestSchema } from './conversation-request.ts';
import { documentedErrorSchema, errorEnvelopeSchema, recordedErrorSchema } from './error-envelope.ts';
import { featureRequestSchema } from './feature-request.ts';
import { healthSchema, readinessSchema } from './health.ts';
import { modelEntrySchema, modelListSchema } from './model-entry.ts';
import type { OpenApiPart } from './open-api-operation.ts';
import { originalPictureSchema } from './original-picture.ts';
import { contentEventSchema, doneEventSchema, errorEventSchema, resultEventSchema } from './stream-events.ts';

const conversationShown = conversationEntrySchema.extend({
  messages: z.array(conversationMessageSchema).optional().describe('Only where one conversation is read.'),
});

const schemas = {
  FeatureRequest: featureRequestSchema,
  FeatureAck: featureAckSchema,
  ChatRequest: chatRequestSchema,
  AiRecord: aiRecordSchema,
  RecordAnswer: z.object({ aiRecord: aiRecordSchema }),
  ResultAnswer: z.object({ aiRecord: aiRecordSchema.nullable() }),
  ContentEvent: contentEventSchema,
  ResultEvent: resultEventSchema,
  DoneEvent: doneEventSchema,
  ErrorEvent: errorEventSchema,
  OriginalPicture: originalPictureSchema,
  AssetEntry: assetEntrySchema,
  ConversationRequest: conversationRequestSchema,
  ConversationEntry: conversationEntrySchema,
  ConversationMessage: conversationMessageSchema,
  ConversationAnswer: z.object({ conversation: conversationShown }),
  ConversationList: z.object({ conversations: z.array(conversationEntrySchema) }),
  ModelEntry: modelEntrySchema,
  ModelList: modelListSchema,
  ErrorEnvelope: errorEnvelopeSchema,
  DocumentedError: documentedErrorSchema,
  RecordedError: recordedErrorSchema,
  Health: healthSchema,
  Readiness: readinessSchema,
} as const;

/**
 * Every schema of the API as JSON Schema 2020-12, by its name: of requests what a caller may send, of answers what comes at least,
 * since answers may gain fields.
 */
export function toOpenApiSchemas(): Readonly<Record<string, OpenApiPart>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const written = z.toJSONSchema(registry, {
    io: 'input',
    unrepresentable: 'any',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(written.schemas).map(([id, { $schema: _dialect, $id: _address, ...schema }]) => [id, schema]),
  );
}
