import { delimiter } from 'node:path';

const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** Absolute folders only: any other part, also an empty one, is the folder in which a process happens to be. */
export const searchPath = (path = '') =>
  [...new Set([...path.split(delimiter).filter((folder) => folder.startsWith('/')), ...SYSTEM_FOLDERS])].join(
    delimiter,
  );
