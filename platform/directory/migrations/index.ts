import type { Migration } from '../../database/migrations.ts';
import { operations } from './0001-operations.ts';

/** In order. A released migration never changes. */
export const DIRECTORY_MIGRATIONS: readonly Migration[] = [operations];
