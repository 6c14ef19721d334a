import {
  type Database,
  type DatabaseConfig,
  openDatabase,
  type Reader,
  type Tx,
  type Writer,
} from '../database/database.ts';
import type { DirectoryTables } from './tables.ts';

export type Directory = Database<DirectoryTables>;
/** Either side: a transaction reads what it wrote, `directory.read` what is committed. */
export type DirectoryReader = Reader<DirectoryTables>;
export type DirectoryTx = Tx<DirectoryTables>;
/** Single statements: `directory.write`, or a transaction. */
export type DirectoryWriter = Writer<DirectoryTables>;

export const openDirectory = (config: DatabaseConfig): Directory => openDatabase<DirectoryTables>(config);
