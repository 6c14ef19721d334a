import type { Service } from '../lifecycle/service.ts';
import type { Directory } from './directory.ts';

/** Closes the directory's connections when the process ends. It is the first of the services, so it stops last. */
export const directoryService = (directory: Directory): Service => ({
  name: 'directory',
  start: async () => undefined,
  drain: async () => undefined,
  stop: () => directory.close(),
});
