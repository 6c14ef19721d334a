import type { ColumnType } from 'kysely';

/** A JSON column: written and read as text (`jsonStrings`), so that MariaDB and MySQL behave alike. Parse it in the store. */
export type JsonColumn = ColumnType<string, string, string>;
export const toJson = (value: unknown): string => JSON.stringify(value);
export const fromJson = <T>(text: string): T => JSON.parse(text) as T;

/** A moment in SQL: DATETIME(6) in UTC, read as `2026-01-31 12:00:00.123456`. */
export const sqlTime = (iso: string): string => iso.replace('T', ' ').replace('Z', '');
/** …and back as contracts carry it. */
export const isoTime = (sqlText: string): string => `${sqlText.replace(' ', 'T')}Z`;
export const isoTimeOrNull = (sqlText: string | null): string | null => (sqlText === null ? null : isoTime(sqlText));
