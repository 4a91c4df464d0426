// JavaScript, and the first thing to run: from here on Node keeps what it strips and compiles, so that the next start takes half
// the time and does without the compiler's memory. `npm start` loads it before main.ts; main.ts itself loads it when it is
// started by hand. A folder that cannot be written leaves everything as it was.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/sightline'));
