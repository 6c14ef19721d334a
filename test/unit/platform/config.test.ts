import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cellRedisSection } from '#platform/config/common-sections.ts';
import { loadConfig } from '#platform/config/load.ts';
import { environmentName, integer, key, list, secret, section, text } from '#platform/config/options.ts';

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

  it('refuses a key that can be guessed, says how to make one, and does not quote it', () => {
    const trust = section('trust', {
      signingKey: key({ help: 'Signs.' }),
      doorKey: key({ help: 'Opens.', several: true }),
    });
    const long = 'k'.repeat(32);
    const loadTrust = (signingKey: string, doorKey: string) =>
      loadConfig({ trust }, { environment: { VOLVOX_TRUST_SIGNING_KEY: signingKey, VOLVOX_TRUST_DOOR_KEY: doorKey } });
    expect(loadTrust(long, `${long},${long}`).trust.signingKey.reveal()).toBe(long);
    expect(() => loadTrust('qqq', `${long},qq`)).toThrow(
      /trust.signingKey: expected a secret of 32 characters or more, got one of 3; make one: openssl .*trust.doorKey: .* got one of 2/,
    );
    expect(() => loadTrust('qqq', long)).not.toThrow(/qqq/);
  });

  it('refuses a path that is too long for a socket', () => {
    const load = (socket: string) => {
      const environment = { VOLVOX_CELL_REDIS_PASSWORD: 'secret', VOLVOX_CELL_REDIS_SOCKET: socket };
      return loadConfig({ redis: cellRedisSection }, { environment });
    };
    expect(load(`/${'a'.repeat(106)}`).redis.socket).toHaveLength(107);
    expect(() => load(`/${'é'.repeat(54)}`)).toThrow(/cellRedis: socket must have 107 bytes at most/);
  });

  it('cannot be changed', () => {
    const values = load({ VOLVOX_CELL_DOOR_KEY: 'k' }) as { host: string };
    expect(() => {
      values.host = 'other';
    }).toThrow();
  });
});
