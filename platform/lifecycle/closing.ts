import type { Service } from './service.ts';

/** Something that only has to be closed when the process ends. */
export const closing = (name: string, close: () => Promise<void>): Service => ({
  name,
  start: async () => undefined,
  drain: async () => undefined,
  stop: close,
});
