import { z } from 'zod';

const messageSchema = z.object({
  id: z.string(),
  text: z.string(),
  state: z.enum(['streaming', 'final']),
  author: z.object({ bot: z.boolean() }),
});
type Message = z.infer<typeof messageSchema>;

/** The playground as its page uses it, without a browser. */
export type PlaygroundClient = {
  upload(name: string, bytes: Uint8Array): Promise<string>;
  /** Gives the message's id, which is its thread's too. */
  post(message: { text: string; files?: readonly string[]; thread?: string; nonce: string }): Promise<string>;
  /** The bot's messages in a thread. */
  answers(thread: string): Promise<readonly Message[]>;
  /** Asks again and again until the bot's messages are as wanted; fails after 30 s. */
  waitFor(thread: string, wanted: (answers: readonly Message[]) => boolean): Promise<readonly Message[]>;
};

/** Begins a session, or goes on with an earlier one by its cookie. */
export async function openPlayground(address: string, cookie = ''): Promise<PlaygroundClient & { cookie: string }> {
  const url = (path: string) => new URL(path, address);
  const session = await fetch(url('/playground/session'), { headers: { cookie } });
  const kept = session.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
  const headers = { cookie: kept, origin: new URL(address).origin };

  const request = async <Value>(path: string, init: RequestInit, schema: z.ZodType<Value>): Promise<Value> => {
    const response = await fetch(url(path), { ...init, headers: { ...headers, ...Object(init.headers) } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return schema.parse(JSON.parse(text));
  };

  const answers = async (thread: string) => {
    const found = await request(`/playground/threads/${thread}`, {}, z.object({ messages: z.array(messageSchema) }));
    return found.messages.filter((message) => message.author.bot);
  };

  return {
    cookie: kept,
    answers,
    async upload(name, bytes) {
      const path = `/playground/files?name=${encodeURIComponent(name)}`;
      return (await request(path, { method: 'POST', body: new Uint8Array(bytes) }, z.object({ id: z.string() }))).id;
    },
    async post({ text, files = [], thread, nonce }) {
      const body = JSON.stringify({ channel: 'photos', thread: thread ?? null, text, files, quotes: null, nonce });
      const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
      return (await request('/playground/messages', init, z.object({ message: messageSchema }))).message.id;
    },
    async waitFor(thread, wanted) {
      const untilMs = Date.now() + 30_000;
      for (;;) {
        const found = await answers(thread);
        if (wanted(found)) return found;
        if (Date.now() > untilMs) throw new Error(`still not as wanted: ${JSON.stringify(found)}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
  };
}
