import { Ajv, type ValidateFunction } from 'ajv';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { FORMATS } from './formats.ts';
import { boundNumericText } from './numeric-bounds.ts';
import { type Origin, validationMessage } from './validation-message.ts';

/** A plain JSON Schema (draft 7 words); TypeBox schemas are such too. */
export type Schema = Readonly<Record<string, unknown>>;

const create = (removeAdditional: boolean): Ajv => {
  const ajv = new Ajv({
    allErrors: false,
    verbose: true,
    strict: false,
    allowUnionTypes: true,
    removeAdditional,
    unicodeRegExp: true,
    // A schema is compiled once for each place that uses it; two may say the same.
    addUsedSchema: false,
  });
  for (const [name, validate] of Object.entries(FORMATS)) ajv.addFormat(name, { type: 'string', validate });
  boundNumericText(ajv);
  return ajv;
};

const strict = create(false);
/** Drops what the schema does not know: `/v2` bodies, and query strings where unknown parameters are ignored. */
const lenient = create(true);

const compiled = new WeakMap<Schema, { strict?: ValidateFunction; lenient?: ValidateFunction }>();

/**
 * Checks a value against a schema, in place.
 * @throws VolvoxError invalid with Nova's sentence about the first thing that is wrong.
 */
export function validate(schema: Schema, value: unknown, origin: Origin, dropUnknown: boolean): void {
  const kind = dropUnknown ? 'lenient' : 'strict';
  const known = compiled.get(schema) ?? {};
  known[kind] ??= (dropUnknown ? lenient : strict).compile(schema);
  compiled.set(schema, known);
  const check = known[kind];
  if (check(value)) return;
  // Of a failed anyOf the branches' errors come first and its own last.
  const error = check.errors?.at(-1);
  throw new VolvoxError('invalid', error === undefined ? 'Invalid input.' : validationMessage(error, origin));
}
