import './compile-cache.js';
import type { Stopping } from './serve.ts';

/** The first SIGINT or SIGTERM ends the taking of turns, the second one everything. */
function listenForSignals(): Stopping {
  const intake = new AbortController();
  const abandon = new AbortController();
  const told = new Promise<void>((resolve) => {
    const onSignal = () => {
      if (intake.signal.aborted) abandon.abort(new Error('told to stop twice'));
      intake.abort(new Error('shutting down'));
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  return { intake, abandon, told };
}

/** Runs the program and gives its exit code. */
async function main(): Promise<number> {
  const stopping = listenForSignals();
  // Not before now: what is imported at the top would be loaded before the compile cache is there.
  const { readConfig } = await import('./config.ts');
  const config = readConfig();
  if (!config.ok) {
    console.error(config.reason);
    return 1;
  }
  const { serve } = await import('./serve.ts');
  const { Failure } = await import('./lib/errors.ts');
  try {
    await serve(config.value, stopping);
    return 0;
  } catch (error) {
    const { signal } = stopping.intake;
    if (signal.aborted && signal.reason !== error) return 0;
    // A failure has a sentence for the operator; anything else is a defect and shows where it comes from.
    console.error(error instanceof Failure ? `Sightline cannot start. ${error.message}` : error);
    return 1;
  }
}

process.exit(await main());
