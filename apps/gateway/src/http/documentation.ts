import express, { Router, type Request, type RequestHandler, type Response } from 'express';
import { isInScope } from '../listeners/scope.ts';

/** A page of Swagger UI; addresses are relative, so that it works behind a path of a proxy. */
function page(base: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Millrace REST API</title>
<link rel="stylesheet" href="${base}docs/swagger-ui.css">
<link rel="icon" type="image/png" href="${base}docs/favicon-32x32.png" sizes="32x32">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${base}docs/swagger-ui-bundle.js"></script>
<script>window.ui = SwaggerUIBundle({ url: '${base}openapi.json', dom_id: '#swagger-ui' });</script>
</body>
</html>
`;
}

/** `/openapi.json`, and Swagger UI at `/docs` from the files in `uiFolder`. */
export function documentation(document: unknown, uiFolder: string): RequestHandler {
  const text = JSON.stringify(document);
  const router = Router({ caseSensitive: true });
  router.use((request, _response, next) => {
    next(isInScope(request, request.path) ? undefined : 'router');
  });
  router.get('/openapi.json', (_request: Request, response: Response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(text);
  });
  router.get('/docs', (request: Request, response: Response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(page(request.path.endsWith('/') ? '../' : ''));
  });
  router.use('/docs', express.static(uiFolder, { index: false, redirect: false, maxAge: '1h' }));
  return router;
}
