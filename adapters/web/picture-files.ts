import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { recognisePicture } from '../../src/engine/picture-format.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Ids } from '../../src/lib/ids.ts';
import { fileTooLarge } from './file-too-large.ts';
import { Refusal } from './refusal.ts';
import { type FileRow, fileRowSchema, maxFilesPerMessage, numberRowSchema } from './wire.ts';

/** How much is kept, and for how long what was never posted. */
export const fileLimits = {
  maxBytes: 20 * 1_048_576,
  /** Uploaded but not posted, for each person. */
  maxPending: 2 * maxFilesPerMessage,
  pendingForMs: 3_600_000,
  /** All files together; beyond it the oldest go. */
  totalBytes: 2 * 1_073_741_824,
} as const;

/** What people sent, as files in one folder and rows in the database. What it is, is not judged here; only its size is. */
export type PictureFiles = {
  /** Streams an upload to disk; durable when it resolves. A `Refusal` leaves nothing. `declaredBytes` is null when not said. */
  receive(
    owner: string,
    file: { readonly name: string; readonly declaredBytes: number | null; readonly content: AsyncIterable<Uint8Array> },
  ): Promise<FileRow>;
  find(id: string): FileRow | null;
  /** A message's files, in order. */
  of(messageId: string): readonly FileRow[];
  /** Puts uploads into a message. False, and nothing is done, unless every one is that owner's and not posted yet. */
  attach(owner: string, fileIds: readonly string[], messageId: string): boolean;
  /** Null when it is no longer there. Reads one byte more than `maxBytes` at the most. */
  read(id: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | null>;
  /** Takes an upload back that was not posted. */
  discard(owner: string, id: string): Promise<void>;
  /** Removes what was never posted in time, and what a crash left without a row. */
  sweep(): Promise<void>;
};

const columns = 'id, owner, message, name, size_bytes, mime_type, gone';
const headBytes = 1_024;
const nameLength = 200;

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** The name as people see it: the last part of a path, without characters that show nothing. */
function tidyFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const tidy = last.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
  return tidy === '' ? 'file' : tidy.slice(-nameLength);
}

/** Keeps the files in `folder`, made when it is first needed. */
export function createPictureFiles(database: DatabaseSync, folder: string, clock: Clock, ids: Ids): PictureFiles {
  const byId = database.prepare(`SELECT ${columns} FROM web_files WHERE id = ?`);
  const byMessage = database.prepare(`SELECT ${columns} FROM web_files WHERE message = ? ORDER BY position`);
  const pending = database.prepare('SELECT COUNT(*) AS value FROM web_files WHERE owner = ? AND message IS NULL');
  const total = database.prepare('SELECT SUM(size_bytes) AS value FROM web_files WHERE gone = 0');
  const oldest = database.prepare(
    `SELECT ${columns} FROM web_files WHERE gone = 0 AND message IS NOT NULL ORDER BY at_ms LIMIT 1`,
  );
  const stale = database.prepare(`SELECT ${columns} FROM web_files WHERE message IS NULL AND at_ms < ?`);
  const insert = database.prepare('INSERT INTO web_files VALUES (?, ?, NULL, 0, ?, ?, ?, ?, 0)');
  const attach = database.prepare(
    'UPDATE web_files SET message = ?, position = ? WHERE id = ? AND owner = ? AND message IS NULL',
  );
  const markGone = database.prepare('UPDATE web_files SET gone = 1 WHERE id = ?');
  const removeRow = database.prepare('DELETE FROM web_files WHERE id = ? AND message IS NULL');

  const toRow = (row: unknown): FileRow | null => (row === undefined ? null : fileRowSchema.parse(row));
  const toNumber = (row: unknown) => numberRowSchema.parse(row).value;
  const pathOf = (id: string) => join(folder, id);
  const find = (id: string) => toRow(byId.get(id));

  /** Writes and counts; gives the first bytes and the size. */
  async function writeFile(path: string, name: string, content: AsyncIterable<Uint8Array>) {
    const handle = await open(path, 'wx', 0o600);
    let sizeBytes = 0;
    let head = Buffer.alloc(0);
    try {
      for await (const chunk of content) {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > fileLimits.maxBytes) throw fileTooLarge(name, null, fileLimits.maxBytes);
        if (head.byteLength < headBytes) head = Buffer.concat([head, chunk]).subarray(0, headBytes);
        await handle.appendFile(chunk);
      }
      await handle.datasync();
    } finally {
      await handle.close();
    }
    return { sizeBytes, head };
  }

  async function makeRoom(neededBytes: number): Promise<void> {
    while (toNumber(total.get()) + neededBytes > fileLimits.totalBytes) {
      const file = toRow(oldest.get());
      if (file === null) return;
      await rm(pathOf(file.id), { force: true });
      markGone.run(file.id);
    }
  }

  async function discardRow(file: FileRow): Promise<void> {
    removeRow.run(file.id);
    await rm(pathOf(file.id), { force: true });
  }

  async function sweepOrphans(): Promise<void> {
    const names = await readdir(folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    for (const name of names) {
      if (find(name) !== null) continue;
      const facts = await stat(pathOf(name)).catch(() => null);
      if (facts?.isFile() && clock.now() - facts.mtimeMs > fileLimits.pendingForMs)
        await rm(pathOf(name), { force: true });
    }
  }

  return {
    find,
    of: (messageId) => byMessage.all(messageId).map((row) => fileRowSchema.parse(row)),

    async receive(owner, { name, declaredBytes, content }) {
      const tidyName = tidyFileName(name);
      if (declaredBytes !== null && declaredBytes > fileLimits.maxBytes) {
        throw fileTooLarge(tidyName, declaredBytes, fileLimits.maxBytes);
      }
      if (toNumber(pending.get(owner)) >= fileLimits.maxPending) {
        throw new Refusal('web-too-fast', 'Too many files are waiting to be posted. Post or remove some first.');
      }
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const id = ids.token();
      const unfinished = `${pathOf(id)}.part`;
      try {
        const { sizeBytes, head } = await writeFile(unfinished, tidyName, content);
        await makeRoom(sizeBytes);
        await rename(unfinished, pathOf(id));
        const found = recognisePicture(head);
        insert.run(id, owner, tidyName, sizeBytes, found.type === 'picture' ? found.mimeType : null, clock.now());
      } catch (error) {
        await rm(unfinished, { force: true });
        await rm(pathOf(id), { force: true });
        throw error;
      }
      const row = find(id);
      if (row === null) throw new Error('a file that was just kept cannot be found');
      return row;
    },

    attach(owner, fileIds, messageId) {
      const files = fileIds.map(find);
      const fit = files.every((file) => file !== null && file.owner === owner && file.message === null);
      if (!fit || new Set(fileIds).size !== fileIds.length) return false;
      for (const [position, id] of fileIds.entries()) attach.run(messageId, position, id, owner);
      return true;
    },

    async read(id, maxBytes, signal) {
      try {
        const { size } = await stat(pathOf(id));
        if (size <= maxBytes) return await readFile(pathOf(id), { signal });
        const handle = await open(pathOf(id), 'r');
        try {
          const { buffer } = await handle.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, 0);
          return buffer;
        } finally {
          await handle.close();
        }
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },

    async discard(owner, id) {
      const file = find(id);
      if (file !== null && file.owner === owner && file.message === null) await discardRow(file);
    },

    async sweep() {
      const rows = stale.all(clock.now() - fileLimits.pendingForMs).map((row) => fileRowSchema.parse(row));
      for (const file of rows) await discardRow(file);
      await sweepOrphans();
    },
  };
}
