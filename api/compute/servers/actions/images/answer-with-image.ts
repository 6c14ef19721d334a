import type { ImageRecord } from '#platform/directory/stores/images.ts';
import type { ApiDeps } from '../../../../deps.ts';
import type { ByVersion } from '../../../../http/by-version.ts';
import { string } from '../../../../http/parameter-types.ts';
import { shape } from '../../../../http/response-types.ts';
import { Answer, type ApiRequest, type ResponseBody } from '../../../../http/route.ts';
import { since } from '../../../../http/since.ts';

const SINCE = since({ imageId: 45 });

/** Until 2.44 a header names the image. */
export const imageAnswer: ByVersion<ResponseBody> = { 1: 'empty', 45: shape({ image_id: string }) };

/** @param isNamed whether the header names the image; the body always does. */
export function answerWithImage(
  { config }: Pick<ApiDeps, 'config'>,
  { version }: Pick<ApiRequest, 'version'>,
  { id }: Pick<ImageRecord, 'id'>,
  isNamed = true,
): Answer {
  if (SINCE.imageId(version)) return new Answer(202, { image_id: id });
  return new Answer(202, undefined, isNamed ? { location: `${config.publicUrl}/image/v2/images/${id}` } : {});
}
