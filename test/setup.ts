import { afterAll, afterEach, expect } from 'vitest';

// A warning of the runtime (a leaked listener, a deprecation) is a defect: it fails the test in which it is raised.
const warnings: string[] = [];
const onWarning = (warning: Error) => {
  if (warning.name !== 'ExperimentalWarning') warnings.push(`${warning.name}: ${warning.message}`);
};
process.on('warning', onWarning);
// One process runs many files, one after the other.
afterAll(() => {
  process.off('warning', onWarning);
});

afterEach(() => {
  const raised = warnings.splice(0);
  expect(raised, 'runtime warnings').toEqual([]);
});
