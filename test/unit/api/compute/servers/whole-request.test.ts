import { describe, expect, it } from 'vitest';
import type { ResolvedEntry } from '#platform/directory/stores/server-networks.ts';
import type { Template } from '../../../../../api/compute/servers/create/accept.ts';
import { checkWholeRequest } from '../../../../../api/compute/servers/create/whole-request.ts';
import { aBuild } from '../../../../support/a-build.ts';

const template = (userData: string | null = null): Template => aBuild({ userData });
const entries = (count: number) => Array.from({ length: count }, () => ({}) as ResolvedEntry);

describe('the bound of a whole request', () => {
  it.each([
    [1, 64],
    [1_000, 4],
    [64, 64],
  ])('allows %i servers with %i networks', (servers, networks) => {
    expect(() => checkWholeRequest(template(), entries(networks), servers)).not.toThrow();
  });

  it('names both factors of ports that are too many', () => {
    expect(() => checkWholeRequest(template(), entries(64), 65)).toThrow(
      /65 servers with 64 networks each have 4160 ports.*at most 4096 ports/,
    );
  });

  it('counts what every server carries', () => {
    const userData = 'u'.repeat(65_000);
    expect(() => checkWholeRequest(template(userData), [], 500)).not.toThrow();
    expect(() => checkWholeRequest(template(userData), [], 600)).toThrow(/600 servers of 6\d{4} bytes each/);
  });
});
