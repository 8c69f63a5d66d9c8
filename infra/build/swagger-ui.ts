import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What Swagger UI's page loads; the package holds ten times as much. */
const PAGES =
  /^(?:swagger-ui\.css|index\.css|swagger-ui-bundle\.js|swagger-ui-standalone-preset\.js|favicon-.*\.png|oauth2-redirect\.(?:html|js))$/;

/** Copies the static files of the app's swagger-ui-dist to `target`. */
export async function shipSwaggerUi(appFolder: string, target: string): Promise<void> {
  const source = dirname(
    createRequire(join(appFolder, 'package.json')).resolve('swagger-ui-dist/package.json'),
  );
  await mkdir(target, { recursive: true });
  const files = (await readdir(source)).filter((name) => PAGES.test(name));
  await Promise.all(files.map((name) => copyFile(join(source, name), join(target, name))));
}
