/** Where an answer is to be had again: in its stream, which our own engine keeps, or as its result. */
export type RecordPlace = { readonly type: 'stream' | 'result'; readonly recordId: string };

const resultPrefix = 'results/';

/** A record as the core keeps it: the id of a stream, or `results/` and the id of a result. */
export function toRecordKey({ type, recordId }: RecordPlace): string {
  return type === 'stream' ? recordId : `${resultPrefix}${recordId}`;
}

/** The other way round. */
export function readRecordKey(key: string): RecordPlace {
  return key.startsWith(resultPrefix)
    ? { type: 'result', recordId: key.slice(resultPrefix.length) }
    : { type: 'stream', recordId: key };
}

/** The path of the request for it. */
export function pathOfRecord({ type, recordId }: RecordPlace): string {
  return `/api/${type === 'stream' ? 'features/stream' : 'results'}/${encodeURIComponent(recordId)}`;
}
