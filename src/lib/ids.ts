import { randomBytes, randomUUID } from 'node:crypto';

/** The only source of identifiers, so that tests can foresee them. */
export type Ids = {
  /** 128 random bits as 22 characters of base64url: short and unguessable. */
  token(): string;
  /** A random UUID, where the Chat with Image API calls for one. */
  uuid(): string;
  /** 256 random bits as 43 characters of base64url: for keys that protect something. */
  secret(): string;
};

/** Identifiers from the machine's random source. */
export function createRandomIds(): Ids {
  return {
    token: () => randomBytes(16).toString('base64url'),
    uuid: () => randomUUID(),
    secret: () => randomBytes(32).toString('base64url'),
  };
}

/** A number from 0 up to 1 of the random last digits of a UUID. */
export function toFraction(uuid: string): number {
  return Number.parseInt(uuid.slice(-12), 16) / 16 ** 12;
}
