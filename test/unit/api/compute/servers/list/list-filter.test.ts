import { describe, expect, it } from 'vitest';
import { listFilter, listSort } from '../../../../../../api/compute/servers/list/list-filter.ts';
import { matchesFilter } from '../../../../../../api/compute/servers/list/matches-filter.ts';
import { compareInstances } from '../../../../../../api/compute/servers/list/sort-instances.ts';
import { LIST_ALL_TENANTS } from '../../../../../../api/compute/servers/policy.ts';
import type { Query } from '../../../../../../api/http/query.ts';
import type { RequestContext } from '../../../../../../api/http/request-context.ts';
import { NOBODY } from '../../../../../../api/identity/caller.ts';
import { DEFAULT_POLICIES } from '../../../../../../api/policies/policy-set.ts';
import { anInstance } from '../an-instance.ts';

const question = (query: Query, minor = 96, isAdmin = false) => ({
  version: { minor, legacy: false },
  caller: {
    ...NOBODY,
    projectId: 'p',
    isAdmin,
    policies: DEFAULT_POLICIES,
    requestId: '',
    globalRequestId: null,
    token: '',
  } satisfies RequestContext,
  query,
});
const filterOf = (query: Query, minor = 96, isAdmin = false) =>
  listFilter(question(query, minor, isAdmin), LIST_ALL_TENANTS);

describe('the filter of a list', () => {
  it('is the own project, and nothing deleted', () => {
    expect(filterOf({})).toEqual({ projectId: 'p', deleted: false, softDeleted: false });
    expect(filterOf({}, 96, true)).toEqual({ projectId: 'p', deleted: false, softDeleted: false });
  });

  it('takes from ordinary users only what is open to them at that microversion', () => {
    const query = { host: ['h'], key_name: ['k'], ip6: ['::'], tags: ['a,b'] };
    expect(filterOf(query, 1)).toEqual({ projectId: 'p', deleted: false, softDeleted: false });
    expect(filterOf(query, 82)).toEqual({
      projectId: 'p',
      deleted: false,
      softDeleted: false,
      ip6Regex: '::',
      tagsAll: ['a', 'b'],
    });
    expect(filterOf(query, 83)).toMatchObject({ keyName: 'k' });
    expect(filterOf(query, 83, true)).toMatchObject({ host: 'h' });
  });

  it('is over all projects for admins alone', () => {
    expect(filterOf({ all_tenants: ['1'] }, 96, true)).toEqual({ deleted: false, softDeleted: false });
    expect(filterOf({ all_tenants: [''], project_id: ['q'] }, 96, true)).toEqual({
      deleted: false,
      softDeleted: false,
      projectId: 'q',
    });
    expect(filterOf({ all_tenants: ['0'] })).toEqual({ projectId: 'p', deleted: false, softDeleted: false });
    expect(() => filterOf({ all_tenants: ['1'] })).toThrow(/get_all_tenants/);
    expect(() => filterOf({ all_tenants: ['perhaps'] })).toThrow(/Invalid value/);
  });

  it.each(['locked', 'config_drive', 'auto_disk_config'])('takes no other word than yes or no for %s', (name) => {
    for (const word of ['maybe', '', '2', 'yes please']) {
      expect(() => filterOf({ [name]: [word] }, 96, true)).toThrow(`Invalid value '${word}' for '${name}'`);
    }
    expect(filterOf({ [name]: ['TRUE'] }, 96, true)).toEqual(filterOf({ [name]: ['1'] }, 96, true));
    expect(filterOf({ [name]: ['n'] }, 96, true)).toEqual(filterOf({ [name]: ['False'] }, 96, true));
  });

  it('turns statuses into states', () => {
    expect(filterOf({ status: ['reboot'] })?.states).toEqual([
      { vmState: 'active', taskStates: ['rebooting', 'reboot_pending', 'reboot_started'] },
    ]);
    expect(filterOf({ status: ['nonsense'] }, 37)).toBeNull();
    expect(() => filterOf({ status: ['nonsense'] }, 38)).toThrow('Invalid status value');
    expect(() => filterOf({ status: ['deleted'] })).toThrow(/Only administrators/);
  });

  it('shows soft-deleted servers to admins who ask, alone or with those that are deleted', () => {
    expect(filterOf({ soft_deleted: ['true'] })).toMatchObject({ softDeleted: false });
    expect(filterOf({ soft_deleted: ['true'] }, 96, true)).toEqual({ projectId: 'p', deleted: false });
    expect(filterOf({ deleted: ['true'] }, 96, true)).toEqual({ projectId: 'p', deleted: true });
    expect(filterOf({ deleted: ['true'], soft_deleted: ['no'] }, 96, true)).toMatchObject({ softDeleted: false });
    expect(filterOf({ status: ['soft_deleted'] })).toMatchObject({ softDeleted: false });
  });

  it('shows deleted servers among changes', () => {
    expect(filterOf({ 'changes-since': ['2026-01-01'] })).toEqual({
      projectId: 'p',
      changesSince: '2026-01-01T00:00:00.000Z',
    });
    expect(() => filterOf({ 'changes-since': ['2026-01-02'], 'changes-before': ['2026-01-01'] })).toThrow(/less than/);
  });

  it.each([
    ['2026-01-01T00:00:07Z', '2026-01-01T00:00:07.999999Z'],
    ['2026-01-01T00:00:07', '2026-01-01T00:00:07.999999Z'],
    ['2026-01-01T00:00:07.25Z', '2026-01-01T00:00:07.250Z'],
  ])('goes up to changes-before %s and includes it, in the precision in which times are shown', (text, until) => {
    const updated = anInstance({ projectId: 'p', updatedAt: '2026-01-01T00:00:07.123456Z' });
    const filter = filterOf({ 'changes-before': [text] });
    expect(filter?.changesBefore).toBe(until);
    expect(matchesFilter({ changesBefore: until }, updated)).toBe(true);
  });

  it('refuses to look into tables of their own', () => {
    expect(() => filterOf({ metadata: ['x'] }, 96, true)).toThrow('Invalid filter field: metadata.');
    expect(() => filterOf({ _secret: ['x'] }, 1, true)).toThrow('Invalid filter field: _secret.');
  });
});

describe('the order of a list', () => {
  it('is newest first, and total', () => {
    expect(listSort(question({}))).toEqual([
      { key: 'created_at', direction: 'desc' },
      { key: 'uuid', direction: 'desc' },
    ]);
    expect(listSort(question({ sort_key: ['display_name', 'vcpus'], sort_dir: ['asc'] }))).toEqual([
      { key: 'display_name', direction: 'asc' },
      { key: 'created_at', direction: 'asc' },
      { key: 'uuid', direction: 'asc' },
    ]);
    expect(listSort(question({ sort_key: ['uuid'] }))).toEqual([{ key: 'uuid', direction: 'desc' }]);
  });

  it('sorts text by its code points, as the cells do', () => {
    const byName = compareInstances([{ key: 'display_name', direction: 'asc' }]);
    const named = ['b', '\u{1f600}', 'é', '\uff5e', 'B'].map((name) => anInstance({ name }));
    expect(named.sort(byName).map(({ name }) => name)).toEqual(['B', 'b', 'é', '\uff5e', '\u{1f600}']);
  });

  it('puts nulls lowest and compares moments of different precision', () => {
    const byZone = compareInstances([{ key: 'availability_zone', direction: 'asc' }]);
    expect(byZone(anInstance({ zone: null }), anInstance({ zone: 'a' }))).toBe(-1);
    const byTime = compareInstances([{ key: 'created_at', direction: 'asc' }]);
    const [short, long] = ['2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00.500000Z'];
    expect(byTime(anInstance({ createdAt: short }), anInstance({ createdAt: long }))).toBe(0);
    expect(byTime(anInstance({ createdAt: short }), anInstance({ createdAt: '2026-01-01T00:00:00.500001Z' }))).toBe(-1);
  });
});

describe('the filter in memory', () => {
  it('means what the doors mean', () => {
    const instance = anInstance({ tags: ['a', 'b'], vmState: 'active', taskState: 'rebooting' });
    expect(matchesFilter({ tagsAll: ['a', 'c'] }, instance)).toBe(false);
    expect(matchesFilter({ notTagsAll: ['a', 'c'] }, instance)).toBe(true);
    expect(matchesFilter({ states: [{ vmState: 'active', taskStates: null }] }, instance)).toBe(false);
    expect(matchesFilter({ states: [{ vmState: 'active', taskStates: ['rebooting'] }] }, instance)).toBe(true);
  });
});
