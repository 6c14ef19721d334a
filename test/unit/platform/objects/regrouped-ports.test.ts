import { expect, it } from 'vitest';
import { regroupedPorts } from '#platform/objects/regrouped-ports.ts';
import { anInstance } from '../../api/compute/servers/an-instance.ts';

const [A, B, OWN] = ['a', 'b', 'own'];
const groups = (...ids: string[]) => ids.map((id) => ({ id, name: id }));
const [port] = anInstance().ports;
const of = (...securityGroupIds: string[]) => ({ ...port, securityGroupIds }) as NonNullable<typeof port>;

it.each([
  ['what comes', [of(A), of(A, OWN)], groups(A), groups(A, B), [of(A, B), of(A, OWN, B)]],
  ['what goes', [of(A, B), of(OWN, A)], groups(A, B), groups(B), [of(B), of(OWN)]],
  ['both, once each', [of(A, B)], groups(A), groups(B), [of(B)]],
  ['nothing', [of(A, OWN)], groups(A), groups(A), [of(A, OWN)]],
])('gives every port %s', (_what, ports, before, after, expected) => {
  expect(regroupedPorts(ports, before, after)).toEqual(expected);
});
