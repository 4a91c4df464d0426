/**
 * What the server sends, as in `message-view.ts`, `routes.ts` and `viewers.ts` beside this folder.
 *
 * @typedef {{ id: string, name: string }} Person
 * @typedef {{ id: string, name: string, description: string, direct: boolean }} Channel
 * @typedef {{ id: string, name: string, sizeBytes: number, kind: string | null, gone: boolean }} FileView
 * @typedef {{
 *   id: string, seq: number, revision: number, channel: string, thread: string | null,
 *   author: { id: string | null, name: string, bot: boolean },
 *   text: string, state: 'streaming' | 'final', atMs: number, nonce: string | null, asker: string | null,
 *   forBot: boolean, files: FileView[], quote: { id: string, author: string, text: string } | null,
 *   replies: number, botThread: boolean
 * }} Message
 * @typedef {{
 *   person: Person, botName: string, channels: Channel[],
 *   limits: { textLength: number, files: number, fileBytes: number },
 *   api: { url: string, key: string | null }
 * }} Session
 * @typedef {{
 *   id: string, name: string, vendor: string, contextTokens: number | null,
 *   price: { input: number, output: number, perTokens: number } | null, seesPictures: boolean, bestAt: string,
 *   unavailableBecause: string | null
 * }} Model
 * @typedef {{ type: 'none' } | { type: 'json', value: unknown } | { type: 'file', field: string, fileName: string, mimeType: string }} CallBody
 * @typedef {{ conversationKey: string, atMs: number, method: 'GET' | 'POST' | 'DELETE', path: string, body: CallBody }} ApiCall
 * @typedef {{ seq: number, call: ApiCall }} KeptCall
 * @typedef {{ type: 'hello' } | { type: 'alive' }
 *   | { type: 'message', channel: string, message: Message }
 *   | { type: 'removed', channel: string, thread: string | null, id: string }
 *   | { type: 'typing', channel: string, thread: string | null, forMs: number }
 *   | { type: 'call', channel: string, conversation: string, seq: number, call: ApiCall }
 *   | { type: 'person', person: Person }} LiveEvent
 * @typedef {{ channel: string, thread: string | null }} Place
 */

export {};
