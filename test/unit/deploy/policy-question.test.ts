import { expect, it } from 'vitest';
import { DEFAULT_POLICIES } from '../../../api/policies/policy-set.ts';
import { readPolicyFile } from '../../../api/policies/read-policy-file.ts';
import { answerOf, policyQuestion } from '../../../deploy/cli/policy-question.ts';

it('adds the roles that a role implies', () => {
  const admin = policyQuestion(['admin'], []);
  expect(admin.caller.roles).toEqual(['admin', 'manager', 'member', 'reader']);
  expect(answerOf(DEFAULT_POLICIES, 'os_compute_api:os-aggregates:index', admin)).toBe(true);
  expect(answerOf(DEFAULT_POLICIES, 'os_compute_api:servers:create', policyQuestion(['reader'], []))).toBe(false);
});

it('asks about the things of others', () => {
  const mine = policyQuestion(['member'], ['project=own']);
  const other = policyQuestion(['member'], ['project=p2', 'user=u2']);
  expect(answerOf(DEFAULT_POLICIES, 'os_compute_api:servers:show', mine)).toBe(true);
  expect(answerOf(DEFAULT_POLICIES, 'os_compute_api:servers:show', other)).toBe(false);
  expect(answerOf(DEFAULT_POLICIES, 'identity:get_user', mine)).toBe(true);
  expect(answerOf(DEFAULT_POLICIES, 'identity:get_user', other)).toBe(false);
  expect(() => policyQuestion(['member'], ['domain=x'])).toThrow('expected project=ID or user=ID, got domain=x');
});

it('answers as a file has it, also who is an admin', () => {
  const { policies } = readPolicyFile('context_is_admin: "role:cloud_admin"', 'f');
  const asked = (role: string) => answerOf(policies, 'os_compute_api:os-aggregates:index', policyQuestion([role], []));
  expect(asked('cloud_admin')).toBe(true);
  expect(asked('admin')).toBe(false);
});
