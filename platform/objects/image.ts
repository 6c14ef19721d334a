import { type Static, Type } from 'typebox';
import { Count, nullable, StringMap, Uuid } from './scalars.ts';

/** An image as it was when an instance was made: what a host needs to fetch, check and boot it. */
/** The formats that hosts boot from. Images of other formats have no bytes here (api/image refuses them). */
export const BOOT_FORMATS: readonly string[] = ['raw', 'qcow2'];

export const Image = Type.Object({
  id: Uuid,
  name: nullable(Type.String()),
  diskFormat: Type.String(),
  sizeBytes: Count,
  /** Of the stored bytes, lower-case hex. */
  sha256: Type.String(),
  minRamMb: Count,
  minDiskGb: Count,
  properties: StringMap,
  /** Where the bytes are fetched, and the signed ticket (`Authorization: Bearer`) that allows it. */
  url: Type.String(),
  ticket: Type.String(),
});
export type Image = Static<typeof Image>;
