/**
 * Answers through the address that came with a command or a press: five times within half an hour. Rejects with a `Failure` of a
 * `PlatformFailureCode`; `platform-place-gone` when the address is over.
 */
export type RespondToUrl = (url: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<void>;
