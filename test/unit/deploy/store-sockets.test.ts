import { expect, it } from 'vitest';
import { homeAt } from '../../../deploy/local/home.ts';
import { socketOption } from '../../../deploy/local/store-sockets.ts';

it('processes reach a store by its socket file, unless told otherwise or the path is too long', () => {
  const home = homeAt('/somewhere/region');
  expect(socketOption(home, 'socket', 'cell-1', 'redis')).toBe('/somewhere/region/data/cell-1/redis/server.sock');
  expect(socketOption(home, 'tcp', 'cell-1', 'redis')).toBe('');
  const deep = homeAt(`/${'d'.repeat(74)}`);
  expect(socketOption(deep, 'socket', 'cell-1', 'mariadb')).toHaveLength(107);
  expect(socketOption(homeAt(`${deep.root}d`), 'socket', 'cell-1', 'mariadb')).toBe('');
});
