import type { ImageCounts } from '#platform/objects/host.ts';
import { member } from '#platform/objects/member.ts';

/** A property of an image and its value. */
export type ImageProperty = readonly [name: string, value: string];

export const NO_IMAGES: ImageCounts = {};

/** How many servers are of images with this property. */
export const serversWith = (counts: ImageCounts, [name, value]: ImageProperty): number =>
  member(member(counts, name) ?? {}, value) ?? 0;

/** With one server more, of an image with these properties. */
export function withImage(counts: ImageCounts, properties: Readonly<Record<string, string>>): ImageCounts {
  const names = Object.entries(properties);
  if (names.length === 0) return counts;
  const added = names.map((property) => {
    const [name, value] = property;
    return [name, { ...member(counts, name), [value]: serversWith(counts, property) + 1 }] as const;
  });
  return { ...counts, ...Object.fromEntries(added) };
}

/** The same text for the same property and value, and no other. */
export const textOf = (property: ImageProperty): string => JSON.stringify(property);

/** Of every property that one of the servers has. */
export const textsOf = (counts: ImageCounts): readonly string[] =>
  Object.entries(counts).flatMap(([name, values]) =>
    Object.entries(values).flatMap(([value, servers]) => (servers > 0 ? textOf([name, value]) : [])),
  );
