import openapiTypeScript, { astToString } from 'openapi-typescript';
import { beforeAll, expect, test } from 'vitest';
import { openApiDocument } from '../src/openapi-document.ts';

type Document = Awaited<ReturnType<typeof openApiDocument>>;

let document: Document;

beforeAll(async () => {
  document = await openApiDocument();
});

// Both files are written by `vitest run apps/gateway/test/openapi.test.ts -u`.
test('openapi.json is the document of the controllers', async () => {
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('../openapi.json');
});

test("the client's types are generated from it", async () => {
  const types = astToString(await openapiTypeScript(document as never));
  await expect(types).toMatchFileSnapshot('../../../libs/client/src/generated.ts');
});

test('every operation has an id of its own, answers by their codes, and the error schema for each 4xx and 5xx', () => {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation: operation as Operation })),
  );
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);

  for (const { path, method, operation } of operations) {
    const where = `${method} ${path}`;
    for (const [code, response] of Object.entries(operation.responses)) {
      expect(code, where).toMatch(/^[2345]\d\d$/);
      if (Number(code) >= 400 && path !== '/health') {
        const schema = response.content?.['application/json']?.schema;
        expect(schema, `${where} ${code}`).toEqual({ $ref: '#/components/schemas/ErrorMessage' });
      }
    }
  }
});

test("operations that Apache's document has are called as there", () => {
  const ids = Object.values(document.paths).flatMap((item) =>
    Object.values(item as Readonly<Record<string, Operation>>).map(({ operationId }) => operationId),
  );
  expect(ids).toEqual(expect.arrayContaining(APACHE_OPERATIONS));
});

test('no two enums have a constant of the same name, which is all that tells them apart in Go', () => {
  const enums = Object.values(document.components?.schemas ?? {}) as readonly EnumSchema[];
  const constants = enums.flatMap((schema) => schema['x-enum-varnames'] ?? schema.enum ?? []);
  const names = constants.map((name) => name.toUpperCase());
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

interface EnumSchema {
  readonly enum?: readonly string[];
  readonly 'x-enum-varnames'?: readonly string[];
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: unknown }>> }>
  >;
}

/** All but the internal ones (`putTaskConfigs`, `fenceZombies`), which are no part of this design. */
const APACHE_OPERATIONS = [
  'serverInfo',
  'healthCheck',
  'listConnectors',
  'createConnector',
  'getConnector',
  'destroyConnector',
  'getConnectorConfig',
  'putConnectorConfig',
  'patchConnectorConfig',
  'getConnectorStatus',
  'pauseConnector',
  'resumeConnector',
  'stopConnector',
  'restartConnector',
  'getTaskConfigs',
  'getTaskStatus',
  'restartTask',
  'getConnectorActiveTopics',
  'resetConnectorActiveTopics',
  'getOffsets',
  'alterConnectorOffsets',
  'resetConnectorOffsets',
  'listConnectorPlugins',
  'getConnectorConfigDef',
  'validateConfigs',
  'listLoggers',
  'getLogger',
  'setLevel',
];
