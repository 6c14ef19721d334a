/**
 * Parts of a list, in its order, none of which is longer than `mostBytes` as JSON, but for one item that is so by itself: it makes its
 * own message, and none that the peer refuses for everybody in it.
 * @param sent what of an item is in the message.
 */
export function bySize<T>(
  items: readonly T[],
  mostBytes: number,
  sent: (item: T) => unknown = (item) => item,
): readonly (readonly T[])[] {
  if (items.length === 1) return [items];
  const parts: T[][] = [];
  let left = 0;
  for (const item of items) {
    const bytes = Buffer.byteLength(JSON.stringify(sent(item)));
    const part = parts.at(-1);
    if (part === undefined || bytes > left) {
      parts.push([item]);
      left = mostBytes - bytes;
    } else {
      part.push(item);
      left -= bytes;
    }
  }
  return parts;
}
