import { mapVersions, replacedAt } from '../../../http/by-version.ts';
import {
  description,
  diskConfig,
  extend,
  ipv4,
  ipv6,
  name,
  nameWithSpaces,
  object,
  wrapped,
} from '../../../http/parameter-types.ts';
import { shapes, together } from '../../../http/response-types.ts';
import { hostNameLabel, hostNameWithDomain } from '../create/schema.ts';
import { EXTENSIONS, GROUPS, one, PLAIN } from '../show/schema.ts';

export interface UpdateServerBody {
  readonly server: {
    readonly name?: string;
    readonly description?: string | null;
    readonly hostname?: string;
    readonly accessIPv4?: string;
    readonly accessIPv6?: string;
    readonly 'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
    readonly pinned_availability_zone?: string | null;
  };
}

const base = object({ name: nameWithSpaces, 'OS-DCF:diskConfig': diskConfig, accessIPv4: ipv4, accessIPv6: ipv6 });
const since19 = extend(base, { name, description });
const since90 = extend(since19, { hostname: hostNameLabel });
const since94 = extend(since19, { hostname: hostNameWithDomain });
const since104 = extend(since94, {
  pinned_availability_zone: { anyOf: [{ type: 'string', minLength: 1, maxLength: 255 }, { type: 'null' }] },
});

export const UPDATE_SERVER = {
  1: wrapped('server', base),
  19: wrapped('server', since19),
  90: wrapped('server', since90),
  94: wrapped('server', since94),
  104: wrapped('server', since104),
} as const;

/** An update was answered without what extensions had added, until 2.75. */
const withExtensions = shapes(together(PLAIN, EXTENSIONS, GROUPS));
const plainUntil75 = shapes(together(PLAIN, GROUPS));
export const updatedServerResponse = mapVersions(replacedAt(75, plainUntil75, withExtensions), one);
