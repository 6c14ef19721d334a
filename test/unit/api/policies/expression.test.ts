import { describe, expect, it } from 'vitest';
import { type Caller, NOBODY } from '../../../../api/identity/caller.ts';
import { compileExpression } from '../../../../api/policies/compile-expression.ts';
import { parseExpression } from '../../../../api/policies/parse-expression.ts';

const caller = (given: Partial<Caller> = {}): Caller => ({
  ...NOBODY,
  projectId: 'p1',
  userId: 'u1',
  roles: ['member', 'reader'],
  ...given,
});
const compile = (text: string) =>
  compileExpression(parseExpression(text), (name) => {
    throw new Error(`no ${name}`);
  });
const allows = (text: string, who: Caller = caller(), target = {}) => compile(text).allows(who, target);

describe('a check', () => {
  it.each([
    ['@', true],
    ['!', false],
    ['', true],
    ['role:member', true],
    ['role:Member', true],
    ['role:admin', false],
    ['not role:admin', true],
    ['NOT role:member', false],
    ['role:admin or role:member', true],
    ['role:admin and role:member', false],
    // `not` binds tighter than `and`, and `and` tighter than `or`.
    ['role:member or role:admin and role:none', true],
    ['(role:member or role:admin) and role:none', false],
    ['not role:admin and role:reader', true],
    ['not (role:admin or role:reader)', false],
    ['not not role:member', true],
    ['((role:member))', true],
    ['project_id:%(project_id)s', true],
    ['user_id:u1', true],
    ['application_credential_id:None', true],
    ['is_admin:False', true],
    ['is_admin:True', false],
  ])('"%s" is %s', (text, expected) => {
    expect(allows(text)).toBe(expected);
  });

  it('compares the project and the user of the target', () => {
    expect(allows('project_id:%(project_id)s', caller(), { projectId: 'p2' })).toBe(false);
    expect(allows('tenant_id:%(tenant_id)s', caller(), { projectId: 'p1' })).toBe(true);
    expect(allows('project_id:%(owner)s', caller(), { projectId: 'p2' })).toBe(false);
    expect(allows('user_id:%(user_id)s', caller(), { userId: 'u2' })).toBe(false);
    expect(allows('user_id:%(user_id)s')).toBe(true);
    // Keystone's names match only a target that a call names.
    expect(allows('user_id:%(target.user.id)s')).toBe(false);
    expect(allows('user_id:%(target.user.id)s', caller(), { userId: 'u1' })).toBe(true);
  });

  it('knows whether there is any target for which a caller passes', () => {
    const may = (text: string, who = caller()) => compile(text).mayAllow(who);
    expect(may('role:member and project_id:%(project_id)s')).toBe(true);
    expect(may('role:manager and project_id:%(project_id)s')).toBe(false);
    expect(may('role:manager or project_id:%(project_id)s')).toBe(true);
    expect(may('not project_id:%(project_id)s')).toBe(true);
    expect(may('not role:member')).toBe(false);
    expect(may('not (role:manager and project_id:%(project_id)s)')).toBe(true);
  });
});

describe('what is not a check', () => {
  it.each([
    ['role:a role:b', 'expected "and", "or" or the end before "role:b"', 7],
    ['role:a and', 'expected role:NAME', 10],
    ['and role:a', 'expected role:NAME', 0],
    ['(role:a', 'a parenthesis is not closed', 0],
    ['role:a)', 'a parenthesis closes that nothing opened', 6],
    ['()', 'expected role:NAME', 1],
    ['admin', '"admin" is not role:NAME', 0],
    ['role:', '"role:" is not role:NAME', 0],
    ['roles:admin', '"roles" is not something that a check can ask', 0],
    ['system_scope:all', '"system_scope" is not something that a check can ask', 0],
    ['role:a or project_id:%(projekt_id)s', 'nothing has "projekt_id"', 21],
    ['project_id:%(project_id)', '"%(project_id)" is neither', 11],
    ['role:%(project_id)s', 'role: needs a name', 0],
    [`${'('.repeat(70)}@${')'.repeat(70)}`, 'nested deeper than 64', 65],
    ['x'.repeat(5_000), 'longer than 4096', 4_096],
  ])('"%s": %s', (text, message, at) => {
    expect(() => parseExpression(text)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(message) as string, at }) as Error,
    );
  });
});
