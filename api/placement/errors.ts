import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** Codes by which clients tell errors apart since 1.23 (placement/errors.py). */
const CODES = {
  concurrentUpdate: 'placement.concurrent_update',
  duplicateName: 'placement.duplicate_name',
  badValue: 'placement.query.bad_value',
  duplicateKey: 'placement.query.duplicate_key',
  missingValue: 'placement.query.missing_value',
} as const;

const withCode = (kind: 'invalid' | 'conflict', code: keyof typeof CODES, message: string): VolvoxError =>
  new VolvoxError(kind, message, { details: { code: CODES[code] } });

/** A value of a query that cannot be read, or names what does not exist. */
export const badValue = (message: string): VolvoxError => withCode('invalid', 'badValue', message);
export const missingValue = (message: string): VolvoxError => withCode('invalid', 'missingValue', message);
export const duplicateKey = (key: string): VolvoxError =>
  withCode('invalid', 'duplicateKey', `Query parameter '${key}' may be specified only once.`);
/** The generation that the request names is not that of the provider any more. */
export const concurrentUpdate = (provider: string): VolvoxError =>
  withCode(
    'conflict',
    'concurrentUpdate',
    `Resource provider's generation already changed. Please update the generation and try again. It is that of ${provider}.`,
  );
export const duplicateName = (message: string): VolvoxError => withCode('conflict', 'duplicateName', message);
