import { mapVersions } from '../../../http/by-version.ts';
import {
  boolean,
  deviceTag,
  extend,
  looseQuery,
  nonNegativeInteger,
  object,
  several,
  strictQuery,
  string,
  uuid,
  wrapped,
} from '../../../http/parameter-types.ts';

const PAGE = { limit: several(nonNegativeInteger), offset: several(nonNegativeInteger) };
export const listAttachmentsQuery = { 1: looseQuery(PAGE), 75: strictQuery(PAGE) };

const device = { type: ['string', 'null'], pattern: '(^/dev/x{0,1}[a-z]{0,1}d{0,1})([a-z]+)[0-9]*$' };
const plain = object({ volumeId: uuid, device }, ['volumeId']);
const tagged = extend(plain, { tag: deviceTag });
export const attachVolumeBody = mapVersions(
  { 1: plain, 49: tagged, 79: extend(tagged, { delete_on_termination: boolean }) },
  (attachment) => wrapped('volumeAttachment', attachment),
);

const swapped = object({ volumeId: uuid }, ['volumeId']);
export const changeAttachmentBody = mapVersions(
  {
    1: swapped,
    85: extend(swapped, {
      device,
      tag: deviceTag,
      delete_on_termination: boolean,
      serverId: uuid,
      id: string,
    }),
  },
  (attachment) => wrapped('volumeAttachment', attachment),
);
