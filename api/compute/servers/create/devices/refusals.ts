import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** Nova's words about block device mappings (nova/exception.py). What they lack follows them: the member, the value, what is expected. */
const MAPPING = 'Block Device Mapping is Invalid';
const NO_VOLUMES = 'This region has no volume service.';

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);

export const wrongFormat = (field: string, details: string): VolvoxError =>
  invalid(`${MAPPING}: ${details} (${field})`);

export const bootSequence = (field: string): VolvoxError =>
  invalid(
    `${MAPPING}: Boot sequence for the instance and image/block device mapping combination is not valid. ` +
      `The boot_index of ${field} must count from 0 without gaps, and index 0 is the image of imageRef.`,
  );

export const noVolume = (field: string, id: string): VolvoxError =>
  invalid(`${MAPPING}: failed to get volume ${id}. ${NO_VOLUMES} (${field})`);

export const noSnapshot = (field: string, id: string): VolvoxError =>
  invalid(`${MAPPING}: failed to get snapshot ${id}. ${NO_VOLUMES} (${field})`);

export const noNewVolume = (field: string, source: string): VolvoxError =>
  invalid(
    `${MAPPING}: failed to create a volume from source_type ${source}. ${NO_VOLUMES} ` +
      `A blank disk of the server's host has destination_type local. (${field})`,
  );

export const imageWithoutSize = (field: string): VolvoxError =>
  invalid(`Images with destination_type 'volume' need to have a non-zero size specified. (${field}.volume_size)`);

export const blankWithoutSize = (field: string): VolvoxError =>
  invalid(`Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size. (${field}.volume_size)`);

export const ephemeralTooLarge = (requestedGb: number, flavorGb: number): VolvoxError =>
  invalid(
    'Ephemeral disks requested are larger than the instance type allows. ' +
      'If no size is given in one block device mapping, flavor ephemeral size will be used. ' +
      `Requested are ${requestedGb} GiB; the flavor allows ${flavorGb} GiB.`,
  );

export const swapTooLarge = (requestedMb: number, flavorMb: number): VolvoxError =>
  invalid(
    `Swap drive requested is larger than instance type allows. Requested are ${requestedMb} MiB; the flavor allows ${flavorMb} MiB.`,
  );

export const tooManyLocals = (requested: number, allowed: number): VolvoxError =>
  invalid(
    `${MAPPING}: You specified more local devices than the limit allows. ` +
      `They are ${requested} with the disks of the flavor; ${allowed} are allowed.`,
  );

export const twoForms = (): VolvoxError =>
  invalid(
    'Using different block_device_mapping syntaxes is not allowed in the same request. ' +
      'Use block_device_mapping_v2 alone.',
  );
