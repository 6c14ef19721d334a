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
/** A writer: `database.write` for single statements, or a transaction. */
export type CellWriter = Writer<CellTables>;
/** A reader: a transaction, which sees its own writes, or `database.read`, which sees committed rows. */
export type CellReader = Reader<CellTables>;

export const openCellDatabase = (config: DatabaseConfig): CellDatabase => openDatabase<CellTables>(config);
