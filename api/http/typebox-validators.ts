import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import Value from 'typebox/value';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/**
 * Checks what a route declares with its TypeBox schema. Bodies are taken as they are; queries and path parameters are text, so
 * numbers and booleans in them are converted first. The failure names the field.
 */
export const typeboxValidators: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  return (input: unknown) => {
    const value = httpPart === 'body' ? input : Value.Convert(schema, input);
    if (check.Check(value)) return { value };
    return { error: new VolvoxError('invalid', sentence(httpPart ?? 'body', mostTelling(check.Errors(value)))) };
  };
};

/** An unknown key is told twice, and the second time in words. */
const mostTelling = (errors: readonly SchemaError[]): SchemaError | undefined =>
  errors.find((error) => error.keyword === 'additionalProperties') ?? errors[0];

type SchemaError = { instancePath: string; message: string; keyword?: string; params?: unknown };

function sentence(part: string, error: SchemaError | undefined): string {
  const where = part === 'body' ? 'body' : part === 'querystring' ? 'query' : 'path';
  if (error === undefined) return `Invalid input in the ${where}.`;
  const field = error.instancePath.replace(/^\//, '').replaceAll('/', '.');
  const params = (error.params ?? {}) as { additionalProperties?: string[]; requiredProperties?: string[] };
  const inside = field === '' ? '' : ` in '${field}'`;
  if (params.additionalProperties !== undefined) {
    return `Unrecognized attribute(s) '${params.additionalProperties.join(', ')}'${inside}`;
  }
  if (params.requiredProperties !== undefined) return `'${params.requiredProperties.join(', ')}' is required${inside}`;
  return `Invalid input for ${field === '' ? `the ${where}` : `'${field}'`}: ${error.message}`;
}
