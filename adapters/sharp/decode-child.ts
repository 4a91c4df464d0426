import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { errorMessage } from '../../src/lib/errors.ts';
import { parseJson } from '../../src/lib/parse-json.ts';
import { decodePicture } from './decode-picture.ts';
import { encodeFrame, type Frame, readFrames } from './frames.ts';
import { lockDownSharp } from './lock-down-sharp.ts';
import { PictureRefusal } from './picture-refusal.ts';
import { pictureRules } from './picture-rules.ts';
import { type DecodeReply, decodeRequestSchema } from './wire.ts';

// The decoder's process: one picture after the other from stdin, its result to stdout. Ends with stdin, so it never
// outlives the bot.

const nothing = new Uint8Array();

async function reply(header: DecodeReply, body: Uint8Array): Promise<void> {
  for (const piece of encodeFrame(header, body)) {
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
  }
}

async function answer(frame: Frame): Promise<void> {
  const request = parseJson(frame.header, decodeRequestSchema);
  if (!request.ok) throw new Error(request.reason);
  try {
    const { bytes, ...facts } = await decodePicture(frame.body, request.value);
    await reply(
      { outcome: 'ok', ...facts, remarks: [...facts.remarks], residentBytes: process.memoryUsage.rss() },
      bytes,
    );
  } catch (error) {
    await reply({ ...describe(error), residentBytes: process.memoryUsage.rss() }, nothing);
  }
}

function describe(error: unknown) {
  const reason = errorMessage(error).slice(0, 1_000);
  return error instanceof PictureRefusal
    ? { outcome: 'refused' as const, code: error.code, reason, facts: { ...error.facts } }
    : { outcome: 'refused' as const, code: 'image-damaged' as const, reason, facts: {} };
}

/** When memory runs out, Linux shall end the decoder and spare the bot. Other systems have no such file. */
function volunteerForOutOfMemory(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Not Linux, or not allowed: then the limits on pixels and bytes have to do.
  }
}

volunteerForOutOfMemory();
lockDownSharp();
await reply({ outcome: 'ready' }, nothing);
for await (const frame of readFrames(process.stdin, pictureRules.maxFittedBytes)) await answer(frame);
