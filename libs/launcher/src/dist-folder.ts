/** Set by the bundler (infra/build): from any module of a bundle to the folder of all of them. */
declare const MILLRACE_DIST: string | undefined;

const dist = typeof MILLRACE_DIST === 'string' ? new URL(`${MILLRACE_DIST}/`, import.meta.url) : null;
const connectors = new URL('../../connectors/', import.meta.url);

/** URL of the SDK's module that this process uses; plugins must be given the same one (`shareSdk`). */
export function sdkUrl(): string {
  return dist === null ? import.meta.resolve('@millrace/connect-api') : new URL('connect-api.js', dist).href;
}

/** Folder with the connector packages that come with the app, as a URL ending in `/`; looked at besides `plugin.path`. */
export function shippedPlugins(): URL {
  return dist === null ? connectors : new URL('plugins/', dist);
}

/** Folder with Swagger UI's static files in a bundle (a URL ending in `/`), null where the sources run. */
export function shippedSwaggerUi(): URL | null {
  return dist === null ? null : new URL('swagger-ui/', dist);
}
