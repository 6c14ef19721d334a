import { VolvoxError } from '../errors/volvox-error.ts';
import { isDuplicate } from './sql-errors.ts';

/** To catch with: a unique key (an index, by name) is another row's. @throws VolvoxError conflict; any other error as it is */
export const conflictWhenTaken =
  (key: string, message: string) =>
  (error: unknown): never => {
    if (!isDuplicate(error, key)) throw error;
    throw new VolvoxError('conflict', message, { cause: error });
  };
