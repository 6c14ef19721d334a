import { isVolvoxError } from '../errors/volvox-error.ts';

/**
 * Asks a cell to delete a server by an action of this kind. A cell of an older release knows no forced delete; each of its deletes is for
 * good.
 */
export const askToDelete = <R>(
  { isForced = false }: { readonly isForced?: boolean },
  act: (kind: 'delete' | 'forceDelete') => Promise<R>,
): Promise<R> =>
  isForced
    ? act('forceDelete').catch((error: unknown) => {
        if (!isVolvoxError(error, 'unsupported')) throw error;
        return act('delete');
      })
    : act('delete');
