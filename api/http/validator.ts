import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { FORMATS } from './formats.ts';
import { boundNumericText } from './numeric-bounds.ts';
import type { Origin, Sentence } from './validation-message.ts';

/** A plain JSON Schema (draft 7 words); TypeBox schemas are such too. Lengths count code points. */
export type Schema = Readonly<Record<string, unknown>>;

const create = (removeAdditional: boolean): Ajv => {
  const ajv = new Ajv({
    allErrors: false,
    verbose: true,
    strict: false,
    allowUnionTypes: true,
    removeAdditional,
    unicodeRegExp: true,
    // A key such as `constructor` is a key like any other, not something that every object has.
    ownProperties: true,
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

interface ValidateOptions {
  /** Take unknown members away instead of refusing them. */
  readonly dropUnknown: boolean;
  readonly sentence: Sentence;
}

/**
 * Checks a value against a schema, in place.
 * @throws VolvoxError invalid with a sentence about the first thing that is wrong.
 */
export function validate(schema: Schema, value: unknown, origin: Origin, options: ValidateOptions): void {
  const error = violationOf(schema, value, options.dropUnknown);
  if (error !== null) throw new VolvoxError('invalid', options.sentence(error, origin));
}

/** The first thing that is wrong with a value; null when it fits. */
export function violationOf(schema: Schema, value: unknown, dropUnknown = false): ErrorObject | null {
  const check = checkOf(schema, dropUnknown);
  if (check(value)) return null;
  // Of a failed anyOf the branches' errors come first and its own last.
  return check.errors?.at(-1) ?? UNSAID;
}

function checkOf(schema: Schema, dropUnknown: boolean): ValidateFunction {
  const kind = dropUnknown ? 'lenient' : 'strict';
  const known = compiled.get(schema) ?? {};
  const check = known[kind] ?? (dropUnknown ? lenient : strict).compile(schema);
  known[kind] = check;
  compiled.set(schema, known);
  return check;
}

const UNSAID: ErrorObject = { keyword: '', instancePath: '', schemaPath: '', params: {}, message: 'is wrong' };
