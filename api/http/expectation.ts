import type { ErrorObject } from 'ajv';
import { pythonRepr } from './python-repr.ts';

/** The longest expectation that a message has, in characters. */
const MAX_CHARACTERS = 300;
/** How deep an expectation looks into members and items. */
const MAX_DEPTH = 2;

type Words = Readonly<Record<string, unknown>>;

/** What a schema wants where a value violates it: `a string of 1 to 255 characters`. At most 300 characters. */
export function expectationOf({ keyword, params, parentSchema = {} }: ErrorObject): string {
  const { properties = {} } = parentSchema as { properties?: Record<string, Words> };
  if (keyword === 'required') {
    const missing = String(params.missingProperty);
    const schema = properties[missing];
    return cut(`'${missing}'${schema === undefined ? '' : `, ${described(schema, 1)}`}`);
  }
  if (keyword === 'additionalProperties') return cut(membersOf(parentSchema));
  // Nova's sentence shows the pattern.
  const { pattern: _, ...rest } = parentSchema as Words;
  return cut(described(keyword === 'pattern' ? rest : parentSchema, 0));
}

const cut = (text: string): string => {
  const points = [...text.slice(0, 2 * MAX_CHARACTERS)];
  return points.length <= MAX_CHARACTERS ? points.join('') : `${points.slice(0, MAX_CHARACTERS).join('')}…`;
};

function described(schema: Words, depth: number): string {
  const { anyOf, oneOf, enum: values, type } = schema;
  if ('const' in schema) return pythonRepr(schema.const);
  if (Array.isArray(values)) return `one of ${values.map(pythonRepr).join(', ')}`;
  const branches = anyOf ?? oneOf;
  if (Array.isArray(branches)) return either(branches.map((branch) => described(branch as Words, depth)));
  if (Array.isArray(type)) return either(type.map((one) => ofType(one, schema, depth)));
  return ofType(type, schema, depth);
}

const either = (texts: readonly string[]): string => [...new Set(texts)].join(' or ');

function ofType(type: unknown, schema: Words, depth: number): string {
  switch (type) {
    case 'null':
      return 'null';
    case 'boolean':
      return 'true or false';
    case 'integer':
    case 'number':
      return `${type === 'integer' ? 'an integer' : 'a number'}${range(schema.minimum, schema.maximum, '')}`;
    case 'string':
      return text(schema);
    case 'array': {
      const items = depth < MAX_DEPTH && isWords(schema.items) ? `, each ${described(schema.items, depth + 1)}` : '';
      const once = schema.uniqueItems === true ? ', none of them twice' : '';
      return `a list${range(schema.minItems, schema.maxItems, ' items')}${items}${once}`;
    }
    case 'object': {
      const members = depth < MAX_DEPTH ? membersOf(schema) : '';
      const count = range(schema.minProperties, schema.maxProperties, ' members');
      return `an object${count}${members === '' ? '' : ` (${members})`}`;
    }
    default:
      return isWords(schema.not) ? `something other than ${described(schema.not, depth + 1)}` : 'another value';
  }
}

function text(schema: Words): string {
  const { format, pattern } = schema;
  const length = range(schema.minLength, schema.maxLength, ' characters');
  const form = typeof format === 'string' ? ` in the format '${format}'` : '';
  // A number that may be given as text.
  if (typeof schema.minimum === 'number' || typeof schema.maximum === 'number') {
    return `text of an integer${range(schema.minimum, schema.maximum, '')}`;
  }
  return `a string${length}${form}${typeof pattern === 'string' ? ` that matches ${pythonRepr(pattern)}` : ''}`;
}

function range(min: unknown, max: unknown, unit: string): string {
  const [from, to] = [typeof min === 'number', typeof max === 'number'];
  if (from && to) return min === max ? ` of ${min}${unit}` : ` ${unit === '' ? 'from' : 'of'} ${min} to ${max}${unit}`;
  if (from) return ` of at least ${min}${unit}`;
  return to ? ` of at most ${max}${unit}` : '';
}

/** `name (required), tags` */
function membersOf(schema: Words): string {
  const properties = isWords(schema.properties) ? Object.keys(schema.properties) : [];
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const patterns = isWords(schema.patternProperties) ? Object.keys(schema.patternProperties) : [];
  const named = properties.map((name) => (required.has(name) ? `${name} (required)` : name));
  const all = [...named, ...patterns.map((pattern) => `names that match ${pythonRepr(pattern)}`)];
  if (all.length > 0) return all.join(', ');
  return schema.additionalProperties === false ? 'no members' : '';
}

const isWords = (value: unknown): value is Words =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
