import { describe, expect, it } from 'vitest';
import { type Caller, NOBODY } from '../../../../api/identity/caller.ts';
import { readPolicyFile } from '../../../../api/policies/read-policy-file.ts';

const read = (text: string) => readPolicyFile(text, 'policy.yaml');
const caller = (...roles: string[]): Caller => ({ ...NOBODY, projectId: 'p1', userId: 'u1', roles });

describe('a policy file', () => {
  it.each(['', '# nothing', '{}'])('may change nothing: "%s"', (text) => {
    expect(read(text).policies.changed.size).toBe(0);
  });

  it('replaces the checks of rules', () => {
    const { policies, overrides } = read('"os_compute_api:servers:create": "role:builder"\nget_images: "!"');
    expect([...overrides.keys()]).toEqual(['os_compute_api:servers:create', 'get_images']);
    const create = policies.changed.get('os_compute_api:servers:create');
    expect(create?.allows(caller('member'), {})).toBe(false);
    expect(create?.allows(caller('builder'), {})).toBe(true);
    expect(policies.changed.get('get_images')?.allows(caller('member'), {})).toBe(false);
    expect(policies.changed.get('get_image')?.allows(caller('member'), {})).toBe(true);
  });

  it('changes the rules that refer to a changed rule', () => {
    const { policies } = read('project_reader_api: "role:auditor and project_id:%(project_id)s"');
    const show = policies.changed.get('os_compute_api:servers:show');
    expect(show?.allows(caller('reader'), {})).toBe(false);
    expect(show?.allows(caller('auditor'), {})).toBe(true);
    expect(show?.allows(caller('auditor'), { projectId: 'p2' })).toBe(false);
  });

  it('says who is an admin', () => {
    const { policies } = read('context_is_admin: "role:cloud_admin"');
    expect(policies.isAdmin('context_is_admin', caller('cloud_admin'))).toBe(true);
    expect(policies.isAdmin('context_is_admin', { ...caller('admin'), isAdmin: true })).toBe(false);
    // The Identity API has a rule of its own.
    expect(policies.isAdmin('admin_required', { ...caller('admin'), isAdmin: true })).toBe(true);
  });

  it('keeps the scope of a rule: no token without a project passes', () => {
    const { policies } = read('"os_compute_api:servers:show": "@"');
    const show = policies.changed.get('os_compute_api:servers:show');
    expect(show?.allows(caller(), {})).toBe(true);
    expect(show?.allows({ ...caller(), projectId: '' }, {})).toBe(false);
  });
});

describe('a wrong policy file', () => {
  it.each([
    ['[]', 'policy.yaml:1: expected a mapping of rules to checks'],
    [
      '\n"os_compute_api:server:delete": "!"',
      'policy.yaml:2: os_compute_api:server:delete: there is no such rule; did you mean os_compute_api:servers:delete',
    ],
    ['whatever_it_may_be_called_here: "@"', '`volvox policy show` lists all rules'],
    ['get_image: role:a and', 'policy.yaml:1: get_image: expected role:NAME'],
    // YAML reads an exclamation mark without quotes as a tag, and the check as empty: everybody would pass.
    ['get_image: !', 'get_image: expected a check in quotes'],
    ['get_image: ! ""', 'get_image: expected a check in quotes'],
    ['get_image:', 'get_image: expected a check in quotes'],
    ['get_image: 7', 'get_image: expected a check in quotes'],
    ['get_image: @', 'policy.yaml:1: '],
    ['get_image: ["role:a"]', 'get_image: expected a check as text'],
    ['get_image: "@"\nget_image: "!"', 'policy.yaml:2: Map keys must be unique'],
    ['get_image: "rule:get_imagess"', 'get_image: there is no rule "get_imagess"; did you mean get_images'],
    ['"identity:authenticate": "!"', 'identity:authenticate: this rule cannot be changed'],
    ['get_image: &a "@"\nget_images: *a', 'get_images: expected a check as text'],
    ['add_image: "rule:get_image"\nget_image: "rule:add_image"', 'it refers to itself: '],
    ['context_is_admin: "rule:admin_api"', 'it refers to itself: context_is_admin → admin_api → context_is_admin'],
    ['get_image: "@', 'policy.yaml:1: Missing closing'],
  ])('%s: %s', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('names everything that is wrong at once', () => {
    expect(() => read('get_image: "x"\nget_images: "y"\nnothing_like_it: "@"')).toThrow(/:1: .*\n.*:2: .*\n.*:3: /);
  });
});
