type Node = Readonly<Record<string, unknown>>;
type Schema = Readonly<Record<string, unknown>>;

/**
 * The operations of one OpenAPI document as one JSON schema: a member for each, `GET /servers/{id}`, with the types of its path
 * parameters, query, body and answer. What a client's types are generated from.
 */
export function operationsSchema(document: Node): Schema {
  const paths = document.paths as Readonly<Record<string, Readonly<Record<string, Node>>>>;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, describe(operation)] as const,
    ),
  );
  return simplified(closed(Object.fromEntries(operations))) as Schema;
}

/** Alternatives of a text (formats, patterns) say nothing that a type can. */
function simplified(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(simplified);
  if (typeof node !== 'object' || node === null) return node;
  const { anyOf, oneOf, ...rest } = node as Node;
  const alternatives =
    rest.type === 'string'
      ? {}
      : { ...(anyOf === undefined ? {} : { anyOf }), ...(oneOf === undefined ? {} : { oneOf }) };
  return Object.fromEntries(
    Object.entries({ ...rest, ...alternatives }).map(([key, value]) => [key, simplified(value)]),
  );
}

/** Every member is required; a member that an operation does not have is an empty object or null. */
function describe(operation: Node): Schema {
  const parameters = (operation.parameters ?? []) as readonly { name?: string; in?: string }[];
  const named = (place: string) =>
    parameters.flatMap((one) => (one.in === place && one.name !== undefined ? [one.name] : []));
  return closed({
    path: closed(Object.fromEntries(named('path').map((name) => [name, { type: 'string' }]))),
    query: closed(Object.fromEntries(named('query').map((name) => [name, PARAMETER])), []),
    body: bodyOf(operation),
    response: responseOf(operation),
  });
}

/** A value, or all values of a parameter that is repeated. */
const PARAMETER: Schema = {
  anyOf: [{ type: ['string', 'number', 'boolean'] }, { type: 'array', items: { type: 'string' } }],
};
const NOTHING: Schema = { type: 'null' };

const closed = (properties: Readonly<Record<string, Schema>>, required = Object.keys(properties)): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

function bodyOf(operation: Node): Schema {
  const { content } = (operation.requestBody ?? {}) as { content?: Readonly<Record<string, { schema?: Schema }>> };
  // Bytes are passed separately from the body.
  if (content?.['application/octet-stream'] !== undefined) return NOTHING;
  return Object.values(content ?? {})[0]?.schema ?? NOTHING;
}

function responseOf(operation: Node): Schema {
  const responses = operation.responses as Readonly<
    Record<string, { content?: Readonly<Record<string, { schema: Schema }>> }>
  >;
  const schemas = Object.entries(responses).flatMap(([status, { content }]) =>
    status.startsWith('2') ? [content?.['application/json']?.schema ?? NOTHING] : [],
  );
  const [only = NOTHING, ...more] = schemas;
  return more.length === 0 ? only : { anyOf: schemas };
}
