import { expect, it } from 'vitest';
import { type Caller, NOBODY } from '../../../../api/identity/caller.ts';
import { attributePolicies, visibleAttributes } from '../../../../api/network/policy.ts';
import { DEFAULT_POLICIES } from '../../../../api/policies/policy-set.ts';
import { readPolicyFile } from '../../../../api/policies/read-policy-file.ts';

const RULES = attributePolicies('get_network', ['provider:network_type', 'provider:segmentation_id']);
const ATTRIBUTES = { 'provider:network_type': 'vxlan', 'provider:segmentation_id': 7, name: 'n' };
const reader: Caller = { ...NOBODY, projectId: 'own', roles: ['reader'] };
const seenBy = (caller: Caller, policies = DEFAULT_POLICIES, projectId = 'own') =>
  Object.keys(visibleAttributes(RULES, { ...caller, policies }, projectId, ATTRIBUTES));

it('an attribute with a rule is shown to whom the rule lets pass, and any other to everybody', () => {
  expect(seenBy(reader)).toEqual(['name']);
  expect(seenBy({ ...reader, isAdmin: true })).toEqual(Object.keys(ATTRIBUTES));
});

it('the project of the thing decides', () => {
  const { policies } = readPolicyFile('"get_network:provider:segmentation_id": "rule:project_reader_or_admin"', 'f');
  expect(seenBy(reader, policies)).toEqual(['provider:segmentation_id', 'name']);
  expect(seenBy(reader, policies, 'other')).toEqual(['name']);
});
