import { afterEach, expect } from 'vitest';

// A warning of the runtime (a leaked listener, a deprecation) is a defect: it fails the test in which it is raised.
const warnings: string[] = [];
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') warnings.push(`${warning.name}: ${warning.message}`);
});

afterEach(() => {
  const raised = warnings.splice(0);
  expect(raised, 'runtime warnings').toEqual([]);
});
