import type { TSchema } from 'typebox';
import type { Schema } from './validator.ts';

/** A TypeBox schema as the plain JSON Schema that it is. */
export const jsonSchema = (schema: TSchema): Schema => schema as unknown as Schema;
