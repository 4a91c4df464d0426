import { parseValue } from '../../../../src/lib/parse-json.ts';
import { type InspectionJob, jobRequestSchema } from '../wire.ts';
import { restrictDecoders, UnreadablePicture } from './open-picture.ts';
import { readFacts } from './read-facts.ts';

// The child process: everything that decodes what strangers made happens here, where a crash takes nothing else down.

const maxReasonChars = 300;

/** Calls `create` at the first use only: the readers of text and codes take long to load, and facts are wanted first. */
function lazily<Reader>(create: () => Promise<Reader>): () => Promise<Reader> {
  const made: Promise<Reader>[] = [];
  return () => {
    const reader = made[0] ?? create();
    made[0] = reader;
    return reader;
  };
}

function createJobs(): Record<InspectionJob, (bytes: Uint8Array) => Promise<unknown>> {
  const codeReader = lazily(async () => (await import('./read-codes.ts')).createCodeReader());
  const textReader = lazily(async () => (await import('./read-text.ts')).createTextReader());
  return {
    facts: readFacts,
    codes: async (bytes) => (await codeReader())(bytes),
    text: async (bytes) => (await textReader())(bytes),
  };
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, maxReasonChars);
}

async function runJob(jobs: ReturnType<typeof createJobs>, message: unknown): Promise<object> {
  const request = parseValue(message, jobRequestSchema);
  if (!request.ok) return { outcome: 'failed', reason: request.reason.slice(0, maxReasonChars) };
  try {
    return { outcome: 'seen', value: await jobs[request.value.job](request.value.bytes) };
  } catch (error) {
    return { outcome: error instanceof UnreadablePicture ? 'unreadable' : 'failed', reason: describe(error) };
  }
}

function main(): void {
  restrictDecoders();
  const jobs = createJobs();
  process.on('message', async (message) => {
    const reply = await runJob(jobs, message);
    process.send?.({ ...reply, residentBytes: process.memoryUsage.rss() });
  });
  // The bot is gone: nobody else would end this process.
  process.on('disconnect', () => process.exit(0));
}

main();
