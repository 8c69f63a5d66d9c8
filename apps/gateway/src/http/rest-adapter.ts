import { ExpressAdapter } from '@nestjs/platform-express';
import type { Response } from 'express';
import { Reply } from './reply.ts';
import { RouteTable } from './route-table.ts';
import { sendJson } from './send-json.ts';

type RouteArguments = Parameters<ExpressAdapter['get']>;

/** Nest's Express adapter, which answers by {@link sendJson} and remembers the routes it was given. */
export class RestAdapter extends ExpressAdapter {
  readonly routes = new RouteTable();

  override reply(response: Response, body: unknown, status?: number): void {
    if (body instanceof Reply) {
      response.set(body.headers);
      sendJson(response, body.status, body.body);
    } else {
      sendJson(response, status ?? response.statusCode, body);
    }
  }

  override get(...route: unknown[]): unknown {
    return super.get(...this.#note('GET', route));
  }

  override post(...route: unknown[]): unknown {
    return super.post(...this.#note('POST', route));
  }

  override put(...route: unknown[]): unknown {
    return super.put(...this.#note('PUT', route));
  }

  override patch(...route: unknown[]): unknown {
    return super.patch(...this.#note('PATCH', route));
  }

  override delete(...route: unknown[]): unknown {
    return super.delete(...this.#note('DELETE', route));
  }

  #note(method: string, route: unknown[]): RouteArguments {
    const [path] = route;
    this.routes.add(method, String(path));
    return route as RouteArguments;
  }
}
