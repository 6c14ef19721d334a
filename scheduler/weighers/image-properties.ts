import { type ImageProperty, serversWith } from '../image-counts.ts';
import type { Weigher } from './weigher.ts';

/** Weights of properties by name; empty: each property of Nova counts 1. */
export type ImagePropertyWeights = Readonly<Record<string, number>>;

/** How the names begin that Nova knows of (nova/objects/image_meta.py). Others say nothing of hardware or system. */
const KNOWN = /^(hw|img|os)_/;

/**
 * Prefers hosts with more servers of images that have properties of the requested image, with the same values; with a negative multiplier,
 * hosts with fewer (nova/scheduler/weights/image_props.py). Off, also for hosts of aggregates, while its multiplier is 0.
 */
export const imageProperties = (weights: ImagePropertyWeights): Weigher => {
  const isListed = Object.keys(weights).length > 0;
  const weightOf = (name: string) => (isListed ? (weights[name] ?? 0) : Number(KNOWN.test(name)));
  const weighed = (properties: Readonly<Record<string, string>>): readonly ImageProperty[] =>
    Object.entries(properties).filter(([name]) => weightOf(name) !== 0);
  return {
    name: 'imageProperties',
    images: ({ imageProperties: requested }) => weighed(requested),
    isOffAtZero: true,
    multiplier: 0,
    aggregateKey: 'image_props_weight_multiplier',
    weight: ({ imageProperties: requested }) => {
      const properties = weighed(requested);
      if (properties.length === 0) return null;
      return ({ images }) =>
        properties.reduce((sum, property) => sum + weightOf(property[0]) * serversWith(images, property), 0);
    },
  };
};
