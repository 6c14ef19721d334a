import { expect, test } from 'vitest';
import { countStatements, withoutValues } from '../../profile/statement-log.ts';

test('a log of statements is counted by what they have in common', () => {
  const log = [
    '/usr/sbin/mariadbd, Version: 10.11.6. started with:',
    '261129 16:00:01\t     5 Connect\tvolvox@localhost on directory using Socket',
    "\t\t     5 Query\tselect * from `cells` where `id` = 'a''b'",
    '\t\t    12 Query\tselect * from `cells`\nwhere `id` = 12',
    '\t\t     5 Prepare\tselect 1',
    '261129 16:00:02\t     5 Execute\tselect 1',
    '\t\t     5 Quit\t',
    '',
  ].join('\n');
  expect([...countStatements(log)]).toEqual([
    ['select * from `cells` where `id` = ?', 2],
    ['a connection', 1],
    ['select ?', 1],
  ]);
});

test('lists of values and of rows are as short as one', () => {
  expect(withoutValues("insert into `t` (`a`, `b`) values ('x', 1.5), (X'ff', NULL)")).toBe(
    'insert into `t` (`a`, `b`) values (…)',
  );
  expect(withoutValues('select 1 from t where a in (1, 2, 3)')).toBe('select ? from t where a in (…)');
});
