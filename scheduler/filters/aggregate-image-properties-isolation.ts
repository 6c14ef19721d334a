import { member } from '#platform/objects/member.ts';
import type { Filter } from './filter.ts';

/**
 * Where aggregates of a host have a property of the image in their metadata, one of their values, which commas separate, must be the image's. A property
 * that the image or the aggregates do not have does not matter (nova/scheduler/filters/aggregate_image_properties_isolation.py).
 */
export const aggregateImagePropertiesIsolation: Filter = {
  name: 'aggregate-image-properties-isolation',
  question: ({ imageProperties }) => {
    const properties = Object.entries(imageProperties).filter(([, value]) => value !== '');
    if (properties.length === 0) return null;
    return ({ aggregates }) => {
      for (const [key, value] of properties) {
        const allowed = aggregates.flatMap(({ metadata }) => member(metadata, key)?.split(',') ?? []);
        if (allowed.length > 0 && !allowed.some((one) => one.trim() === value))
          return `its aggregates are for images with another ${key}`;
      }
      return null;
    };
  },
};
