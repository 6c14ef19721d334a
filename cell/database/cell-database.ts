import {
  type Database,
  type DatabaseConfig,
  openDatabase,
  type Reader,
  type Tx,
  type Writer,
} from '#platform/database/database.ts';
import type { CellTables } from './tables.ts';

export type CellDatabase = Database<CellTables>;
export type CellTx = Tx<CellTables>;
/** Single statements: `database.write`, or a transaction. */
export type CellWriter = Writer<CellTables>;
/** Either side: a transaction reads what it wrote, `database.read` what is committed. */
export type CellReader = Reader<CellTables>;

export const openCellDatabase = (config: DatabaseConfig): CellDatabase => openDatabase<CellTables>(config);
