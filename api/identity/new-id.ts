import { randomUUID } from 'node:crypto';

/** Ids as Keystone makes them: 32 hex digits. */
export const newId = (): string => randomUUID().replaceAll('-', '');
