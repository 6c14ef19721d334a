import { access } from 'node:fs/promises';

/** Whether something is there that this process may see. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
