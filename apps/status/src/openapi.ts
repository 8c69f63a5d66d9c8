/** Writes the OpenAPI document to standard output, or to the file named: no broker, no database. */
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { previewDocument } from './http/preview-document.ts';

const text = `${JSON.stringify(await previewDocument(), null, 2)}\n`;
const [path] = process.argv.slice(2);
if (path === undefined) {
  process.stdout.write(text);
} else {
  writeFileSync(path, text);
}
