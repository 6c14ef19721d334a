import type { Schema } from '../../api/http/validator.ts';
import type { Random } from '../simulation/kernel/random.ts';

/** Texts of which one fits most patterns and formats that schemas name. */
const SAMPLES = [
  'a',
  'name-1',
  '1',
  '64',
  '10.0.0.5',
  '10.0.0.0/24',
  'fd00::5',
  'fa:16:3e:00:00:01',
  'aGVsbG8=',
  '2026-01-01T00:00:00Z',
  'true',
  'raw',
  'http://a.test/',
  'os:x',
  'CUSTOM_NAME',
];
const BY_FORMAT: Readonly<Record<string, readonly string[]>> = {
  uuid: ['3f2a7d5e-0d3c-4a53-9f5a-0c3a4e0f6b1d'],
  'date-time': ['2026-01-01T00:00:00Z'],
  base64: ['aGVsbG8='],
  ipv4: ['10.0.0.5'],
  ipv6: ['fd00::5'],
  ip: ['10.0.0.5'],
  cidr: ['10.7.0.0/24'],
  uri: ['http://a.test/'],
};

/** How likely optional members are, one for each object: often few, sometimes many. */
const OPTIONAL = [0, 0.1, 0.4];

/** Ids of things that exist, for members that name one. */
type KnownIds = (name: string) => string | undefined;

/**
 * A value that a schema most likely takes. Optional members are there by chance. It need not be perfect: what the API refuses with 400
 * is an answer too.
 * @param name the member or parameter that the value is for.
 */
export function validValue(schema: Schema, random: Random, known: KnownIds, name = ''): unknown {
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return random.pick(schema.enum as unknown[]);
  const branches = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined;
  if (branches !== undefined && branches.length > 0) {
    return validValue({ ...without(schema), ...random.pick(branches) }, random, known, name);
  }
  const types = [schema.type ?? guessed(schema)].flat() as string[];
  switch (random.pick(types)) {
    case 'null':
      return null;
    case 'boolean':
      return random.chance(0.5);
    case 'integer':
    case 'number':
      return numberFor(schema, random);
    case 'array':
      return arrayFor(schema, random, known, name);
    case 'object':
      return objectFor(schema, random, known);
    default:
      return textFor(schema, random, known, name);
  }
}

const without = ({ anyOf: _anyOf, oneOf: _oneOf, ...rest }: Schema): Schema => rest;

const guessed = (schema: Schema): string =>
  schema.properties !== undefined || schema.patternProperties !== undefined
    ? 'object'
    : schema.items !== undefined
      ? 'array'
      : 'string';

function numberFor(schema: Schema, random: Random): number {
  const from = typeof schema.minimum === 'number' ? schema.minimum : 0;
  const to = typeof schema.maximum === 'number' ? Math.min(schema.maximum, from + 4) : from + 4;
  return from + random.below(Math.max(1, to - from + 1));
}

function arrayFor(schema: Schema, random: Random, known: KnownIds, name: string): unknown[] {
  const min = typeof schema.minItems === 'number' ? schema.minItems : 0;
  const max = typeof schema.maxItems === 'number' ? schema.maxItems : min + 2;
  const length = min + random.below(Math.min(max, min + 2) - min + 1);
  const items = (Array.isArray(schema.items) ? schema.items[0] : schema.items) as Schema | undefined;
  return Array.from({ length }, () => validValue(items ?? {}, random, known, name));
}

function objectFor(schema: Schema, random: Random, known: KnownIds): Record<string, unknown> {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
  const required = (schema.required ?? []) as readonly string[];
  const value: Record<string, unknown> = {};
  const optional = random.pick(OPTIONAL);
  for (const [key, member] of Object.entries(properties)) {
    if (required.includes(key) || random.chance(optional)) value[key] = validValue(member, random, known, key);
  }
  for (const member of Object.values((schema.patternProperties ?? {}) as Readonly<Record<string, Schema>>)) {
    if (schema.minProperties !== undefined || random.chance(0.5))
      value[`key${random.below(5)}`] = validValue(member, random, known);
  }
  return value;
}

function textFor(schema: Schema, random: Random, known: KnownIds, name: string): string {
  const existing = random.chance(0.8) ? known(name) : undefined;
  if (existing !== undefined) return existing;
  const candidates = BY_FORMAT[String(schema.format)] ?? SAMPLES;
  const fits = typeof schema.pattern === 'string' ? new RegExp(schema.pattern, 'u') : null;
  const fitting = fits === null ? candidates : candidates.filter((text) => fits.test(text));
  const text = fitting.length > 0 ? random.pick(fitting) : 'a';
  const min = typeof schema.minLength === 'number' ? schema.minLength : 0;
  return fits === null && schema.format === undefined ? `${text}${random.below(50)}`.padEnd(min, 'x') : text;
}
