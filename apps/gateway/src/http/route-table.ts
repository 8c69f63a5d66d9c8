const PARAMETER = ':';

/** The order in which the JVM prints methods: that of its hash set. */
const PRINT_ORDER = ['HEAD', 'DELETE', 'POST', 'GET', 'OPTIONS', 'PUT', 'PATCH'];

interface Route {
  readonly segments: readonly string[];
  readonly methods: Set<string>;
}

/** Paths and methods that the application answers, so that what it does not answer can be told apart (404, 405). */
export class RouteTable {
  readonly #routes = new Map<string, Route>();

  add(method: string, path: string): void {
    const route = this.#routes.get(path) ?? { segments: segmentsOf(path), methods: new Set(['OPTIONS']) };
    route.methods.add(method);
    if (method === 'GET') {
      route.methods.add('HEAD');
    }
    this.#routes.set(path, route);
  }

  /** The methods of a path, in the order of an `Allow` header; null when there is no such resource. */
  methods(path: string): readonly string[] | null {
    const segments = segmentsOf(path);
    const methods = new Set<string>();
    for (const route of this.#routes.values()) {
      if (matches(route.segments, segments)) {
        for (const method of route.methods) {
          methods.add(method);
        }
      }
    }
    return methods.size === 0 ? null : PRINT_ORDER.filter((method) => methods.has(method));
  }
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => part.startsWith(PARAMETER) || part === segments[index])
  );
}
