import { expect, test } from 'vitest';
import { withFields } from '../../../../api/http/fields.ts';
import { listViews } from '../../../../api/http/list-views.ts';
import { constant, listQuery, member, pageQuery, UNTAGGED } from '../../../../api/http/listing.ts';
import { readPage } from '../../../../api/http/read-page.ts';
import { Answer } from '../../../../api/http/route.ts';
import { violationOf } from '../../../../api/http/validator.ts';

const ATTRIBUTES = {
  id: member.text('id'),
  name: member.text('name', (text) => text.toLowerCase()),
  up: member.boolean('is_up'),
  size: member.integer('size'),
  groups: member.list('group_ids'),
  created_at: member.moment('created_at'),
  status: constant('ACTIVE'),
  shared: constant(false),
  ...UNTAGGED,
};
const query = listQuery(ATTRIBUTES, { more: { type: 'array' } });
const takes = (given: object): boolean => violationOf(query, given) === null;

test('the query of a list takes its attributes, paging, sorting and fields, and nothing else', () => {
  expect(takes({ name: ['a', 'b'], up: ['True'], size: ['-1'], limit: ['5'], marker: ['x'], fields: ['id'] })).toBe(
    true,
  );
  expect(takes({ sort_key: ['name', 'size'], sort_dir: ['asc', 'desc'], page_reverse: ['true'], more: [] })).toBe(true);
  expect(takes({ created_at: ['2026-01-31T12:00:00Z'], 'not-tags': ['x'] })).toBe(true);
  for (const wrong of [
    ...[{ colour: ['red'] }, { up: ['perhaps'] }, { size: ['x'] }, { size: ['9'.repeat(400)] }, { limit: ['-1'] }],
    ...[{ sort_key: ['colour'] }, { sort_key: ['status'] }, { sort_key: ['groups'] }, { sort_dir: ['up'] }],
    ...[{ created_at: ['yesterday'] }, { constructor: ['x'] }],
  ]) {
    expect(takes(wrong), JSON.stringify(wrong)).toBe(false);
  }
});

test('filters are read in the form of their members; one that no row can fit leaves nothing', () => {
  const filters = (given: Record<string, string[]>) => pageQuery(given, ATTRIBUTES).filters;
  expect(filters({ name: ['A'], up: ['yes', 'False'], size: ['7'] })).toEqual([
    { member: 'name', anyOf: ['a'] },
    { member: 'is_up', anyOf: [true, false] },
    { member: 'size', anyOf: [7] },
  ]);
  expect(filters({ groups: ['g'], created_at: ['2026-01-31T12:00:00Z'] })).toEqual([
    { member: 'group_ids', anyOf: ['g'], by: 'contains' },
    { member: 'created_at', anyOf: ['2026-01-31T12:00:00Z'], by: 'begins' },
  ]);
  expect(filters({ status: ['ERROR', 'ACTIVE'], shared: ['no'], 'not-tags': ['x'] })).toEqual([]);
  const nothing = [{ member: 'id', anyOf: [] }];
  for (const never of [{ status: ['ERROR'] }, { shared: ['true'] }, { tags: ['x'] }, { 'tags-any': ['x'] }]) {
    expect(filters(never)).toEqual(nothing);
  }
});

test('sorting and paging', () => {
  const page = pageQuery(
    { sort_key: ['name'], sort_dir: ['desc'], limit: ['5000'], page_reverse: ['True'] },
    ATTRIBUTES,
  );
  expect(page).toMatchObject({ limit: 1_000, markerId: null, backwards: true });
  expect(page.sort).toEqual([
    { member: 'name', descending: false, nullAs: '' },
    { member: 'id', descending: true },
  ]);
  expect(() => pageQuery({ sort_key: ['name', 'size'], sort_dir: ['asc'] }, ATTRIBUTES)).toThrow('as many sort_dir');
});

test('views that are made, not stored, are listed alike', async () => {
  const views = ['c', 'a', 'b'].map((id, size) => ({ id, size, is_up: id !== 'a', name: null }));
  const list = async (given: Record<string, string[]>) => {
    const page = await readPage(given, ATTRIBUTES, {
      list: async (listing) => listViews(views, listing),
      get: async (id) => views.find((view) => view.id === id) ?? Promise.reject(new Error('gone')),
    });
    return [page.rows.map((view) => view.id).join(''), page.previous, page.next];
  };
  expect(await list({})).toEqual(['abc', null, null]);
  expect(await list({ up: ['true'] })).toEqual(['bc', null, null]);
  expect(await list({ name: ['x'] })).toEqual(['', null, null]);
  expect(await list({ sort_key: ['size'], sort_dir: ['desc'], limit: ['2'] })).toEqual(['ba', null, 'a']);
  expect(await list({ sort_key: ['size'], sort_dir: ['desc'], limit: ['2'], marker: ['a'] })).toEqual(['c', 'c', null]);
  expect(await list({ limit: ['2'], marker: ['c'], page_reverse: ['true'] })).toEqual(['ab', 'a', 'b']);
});

test('fields pare down views after they were checked', () => {
  const answer = new Answer(200, { things: [{ id: '1', name: 'a', size: 1 }], things_links: [] });
  expect(withFields(answer, 'things', { fields: ['name,id', ''] }).body).toEqual({
    things: [{ id: '1', name: 'a' }],
    things_links: [],
  });
  expect(withFields(answer, 'things', { fields: [''] }).body).toEqual(answer.body);
  expect(withFields(answer, undefined, { fields: ['name'] })).toBe(answer);
});
