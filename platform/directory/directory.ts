import { type Database, type DatabaseConfig, openDatabase, type Tx } from '../database/database.ts';
import type { DirectoryTables } from './tables.ts';

export type Directory = Database<DirectoryTables>;
export type DirectoryTx = Tx<DirectoryTables>;

export const openDirectory = (config: DatabaseConfig): Directory => openDatabase<DirectoryTables>(config);
