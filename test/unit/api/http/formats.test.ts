import { describe, expect, it } from 'vitest';
import { hostNameOf } from '../../../../api/compute/servers/create/host-name.ts';
import { FORMATS, momentOf } from '../../../../api/http/formats.ts';

describe('moments', () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T12:30', '2026-01-31T12:30:00.000Z'],
    ['2026-01-31 12:30:15', '2026-01-31T12:30:15.000Z'],
    ['2026-01-31T12:30:15.123456', '2026-01-31T12:30:15.123Z'],
    ['2026-01-31T12:30:15+02:00', '2026-01-31T10:30:15.000Z'],
    ['2026-01-31T12:30:15-0230', '2026-01-31T15:00:15.000Z'],
    ['2026-01-31T12:30:15+01', '2026-01-31T11:30:15.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(momentOf(text)).toISOString()).toBe(iso);
  });
  it.each(['', 'yesterday', '2026-02-30', '2026-13-01', '2026-01-31T25:00:00', '12:30'])('%j is none', (text) => {
    expect(momentOf(text)).toBeNaN();
  });
});

describe('other formats', () => {
  it('know what they are named for', () => {
    expect(FORMATS.base64?.('aGFsbG8=')).toBe(true);
    expect(FORMATS.base64?.('aGFs bG8=\n')).toBe(true);
    expect(FORMATS.base64?.('hallo')).toBe(false);
    expect(FORMATS.name?.(' web')).toBe(false);
    expect(FORMATS.name?.('a\u0000b')).toBe(false);
    expect(FORMATS.name_with_leading_trailing_spaces?.(' web ')).toBe(true);
    expect(FORMATS.uuid?.('11111111111141118111111111111111')).toBe(true);
    expect(FORMATS.cidr?.('10.0.0.0/33')).toBe(false);
  });
});

describe('host names', () => {
  it.each([
    ['My Server_1.x', 'my-server-1-x'],
    ['-.web.-', 'web'],
    ['日本', 'server-1'],
    ['a'.repeat(80), 'a'.repeat(63)],
  ])('of %s', (name, host) => {
    expect(hostNameOf(name, 'server-1')).toBe(host);
  });
});
