import type { ErrorObject } from 'ajv';
import { pythonRepr, pythonStr } from './python-repr.ts';

/** Where the value came from: a body names the innermost field, a query string the parameter. */
export type Origin = 'body' | 'query';

/** Nova's sentence for a schema violation (nova/api/validation/validators.py, with jsonschema's messages). */
export function validationMessage(error: ErrorObject, origin: Origin): string {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  const sentence = problem(error);
  const field = origin === 'body' ? path.at(-1) : path[0];
  if (field === undefined) return sentence;
  const place = origin === 'body' ? 'field/attribute' : 'query parameters';
  return `Invalid input for ${place} ${field}. Value: ${pythonStr(error.data)}. ${sentence}`;
}

const unescapePointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

function problem({ keyword, params, data, schema, parentSchema, message }: ErrorObject): string {
  const value = pythonRepr(data);
  switch (keyword) {
    case 'type': {
      const types = [schema].flat().map((type) => `'${type}'`);
      return `${value} is not of type ${types.join(', ')}`;
    }
    case 'required':
      return `'${params.missingProperty}' is a required property`;
    case 'dependentRequired':
    case 'dependencies':
      return `'${params.missingProperty}' is a dependency of '${params.property}'`;
    case 'additionalProperties':
      return unexpected(data, parentSchema ?? {});
    case 'minLength':
    case 'minItems':
      return `${value} is too short`;
    case 'maxLength':
    case 'maxItems':
      return `${value} is too long`;
    case 'minProperties':
      return `${value} does not have enough properties`;
    case 'maxProperties':
      return `${value} has too many properties`;
    case 'uniqueItems':
      return `${value} has non-unique elements`;
    case 'minimum':
      return `${pythonStr(data)} is less than the minimum of ${params.limit}`;
    case 'maximum':
      return `${pythonStr(data)} is greater than the maximum of ${params.limit}`;
    case 'pattern':
      return `${value} does not match ${pythonRepr(schema)}`;
    case 'format':
      return `${value} is not a '${schema}'`;
    case 'enum':
      return `${value} is not one of ${pythonRepr(schema)}`;
    case 'const':
      return `${value} was expected`;
    case 'anyOf':
      return `${value} is not valid under any of the given schemas`;
    case 'oneOf':
      return Array.isArray(params.passingSchemas)
        ? `${value} is valid under each of the given schemas`
        : `${value} is not valid under any of the given schemas`;
    case 'not':
      return `${value} should not be valid under ${pythonRepr(schema)}`;
    default:
      return `${value} ${message ?? 'is wrong'}`;
  }
}

/** Names every unexpected key at once, as jsonschema does, where ajv reports them one at a time. */
function unexpected(data: unknown, schema: Record<string, unknown>): string {
  const known = Object.keys((schema.properties ?? {}) as object);
  const patterns = Object.keys((schema.patternProperties ?? {}) as object);
  const extra = Object.keys((data ?? {}) as object).filter(
    (key) => !known.includes(key) && !patterns.some((pattern) => new RegExp(pattern, 'u').test(key)),
  );
  const names = extra.map(pythonRepr).join(', ');
  const many = extra.length > 1;
  if (patterns.length > 0) {
    return `${names} ${many ? 'do' : 'does'} not match any of the regexes: ${patterns.map(pythonRepr).join(', ')}`;
  }
  return `Additional properties are not allowed (${names} ${many ? 'were' : 'was'} unexpected)`;
}
