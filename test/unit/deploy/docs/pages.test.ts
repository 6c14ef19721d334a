import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findStaleTypes } from '../../../../deploy/checks/generated.ts';
import { REPOSITORY } from '../../../../deploy/checks/programs.ts';
import { apisAsData } from '../../../../deploy/client/apis-as-data.ts';
import { clientsPage } from '../../../../deploy/docs/clients-page.ts';
import { commandName } from '../../../../deploy/docs/command-name.ts';
import { deviationsPage } from '../../../../deploy/docs/deviations-page.ts';
import { operationsPage } from '../../../../deploy/docs/operations-page.ts';
import { isSent, type SentByTests } from '../../../../deploy/docs/tested-operations.ts';
import { CLIENT_TABLES } from '../../../client/client-tables.ts';

describe('the page of operations', () => {
  const { text } = operationsPage();

  it('has a row for every route of every API, and for every action', () => {
    const names = apisAsData().flatMap(({ routes }) =>
      routes.flatMap(({ method, path, actions }) =>
        actions === undefined ? [`${method} ${path}`] : actions.map(({ name }) => `${method} ${path} ${name}`),
      ),
    );
    expect(names.length).toBeGreaterThan(300);
    expect(names.filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([]);
  });

  it('says microversions, policy and tests', () => {
    expect(text).toMatch(
      /\| `POST \/servers` \| 2\.1 and later \| `os_compute_api:servers:create` \| property, .*contract/,
    );
    expect(text).toMatch(/\| `GET \/images` \| 2\.1 to 2\.35 \|/);
  });
});

it('the page of deviations gives a reason for each', () => {
  const rows = deviationsPage()
    .text.split('\n')
    .filter((line) => line.startsWith('| '));
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((row) => row.split(' | ').some((cell) => cell.replaceAll('|', '').trim() === ''))).toEqual([]);
});

describe('the page of clients', () => {
  it('has a row for every line of every table, and counts them', async () => {
    const { text } = await clientsPage();
    const lines = CLIENT_TABLES.flatMap((table) => table.lines.map(({ line }) => ({ client: table.client, line })));
    expect(lines.filter(({ line }) => !text.includes(`| \`${line.replaceAll('|', '\\|')}\` |`))).toEqual([]);
    const names = new Set(lines.map(({ client, line }) => `${client} ${commandName(client, line)}`));
    expect(names.size).toBeGreaterThanOrEqual(130);
    expect(text).toContain(`| in all | ${names.size} | `);
  });

  it.each([
    ['openstack', 'server list --all-projects', 'server list'],
    ['openstack', 'server resize --flavor m1.tiny one', 'server resize'],
    ['openstack', 'server resize confirm one', 'server resize confirm'],
    ['openstack', 'server migration force complete one 7', 'server migration force complete'],
    ['openstack', 'server add fixed ip one inside', 'server add fixed ip'],
    ['openstack', 'server remove port one door', 'server remove port'],
    ['openstack', 'security group rule create wall', 'security group rule create'],
    ['nova', 'meta one set colour=blue', 'meta'],
  ] as const)('the command of %s %s is %s', (client, line, name) => {
    expect(commandName(client, line)).toBe(name);
  });
});

it('a page that is not what the code says is found', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'volvox-pages-'));
  try {
    cpSync(join(REPOSITORY, 'docs'), join(copy, 'docs'), { recursive: true });
    symlinkSync(join(REPOSITORY, 'test'), join(copy, 'test'));
    for (const page of ['api-operations.md', 'clients.md', 'deviations.md'])
      appendFileSync(join(copy, 'docs', page), 'more\n');
    const stale = await findStaleTypes(copy);
    expect(stale.filter((file) => file.startsWith('docs/'))).toEqual([
      'docs/api-operations.md',
      'docs/deviations.md',
      'docs/clients.md',
    ]);
  } finally {
    rmSync(copy, { recursive: true });
  }
}, 30_000);

describe('what tests send', () => {
  const [compute] = apisAsData().filter(({ service }) => service.name === 'compute');
  if (compute === undefined) throw new Error('there is no compute API');
  const sent: SentByTests = {
    kind: 'unit',
    requests: new Set(['GET /compute/v2.1/servers/*', 'PUT /flavors/1']),
    members: new Set(['os-start']),
  };
  it.each([
    ['GET', '/servers/:id', null, true],
    ['DELETE', '/servers/:id', null, false],
    ['GET', '/servers/detail', null, false],
    ['PUT', '/flavors/:id', null, true],
    ['POST', '/servers/:id/action', 'os-start', true],
    ['POST', '/servers/:id/action', 'os-stop', false],
  ])('%s %s %s: %s', (method, path, action, expected) => {
    expect(isSent(compute, { method, path, action }, sent)).toBe(expected);
  });
});
