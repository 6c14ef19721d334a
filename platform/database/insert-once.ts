import { isDuplicate } from './sql-errors.ts';

/** Whether the statement wrote its row; false when a row with this key exists already. @throws what else the statement throws. */
export async function insertOnce(statement: { execute(): Promise<unknown> }): Promise<boolean> {
  try {
    await statement.execute();
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}
