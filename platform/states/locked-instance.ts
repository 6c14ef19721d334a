import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** Nova's sentence about a locked server, and what to do. `details` has the name of the action that was asked for, when there is one. */
export const lockedInstance = (uuid: string, method?: string): VolvoxError =>
  new VolvoxError(
    'conflict',
    `Instance ${uuid} is locked; send the action unlock first. Only an admin unlocks what an admin has locked.`,
    method === undefined ? {} : { details: { method } },
  );
