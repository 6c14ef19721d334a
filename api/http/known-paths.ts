import type { FastifyInstance } from 'fastify';

/** The methods of each path, to distinguish a wrong method (405) from a wrong path (404). Used only when no route matched. */
export class KnownPaths {
  readonly #patterns = new Map<string, { expression: RegExp; methods: Set<string> }>();

  /** Collects every route that is added to `app` from now on. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', (route) => {
      const known = this.#patterns.get(route.url) ?? {
        expression: expressionOf(route.url),
        methods: new Set<string>(),
      };
      for (const method of [route.method].flat()) known.methods.add(method);
      this.#patterns.set(route.url, known);
    });
  }

  methodsOf(url: string): readonly string[] {
    const path = url.split('?', 1)[0] ?? '';
    const methods = new Set<string>();
    for (const { expression, methods: ofPattern } of this.#patterns.values()) {
      if (expression.test(path)) for (const method of ofPattern) methods.add(method);
    }
    return [...methods].sort();
  }
}

const expressionOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split('/')
      .map((part) =>
        part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
      )
      .join('/')}$`,
  );
