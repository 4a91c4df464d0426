import { createSqliteConversationStore } from '../../adapters/sqlite/conversation-store.ts';
import { openDatabase } from '../../adapters/sqlite/open-database.ts';
import { createSqliteRecordStore } from '../../adapters/sqlite/record-store.ts';
import type { AnswerSource, FinishedRecord } from '../../src/engine/answer-source.ts';
import { untilFinished } from '../../src/engine/answer-source.ts';
import type { ApiCaller } from '../../src/engine/api-caller.ts';
import { catalogueModels } from '../../src/engine/catalogue-data.ts';
import type { VendorId } from '../../src/engine/catalogue-model.ts';
import { createEngine, type Engine, type EngineParts } from '../../src/engine/engine.ts';
import type { EngineLimits } from '../../src/engine/engine-limits.ts';
import type { Question } from '../../src/engine/question.ts';
import type { RecordStore } from '../../src/engine/record-store.ts';
import type { VisionModel, VisionRequest } from '../../src/engine/vision-model.ts';
import { noMetrics } from '../../src/lib/metrics.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createFakeIds } from './fake-ids.ts';
import { createMemoryAssets, type MemoryAssets } from './memory-assets.ts';
import { createScriptedVisionModel, type ScriptedVisionModel, type ScriptStep } from './scripted-vision-model.ts';
import { createSilentLogger, type LogLine } from './silent-logger.ts';

export const ann: ApiCaller = { ownerId: 'ann', limited: true };
export const ben: ApiCaller = { ownerId: 'ben', limited: true };

/** The engine on a database in memory, a simulated clock and a scripted model for OpenAI and Google. */
export type EngineRig = {
  readonly engine: Engine;
  readonly clock: FakeClock;
  readonly assets: MemoryAssets;
  readonly model: ScriptedVisionModel;
  readonly logLines: readonly LogLine[];
  /** A second engine over the same storage, as after a crash. */
  restart(): Engine;
  /** Asks as Ann about a picture of hers; `changes` say what else. */
  ask(changes?: Partial<Question>): Promise<AnswerSource>;
  /** Asks and waits for the end on the simulated clock. */
  finish(changes?: Partial<Question>): Promise<FinishedRecord>;
};

type RigOptions = {
  readonly script?: readonly ScriptStep[] | ((request: VisionRequest) => readonly ScriptStep[]);
  readonly limits?: Partial<EngineLimits>;
  /** Models of other vendors. */
  readonly models?: readonly (readonly [VendorId, VisionModel])[];
  /** What else the engine is told: fallback, fitting, web search. */
  readonly parts?: Partial<EngineParts>;
  /** Puts something in front of the record store. */
  readonly wrapRecords?: (records: RecordStore) => RecordStore;
};

const answer: readonly ScriptStep[] = [
  { type: 'text', text: 'A ' },
  { type: 'wait', delayMs: 100 },
  { type: 'text', text: 'cat.' },
];

/** A signal that never aborts. */
export function live(): AbortSignal {
  return new AbortController().signal;
}

export function createEngineRig(options: RigOptions = {}): EngineRig {
  const clock = createFakeClock();
  const ids = createFakeIds();
  const logger = createSilentLogger();
  const assets = createMemoryAssets(clock, ids);
  const model = createScriptedVisionModel(clock, options.script ?? answer);
  const database = openDatabase(':memory:');

  const start = () => {
    const records = createSqliteRecordStore(database, logger);
    return createEngine({
      records: options.wrapRecords?.(records) ?? records,
      conversations: createSqliteConversationStore(database),
      assets,
      catalogue: catalogueModels,
      models: new Map([['openai', model], ['google', model], ...(options.models ?? [])]),
      clock,
      ids,
      logger,
      metrics: noMetrics,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      ...options.parts,
    });
  };
  const engine = start();

  const ask = async (changes: Partial<Question> = {}) =>
    engine.ask(ann, {
      type: 'CHAT_WITH_IMAGE',
      model: 'gpt-4o',
      conversationId: 'talk',
      keepsHistory: true,
      prompt: 'What is it?',
      imageKeys: changes.imageKeys ?? [await assets.put('ann')],
      imagesField: 'promptObject.imageList',
      imagesOptional: false,
      isMixed: false,
      webSearch: null,
      historyLimit: 10,
      ...changes,
    });

  return {
    engine,
    clock,
    assets,
    model,
    logLines: logger.lines,
    restart: start,
    ask,
    finish: async (changes) => clock.runUntil(untilFinished(await ask(changes), live())),
  };
}
