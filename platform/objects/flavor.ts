import { type Static, Type } from 'typebox';
import { DeviceRequest } from './device-request.ts';
import { Count, nullable, StringMap } from './scalars.ts';

/** A flavor as it was when an instance was made or resized: each instance stores its own. */
export const Flavor = Type.Object({
  /** The id users know (`flavorid`), not a row id. */
  id: Type.String(),
  name: Type.String(),
  vcpus: Type.Integer({ minimum: 1 }),
  ramMb: Type.Integer({ minimum: 1 }),
  /** Root disk in GiB; 0 means as large as the image. */
  diskGb: Count,
  ephemeralGb: Count,
  swapMb: Count,
  rxtxFactor: Type.Number({ minimum: 0 }),
  isPublic: Type.Boolean(),
  disabled: Type.Boolean(),
  description: nullable(Type.String()),
  extraSpecs: StringMap,
  /** Of a server's flavor: what its device aliases stood for when the server got it. Absent: it names none. */
  devices: Type.Optional(Type.Array(DeviceRequest, { maxItems: 64 })),
});
export type Flavor = Static<typeof Flavor>;
