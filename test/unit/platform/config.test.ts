import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '#platform/config/load.ts';
import { environmentName, integer, list, secret, section, text } from '#platform/config/options.ts';

const door = section(
  'cellDoor',
  {
    listenPort: integer({ help: 'Port.', fallback: 8780, minimum: 1, maximum: 65535 }),
    host: text({ help: 'Host.', fallback: '127.0.0.1' }),
    key: secret({ help: 'Key.' }),
    peers: list({ help: 'Peers.', fallback: [] }),
  },
  ({ host, listenPort }) => (host === 'everywhere' && listenPort < 1024 ? 'everywhere needs a high port' : null),
);

const load = (environment: Record<string, string>) => loadConfig({ door }, { environment }).door;

describe('configuration', () => {
  it('takes defaults, and the environment above them', () => {
    const values = load({
      VOLVOX_CELL_DOOR_KEY: 's3cret',
      VOLVOX_CELL_DOOR_LISTEN_PORT: '99',
      VOLVOX_CELL_DOOR_PEERS: 'a, b',
    });
    expect(values).toMatchObject({ listenPort: 99, host: '127.0.0.1', peers: ['a', 'b'] });
    expect(values.key.reveal()).toBe('s3cret');
    expect(environmentName('cellDoor', 'listenPort')).toBe('VOLVOX_CELL_DOOR_LISTEN_PORT');
  });

  it('names everything that is wrong at once', () => {
    expect(() => load({ VOLVOX_CELL_DOOR_LISTEN_PORT: '70000' })).toThrow(
      /cellDoor.listenPort: expected at most 65535.*cellDoor.key must be given/,
    );
  });

  it('checks rules over several options', () => {
    expect(() =>
      load({ VOLVOX_CELL_DOOR_KEY: 'k', VOLVOX_CELL_DOOR_HOST: 'everywhere', VOLVOX_CELL_DOOR_LISTEN_PORT: '80' }),
    ).toThrow('everywhere needs a high port');
  });

  it('never prints a secret', () => {
    const values = load({ VOLVOX_CELL_DOOR_KEY: 's3cret' });
    for (const print of [String(values.key), JSON.stringify(values), inspect(values), `${values.key}`]) {
      expect(print).not.toContain('s3cret');
    }
  });

  it('cannot be changed', () => {
    const values = load({ VOLVOX_CELL_DOOR_KEY: 'k' }) as { host: string };
    expect(() => {
      values.host = 'other';
    }).toThrow();
  });
});
