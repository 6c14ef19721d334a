import type { ErrorObject } from 'ajv';
import { expectationOf } from './expectation.ts';
import { pythonRepr, pythonStr } from './python-repr.ts';
import { withoutSecrets } from './without-secrets.ts';

/** Where the value came from. */
export type Origin = 'body' | 'query';
/** Formats a violation for one API. */
export type Sentence = (error: ErrorObject, origin: Origin) => string;

/** The longest value that a message quotes, in characters. */
const MAX_QUOTED = 200;

/**
 * Nova's sentence for a schema violation (nova/api/validation/validators.py, with jsonschema's messages), and then what is expected. The field is
 * named by its path. Secrets are not quoted.
 */
export const novaSentence: Sentence = (error, origin) => {
  const path = pathOf(error);
  const data = withoutSecrets(error.data, path);
  const sentence = `${problem({ ...error, data })}; ${expectation(error, origin)}`;
  const field = origin === 'body' ? pathText(path) : path[0];
  if (field === undefined || field === '') return sentence;
  const place = origin === 'body' ? 'field/attribute' : 'query parameters';
  return `Invalid input for ${place} ${field}. Value: ${quoted(pythonStr(data))}. ${sentence}`;
};

/** The sentence of every other API: the field by its path, and what was expected. */
export const plainSentence: Sentence = (error, origin) => {
  const path = pathOf(error);
  const inside = path.length === 0 ? '' : ` in '${pathText(path)}'`;
  if (error.keyword === 'additionalProperties') {
    const names = unknownKeys(error.data, error.parentSchema ?? {});
    const what = origin === 'query' ? 'query parameter(s)' : 'attribute(s)';
    return `Unrecognized ${what} '${quoted(names.join(', '))}'${inside}; ${expectation(error, origin)}`;
  }
  if (error.keyword === 'required') {
    return `'${error.params.missingProperty}' is required${inside}; ${expectation(error, origin)}`;
  }
  const where = path.length === 0 ? `the ${origin}` : `'${pathText(path)}'`;
  const sentence = problem({ ...error, data: withoutSecrets(error.data, path) });
  return `Invalid input for ${where}: ${sentence}; ${expectation(error, origin)}.`;
};

/** Placement's, with jsonschema's messages, and then what is expected. */
export const placementSentence: Sentence = (error, origin) => {
  const path = pathOf(error);
  const begin = origin === 'query' ? 'Invalid query string parameters' : 'JSON does not validate';
  const inside = path.length === 0 ? '' : ` in '${pathText(path)}'`;
  return `${begin}: ${problem({ ...error, data: withoutSecrets(error.data, path) })}${inside}; ${expectation(error, origin)}.`;
};

const expectation = (error: ErrorObject, origin: Origin): string =>
  `expected${error.instancePath === '' ? ` in the ${origin}` : ''}: ${expectationOf(error)}`;

const pathOf = (error: ErrorObject): string[] => error.instancePath.split('/').slice(1).map(unescapePointer);

/** `server.tags[0]` */
const pathText = (path: readonly string[]): string =>
  quoted(path.map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`)).join(''));

/** At most so many code points of a text, with a mark where it was cut. */
function quoted(text: string): string {
  if (text.length <= MAX_QUOTED) return text;
  const points = [...text.slice(0, MAX_QUOTED * 2)];
  return points.length <= MAX_QUOTED && text.length <= MAX_QUOTED * 2
    ? text
    : `${points.slice(0, MAX_QUOTED).join('')}…`;
}

const unescapePointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

function problem({ keyword, params, data, schema, parentSchema, message }: ErrorObject): string {
  const value = quoted(pythonRepr(data));
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
      return `${quoted(pythonStr(data))} is less than the minimum of ${params.limit}`;
    case 'maximum':
      return `${quoted(pythonStr(data))} is greater than the maximum of ${params.limit}`;
    case 'pattern':
      return `${value} does not match ${pythonRepr(schema)}`;
    case 'format':
      return `${value} is not a '${schema}'`;
    case 'enum':
      return `${value} is not one of ${pythonRepr(schema)}`;
    case 'const':
      return `${pythonRepr(schema)} was expected`;
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
  const patterns = Object.keys((schema.patternProperties ?? {}) as object);
  const extra = unknownKeys(data, schema);
  const names = quoted(extra.map(pythonRepr).join(', '));
  const many = extra.length > 1;
  if (patterns.length > 0) {
    return `${names} ${many ? 'do' : 'does'} not match any of the regexes: ${patterns.map(pythonRepr).join(', ')}`;
  }
  return `Additional properties are not allowed (${names} ${many ? 'were' : 'was'} unexpected)`;
}

function unknownKeys(data: unknown, schema: Record<string, unknown>): string[] {
  const known = new Set(Object.keys((schema.properties ?? {}) as object));
  const patterns = Object.keys((schema.patternProperties ?? {}) as object).map((pattern) => new RegExp(pattern, 'u'));
  return Object.keys((data ?? {}) as object).filter(
    (key) => !known.has(key) && !patterns.some((pattern) => pattern.test(key)),
  );
}
