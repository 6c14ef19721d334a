import { describe, expect, it } from 'vitest';
import type { VolvoxError } from '#platform/errors/volvox-error.ts';
import { atVersion } from '../../../api/http/by-version.ts';
import { authorize } from '../../../api/http/policy.ts';
import { type Schema, validate } from '../../../api/http/validator.ts';
import { NOBODY } from '../../../api/identity/caller.ts';
import { DEFAULT_POLICIES } from '../../../api/policies/policy-set.ts';
import { apisAsData } from '../../../deploy/client/apis-as-data.ts';
import { targetsOf } from '../../fuzz/odd-request.ts';
import { oddValue } from '../../fuzz/odd-values.ts';
import { validValue } from '../../fuzz/valid-value.ts';
import { Random } from '../../simulation/kernel/random.ts';

const targets = targetsOf(apisAsData());

/** A value that is as valid as its schema tells, with one member of it, at any depth, made odd. */
function spoilt(schema: Schema, random: Random): unknown {
  const value = structuredClone(validValue(schema, random, () => undefined));
  let place = value;
  for (;;) {
    if (typeof place !== 'object' || place === null) return oddValue(random);
    const members = place as Record<string, unknown>;
    const names = Object.keys(members);
    if (names.length === 0 || random.chance(0.1)) {
      members.unheard_of = 1;
      return value;
    }
    const name = random.pick(names);
    const inside = members[name];
    if (typeof inside === 'object' && inside !== null && random.chance(0.6)) {
      place = inside;
      continue;
    }
    if (random.chance(0.3)) delete members[name];
    else members[name] = oddValue(random);
    return value;
  }
}

function refusalOf(schema: Schema, value: unknown, origin: 'body' | 'query', target: (typeof targets)[number]) {
  const { sentence } = target.api.service;
  try {
    validate(schema, value, origin, { dropUnknown: false, sentence });
  } catch (error) {
    return (error as Error).message;
  }
  return null;
}

const LABELLED = targets.map((target) => {
  const { api, route, action } = target;
  return [`${api.service.name} ${route.method} ${route.path} ${action?.name ?? ''}`, target] as const;
});

describe('a refusal of a schema', () => {
  it('names path, value and what is expected, in every body and query of every API', { timeout: 60_000 }, () => {
    const random = new Random(11);
    let refusals = 0;
    for (const [label, target] of LABELLED) {
      const { api, route, action } = target;
      const { body, query } = action ?? route;
      const minors = [api.service.microversions?.newest ?? 1];
      for (const minor of minors) {
        for (const [origin, schemas] of [
          ['body', body],
          ['query', query],
        ] as const) {
          const schema = schemas === undefined ? undefined : atVersion(schemas, { minor });
          if (schema === undefined) continue;
          for (let i = 0; i < 20; i++) {
            const message = refusalOf(schema, spoilt(schema, random), origin, target);
            if (message === null) continue;
            refusals++;
            expect(message, label).toMatch(/; expected( in the (body|query))?: \S/);
            const isNamed =
              /^Invalid input for|^(?:Invalid query string parameters|JSON does not validate): .* in '|^Unrecognized .* in '|^'.*' is required in '/s.test(
                message,
              );
            if (!isNamed) expect(message, label).toContain(`; expected in the ${origin}: `);
            expect([...message].length, label).toBeLessThan(1_400);
          }
        }
      }
    }
    expect(refusals).toBeGreaterThan(1_500);
  });

  it('never quotes a secret', () => {
    const secret = 'correct-horse-battery-staple';
    for (const name of ['password', 'original_password', 'adminPass', 'admin_pass', 'secret', 'user_data', 'key']) {
      for (const value of [{ [name]: secret, x: { [name]: [secret] } }, { [name]: { y: secret } }]) {
        const only = {
          type: 'object',
          properties: { thing: { type: 'object', properties: { [name]: { maxLength: 3, type: 'string' } } } },
        };
        for (const schema of [
          { type: 'string' },
          only,
          { type: 'object', properties: { thing: { type: 'object', required: ['id'] } } },
        ]) {
          for (const target of targets
            .filter(({ route }, i, all) => all.findIndex((t) => t.route === route) === i)
            .slice(0, 1)) {
            expect(refusalOf(schema, { thing: value }, 'body', target) ?? '').not.toContain(secret);
          }
        }
      }
    }
  });
});

it('a refusal of a policy names its rule, what it needs, and the roles of the token', () => {
  const caller = { ...NOBODY, userId: 'u', projectId: 'p', roles: ['nothing', 'auditor'], policies: DEFAULT_POLICIES };
  let refused = 0;
  for (const [label, { route, action }] of LABELLED) {
    const { policy } = action ?? route;
    try {
      authorize(policy, caller);
    } catch (error) {
      refused++;
      const { kind, message } = error as VolvoxError;
      expect([label, kind]).toEqual([label, 'forbidden']);
      expect(message, label).toContain(policy.rule);
      expect(message, label).toMatch(/ needs ".+"; this token has the roles auditor, nothing\.$/);
    }
  }
  expect(refused).toBeGreaterThan(150);
});
