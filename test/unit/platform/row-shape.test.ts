import { describe, expect, expectTypeOf, it } from 'vitest';
import { rowShape } from '#platform/database/row-shape.ts';

interface Table {
  host_id: string;
  access_ip_v4: string | null;
  up: number;
  host_up: number | null;
  found_power: number;
}

const shape = rowShape({ flags: ['up', 'host_up'], names: { found_power: 'observedPower' } });

describe('the shape of rows', () => {
  it('gives camelCase, booleans, and the names that were asked for', () => {
    const row: Table = { host_id: 'h', access_ip_v4: null, up: 1, host_up: null, found_power: 4 };
    const shaped = shape.of(row);
    expect(shaped).toEqual({ hostId: 'h', accessIpV4: null, up: true, hostUp: null, observedPower: 4 });
    expectTypeOf(shaped).toEqualTypeOf<{
      readonly hostId: string;
      readonly accessIpV4: string | null;
      readonly up: boolean;
      readonly hostUp: boolean | null;
      readonly observedPower: number;
    }>();
  });

  it('reads a flag that the database counts in another type', () => {
    expect(shape.of({ up: 0n, host_up: '1' })).toEqual({ up: false, hostUp: true });
  });

  it('goes back to columns, and writes nothing for what is undefined', () => {
    expect(shape.columns<Table>({ accessIpV4: '10.0.0.1', up: false, observedPower: 1 })).toEqual({
      access_ip_v4: '10.0.0.1',
      up: 0,
      found_power: 1,
    });
    expect(shape.columns<Partial<Table>>({ hostId: undefined, hostUp: null })).toEqual({ host_up: null });
  });
});
