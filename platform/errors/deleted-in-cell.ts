import { isVolvoxError, VolvoxError } from './volvox-error.ts';

/** Its cell has deleted the instance. Told apart from one that the cell does not know: `details.deleted`. */
export const deletedInCell = (uuid: string): VolvoxError =>
  new VolvoxError('not-found', `Instance ${uuid} could not be found.`, { details: { deleted: true } });

/** Cells of earlier releases do not say it. */
export const isDeletedInCell = (error: unknown): boolean =>
  isVolvoxError(error, 'not-found') && error.details.deleted === true;
