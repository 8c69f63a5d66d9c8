import { openApiDocument } from './openapi-document.ts';

// Prints the document: `node dist/openapi.js > openapi.json`
process.stdout.write(`${JSON.stringify(await openApiDocument(), null, 2)}\n`);
