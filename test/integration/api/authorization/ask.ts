import type { FastifyInstance } from 'fastify';
import { atVersion } from '../../../../api/http/by-version.ts';
import { type Schema, violationOf } from '../../../../api/http/validator.ts';
import type { Target } from '../../../fuzz/odd-request.ts';
import { validValue } from '../../../fuzz/valid-value.ts';
import { Random } from '../../../simulation/kernel/random.ts';
import { minorOf, NOTHING, nothingOf, operationOf, valuesOf } from './expectation.ts';
import type { Persona } from './personas.ts';
import type { Stock } from './rows.ts';

interface Given {
  /** The path names what exists, as far as there is any. */
  readonly real: boolean;
  readonly body: 'valid' | 'refused';
}

interface Answer {
  readonly status: number;
  /** Without the ids that the path named. */
  readonly text: string;
}

/** Sends the request of a target as a persona. */
export async function ask(
  app: FastifyInstance,
  target: Target,
  persona: Persona,
  stock: Stock,
  { real, body }: Given,
): Promise<Answer> {
  const { api, route } = target;
  const ids = valuesOf(target, stock).map((value) => (real ? value : null) ?? nothingOf(target));
  const path = withIds(route.path, ids);
  const base = route.document ? '' : (api.service.bases[0] ?? '');
  const payload = body === 'valid' ? validBody(target) : refusedBody(target);
  const answer = await app.inject({
    method: route.method,
    url: `${api.service.prefix}${base}${path}`,
    headers: {
      ...(persona.token === null
        ? {}
        : { 'x-auth-token': persona.token, 'x-subject-token': route.method === 'GET' ? persona.token : 'no-token' }),
      ...(api.service.microversions === undefined
        ? {}
        : { 'openstack-api-version': `${api.service.name} ${api.service.microversions.major}.${minorOf(target)}` }),
      ...(payload === undefined
        ? {}
        : { 'content-type': route.streams ? 'application/octet-stream' : 'application/json' }),
    },
    ...(payload === undefined ? {} : { payload }),
  });
  const text = ids.reduce(
    (said, id) => said.replaceAll(id, 'ID'),
    answer.body.replaceAll(/req-[0-9a-f-]+/g, 'REQUEST'),
  );
  return { status: answer.statusCode, text };
}

const withIds = (path: string, ids: readonly string[]): string => {
  let next = 0;
  return path.replace(/:(\w+)(\([^)]*\))?/g, () => encodeURIComponent(ids[next++] ?? NOTHING));
};

const schemaOf = (target: Target): Schema | undefined => {
  const { body } = operationOf(target);
  return body && atVersion(body, { minor: minorOf(target) });
};

/** The same body for a target each time. */
function validBody(target: Target): string | undefined {
  const { route, action } = target;
  if (route.streams) return 'bytes';
  const schema = schemaOf(target);
  if (schema === undefined) {
    if (action !== null) return JSON.stringify({ [action.name]: null });
    return route.method === 'GET' || route.method === 'DELETE' ? undefined : '{}';
  }
  for (let seed = 0; seed < 200; seed++) {
    const value = validValue(schema, new Random(seed), () => NOTHING);
    if (violationOf(schema, value) === null) return JSON.stringify(value);
  }
  throw new Error(
    `no valid body was found for ${target.route.method} ${target.route.path} ${target.action?.name ?? ''}`,
  );
}

function refusedBody(target: Target): string | undefined {
  const { action } = target;
  const schema = schemaOf(target);
  if (schema === undefined) return undefined;
  const candidates = [{}, [], 7, 'text', null].map((value) => (action === null ? value : { [action.name]: value }));
  const refused = candidates.find((value) => violationOf(schema, value) !== null);
  return refused === undefined ? undefined : JSON.stringify(refused);
}

export const isRefusable = (target: Target): boolean => refusedBody(target) !== undefined;
