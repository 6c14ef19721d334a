import { Type } from 'typebox';
import { isYes } from '#platform/objects/boolean-text.ts';
import type { Save } from '#platform/objects/guest-parts.ts';
import { Save as SaveSchema } from '#platform/objects/guest-parts.ts';
import type { Image } from '#platform/objects/image.ts';
import { Uuid } from '#platform/objects/scalars.ts';

/** The image that the API has made for a save of the root disk, and where a host uploads its bytes. */
export const SavedImage = Type.Object({ imageId: Uuid, upload: SaveSchema.properties.upload });

/** The save that makes the bytes of this image. The image that the server was made from says whether the guest flushes its file systems first. */
export const saveFor = ({ imageId, upload }: { imageId: string; upload: Save['upload'] }, base: Image): Save => ({
  saveId: imageId,
  upload,
  quiesce: isYes(base.properties.os_require_quiesce)
    ? 'required'
    : isYes(base.properties.hw_qemu_guest_agent)
      ? 'if-possible'
      : 'never',
});
