import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { errorMessage } from '../../src/lib/errors.ts';
import { parseJson } from '../../src/lib/parse-json.ts';
import { encodeFrame, readFrames } from './frames.ts';
import { type DecodeReply, type DecodeRequest, decodeReplySchema } from './wire.ts';

/** Its own environment and nothing of ours: no secret ever gets near the decoder. Few arenas keep memory from fragmenting. */
const environment = { VIPS_BLOCK_UNTRUSTED: '1', MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2' } as const;

const maxReplyBytes = 64 * 1_024 * 1_024;

/** What the decoder said, with the prepared picture when there is one. */
export type DecoderReply = { readonly header: DecodeReply; readonly body: Uint8Array };

/** The decoder ended before it answered: crashed, was ended by the system, or spoke nonsense. */
export class DecoderDied extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DecoderDied';
  }
}

/** The picture took longer than any real one does. */
export class DecoderTooSlow extends Error {
  constructor(limitMs: number) {
    super(`The picture was not decoded within ${limitMs} ms.`);
    this.name = 'DecoderTooSlow';
  }
}

/** One decoder in its own process, for one picture at a time. */
export type DecoderProcess = {
  readonly processId: number | undefined;
  /** Sends a picture and waits for the reply; rejects with `DecoderDied`, or with the signal's reason after ending the process. */
  decode(bytes: Uint8Array, request: DecodeRequest, signal: AbortSignal): Promise<DecoderReply>;
  /** Resolves when it has started; rejects as `decode` does. */
  ready(signal: AbortSignal): Promise<void>;
  isAlive(): boolean;
  /** Ends it at once; resolves when it is gone. */
  end(): Promise<void>;
};

/** Starts a decoder. */
export function startDecoder(): DecoderProcess {
  const script = fileURLToPath(new URL('./decode-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--max-old-space-size=64', '--no-warnings', script], {
    env: environment,
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  const replies = readReplies(child);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  // A child that died breaks the pipe; what that means is told by the missing reply.
  child.stdin.on('error', () => {});

  let alive = true;
  exited.then(() => {
    alive = false;
  });

  const end = async () => {
    alive = false;
    child.kill('SIGKILL');
    await exited;
  };

  const nextReply = async (signal: AbortSignal): Promise<DecoderReply> => {
    signal.throwIfAborted();
    const onAbort = () => child.kill('SIGKILL');
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const next = await replies.next();
      if (next.done !== true) return next.value;
    } catch (error) {
      if (!signal.aborted) throw new DecoderDied(errorMessage(error));
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    await end();
    signal.throwIfAborted();
    throw new DecoderDied(`The decoder ended with ${child.signalCode ?? `exit code ${child.exitCode}`}.`);
  };

  let started: Promise<DecoderReply> | undefined;
  const ready = async (signal: AbortSignal) => {
    started ??= nextReply(signal);
    await started;
  };

  return {
    processId: child.pid,
    isAlive: () => alive,
    ready,
    end,
    async decode(bytes, request, signal) {
      await ready(signal);
      for (const piece of encodeFrame(request, bytes)) child.stdin.write(piece);
      return nextReply(signal);
    },
  };
}

async function* readReplies(child: ChildProcess): AsyncGenerator<DecoderReply> {
  if (child.stdout === null) return;
  for await (const frame of readFrames(child.stdout, maxReplyBytes)) {
    const header = parseJson(frame.header, decodeReplySchema);
    if (!header.ok) throw new Error(`not a reply: ${header.reason}`);
    yield { header: header.value, body: frame.body };
  }
}
