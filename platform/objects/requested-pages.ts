import { VolvoxError } from '../errors/volvox-error.ts';
import type { PageSize } from './guest-topology.ts';

const WORDS = ['small', 'large', 'any'] as const;
const KIB_PER_UNIT: Readonly<Record<string, number>> = { '': 1 / 1_024, K: 1, M: 1_024, G: 1_024 ** 2, T: 1_024 ** 3 };
const LARGEST_KB = 2 ** 40;

/**
 * The pages that a flavor and an image ask for. An image may choose a size when its flavor leaves one open (`large`, `any`), and ask for
 * nothing else.
 * @throws VolvoxError invalid in Nova's words.
 */
export function requestedPages(flavor: string | undefined, image: string | undefined): PageSize | null {
  if (!flavor) {
    if (image) throw forbidden(image, '<empty>');
    return null;
  }
  const size = pageSize(flavor);
  if (!image) return size;
  if (size !== 'any' && size !== 'large') throw forbidden(image, flavor);
  return pageSize(image);
}

const forbidden = (size: string, against: string): VolvoxError =>
  new VolvoxError('invalid', `Page size ${size} forbidden against '${against}'`, { blame: 'request' });

/** `2048` is KiB; `2MB`, `1GiB` and `8192Kb` (bits) are as oslo.utils reads them. */
function pageSize(text: string): PageSize {
  const word = WORDS.find((one) => one === text);
  if (word !== undefined) return word;
  const kb = /^\s*\d+\s*$/.test(text) ? Number(text) : inKb(text);
  if (!Number.isInteger(kb) || kb < 1 || kb > LARGEST_KB) {
    throw new VolvoxError('invalid', `Invalid memory page size '${text}'`, { blame: 'request' });
  }
  return kb;
}

function inKb(text: string): number {
  const [, amount, unit = '', kind] = /^(\d+)([KMGT]?)i?(b|bit|B)$/.exec(text) ?? [];
  if (amount === undefined) return 0;
  return (Number(amount) * (KIB_PER_UNIT[unit] ?? 0)) / (kind === 'B' ? 1 : 8);
}
