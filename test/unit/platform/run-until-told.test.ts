import { afterEach, expect, it } from 'vitest';
import { runUntilTold } from '#platform/lifecycle/run.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { createLogger } from '#platform/logging/logger.ts';

const before = process.exitCode;
afterEach(() => {
  process.exitCode = before;
});

it('a failed start ends all services, also those that hold something and were not started', async () => {
  const done: string[] = [];
  const service = (name: string, start: () => void = () => undefined): Service => ({
    name,
    start: async () => start(),
    drain: async () => void done.push(`drain ${name}`),
    stop: async () => void done.push(`stop ${name}`),
  });
  const fails = service('second', () => {
    throw new Error('it cannot');
  });
  await runUntilTold([service('first'), fails, service('third')], createLogger('test', 'silent'));
  expect(process.exitCode).toBe(1);
  expect(done).toEqual(['stop third', 'drain second', 'drain first', 'stop second', 'stop first']);
});
