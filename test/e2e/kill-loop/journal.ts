import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** What a worker says about its turns. `saved` and `accepted` are written after the queue promised that it is durable. */
export type JournalLine =
  | { readonly event: 'accepted'; readonly id: string }
  | { readonly event: 'redelivered'; readonly id: string; readonly receipt: string }
  | { readonly event: 'begin'; readonly id: string; readonly attempt: number; readonly finalText: string | null }
  | { readonly event: 'saved'; readonly id: string };

const separator = '\t';

/** Adds one line; what was written before a SIGKILL stays, because the system has it. */
export function writeJournal(path: string, line: JournalLine): void {
  const attempt = line.event === 'begin' ? String(line.attempt) : '';
  const rest = line.event === 'begin' ? (line.finalText ?? '') : line.event === 'redelivered' ? line.receipt : '';
  appendFileSync(path, `${[line.event, line.id, attempt, rest].join(separator)}\n`);
}

function parseLine(text: string): JournalLine | null {
  const [event, id = '', attempt = '', rest = ''] = text.split(separator);
  switch (event) {
    case 'accepted':
    case 'saved':
      return { event, id };
    case 'redelivered':
      return { event, id, receipt: rest };
    case 'begin':
      return { event, id, attempt: Number(attempt), finalText: rest === '' ? null : rest };
    default:
      return null;
  }
}

/** Every whole line; a last one that the kill cut short is left out. */
export function readJournal(path: string): JournalLine[] {
  if (!existsSync(path)) return [];
  const whole = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return whole.map(parseLine).filter((line) => line !== null);
}
