import { afterAll, beforeAll } from 'vitest';
import { createFrontApp, type FrontApp } from './front-app.ts';

/** A front app with a token of each seeded user. */
interface UsedFrontApp extends FrontApp {
  readonly admin: string;
  readonly demo: string;
  readonly outsider: string;
  /** Gets the three tokens anew. */
  logIn(): Promise<void>;
}

/** One front app for all tests of the file or of the `describe`. It has no members before they begin. */
export function useFrontApp(): UsedFrontApp {
  const used = {} as UsedFrontApp;
  beforeAll(async () => {
    const front = await createFrontApp();
    const logIn = async () => {
      const [admin, demo, outsider] = [
        await front.login('admin', 'admin'),
        await front.login('demo', 'demo'),
        await front.login('outsider', 'other'),
      ];
      Object.assign(used, { admin, demo, outsider });
    };
    Object.assign(used, front, { logIn });
    await logIn();
  });
  afterAll(() => used.close?.());
  return used;
}
