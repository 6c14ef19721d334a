import type { ImageAmounts } from '#platform/directory/stores/image-quotas.ts';
import type { ApiConfig } from '../../config.ts';

/** The limits of a project without its own ones, in Glance's words. */
export const imageDefaults = (config: ApiConfig): ImageAmounts => ({
  image_count_total: config.imageCountTotal,
  image_size_total: config.imageSizeTotalMb,
  image_count_uploading: config.imageCountUploading,
});
