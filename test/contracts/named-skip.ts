/** The name of a test, with the reason in it where it is skipped: the run prints it. */
export function namedSkip(name: string, reason: string | undefined): string {
  return reason === undefined ? name : `${name} (skipped: ${reason})`;
}
