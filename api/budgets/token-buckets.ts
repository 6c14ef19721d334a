import { BoundedCache } from '../http/bounded-cache.ts';

interface Bucket {
  tokens: number;
  /** When `tokens` was right, ms. */
  at: number;
}

interface TokenBucketsOptions {
  readonly perSecond: number;
  readonly burst: number;
  /** The most keys that are remembered. The least recently used one starts again with a full bucket. */
  readonly maxKeys: number;
}

/** A token bucket for each key: `perSecond` for long, `burst` at once. */
export class TokenBuckets {
  readonly #options: TokenBucketsOptions;
  readonly #buckets: BoundedCache<string, Bucket>;

  constructor(options: TokenBucketsOptions) {
    this.#options = options;
    this.#buckets = new BoundedCache(options.maxKeys);
  }

  /** Takes a token. @returns 0, or without a token the time until there is one, ms. */
  take(key: string, now: number): number {
    const { perSecond, burst } = this.#options;
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const grown = (Math.max(0, now - bucket.at) / 1_000) * perSecond;
    bucket.tokens = Math.min(burst, bucket.tokens + grown);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    if (bucket.tokens < 1) return ((1 - bucket.tokens) / perSecond) * 1_000;
    bucket.tokens -= 1;
    return 0;
  }
}
