import { z } from 'zod';

// What the API may send, in all the shapes that were seen: only what is used is named, and a member of a wrong type reads as
// missing rather than as a mistake.

/** A text; missing when it is none. */
export const text = z.string().optional().catch(undefined);
/** The same; zero when it is missing. */
export const amount = z.number().finite().min(0).catch(0);
/** A number from zero up; missing when it is none. */
export const count = z.number().finite().min(0).optional().catch(undefined);
/** The key of a picture that was uploaded. */
export const assetKey = z.string().min(1).max(1_024).optional().catch(undefined);
/** An object that may be missing. */
export const member = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).optional().catch(undefined);
