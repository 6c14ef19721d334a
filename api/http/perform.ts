import { Answer } from './answer.ts';
import { atVersion, type ByVersion } from './by-version.ts';
import type { Microversion } from './microversion.ts';
import type { Query } from './query.ts';
import type { ApiRequest, Operation } from './route.ts';
import { novaSentence, type Sentence } from './validation-message.ts';
import { type Schema, validate } from './validator.ts';

/** Checks query and body of a route or action to which the caller was admitted, then runs the handler. @returns an Answer. */
export async function perform(
  operation: Operation,
  request: ApiRequest,
  sentence: Sentence = novaSentence,
): Promise<Answer> {
  const { version } = request;
  const querySchema = operation.query && atVersion(operation.query, version);
  const query = querySchema === undefined ? {} : checkedQuery(querySchema, request, sentence);
  const bodySchema = operation.body && bodySchemaAt(operation.body, version);
  if (bodySchema !== undefined) validate(bodySchema, request.body, 'body', { dropUnknown: version.legacy, sentence });
  const result = await operation.handle({ ...request, query });
  return result instanceof Answer ? result : new Answer(successOf(operation.status, version.minor), result);
}

/** Under `/v2` the step 0 of a body, where there is one: names with spaces around them were let through there. */
function bodySchemaAt(body: ByVersion<Schema>, version: Microversion): Schema | undefined {
  const legacy = version.legacy ? atVersion(body, { minor: 0 }) : undefined;
  return legacy ?? atVersion(body, version);
}

/** The status of an answer when the handler sets none. */
function successOf(status: Operation['status'], minor: number): number {
  if (typeof status === 'number') return status;
  const [first] = statusesOf(status, minor);
  return first ?? 200;
}

/** Every status with which an operation succeeds at a microversion. */
export function statusesOf(status: Operation['status'], minor: number): readonly number[] {
  if (status === undefined) return [200];
  if (typeof status === 'number') return [status];
  if (Array.isArray(status)) return status;
  return [atVersion(status as ByVersion<number>, { minor }) ?? 200];
}

/** Passes on only the parameters of the schema, so that no handler uses an unchecked one. */
function checkedQuery(schema: Schema, { query }: ApiRequest, sentence: Sentence): Query {
  validate(schema, query, 'query', { dropUnknown: false, sentence });
  const known = new Set(Object.keys((schema.properties ?? {}) as object));
  const patterns = Object.keys((schema.patternProperties ?? {}) as object).map((text) => new RegExp(text, 'u'));
  return Object.fromEntries(
    Object.entries(query).filter(([name]) => known.has(name) || patterns.some((pattern) => pattern.test(name))),
  );
}
