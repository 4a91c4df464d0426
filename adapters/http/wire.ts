import { z } from 'zod';

/** Any JSON value: the routes' own schemas say what it has to be. */
export const anyJsonSchema = z.unknown();
