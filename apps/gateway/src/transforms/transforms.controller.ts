import { PreviewRequest, RestBody, RestOperation, TransformPreview } from '@millrace/rest';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { JsonBody } from '../http/json-body.pipe.ts';
import type { JsonText } from '../http/reply.ts';
import { Preview } from './preview.ts';

/** `/transforms` */
@ApiTags('plugins')
@Controller('transforms')
export class TransformsController {
  readonly #preview: Preview;

  constructor(@Inject(Preview) preview: Preview) {
    this.#preview = preview;
  }

  @Post('preview')
  @RestBody(PreviewRequest)
  @RestOperation({
    id: 'previewTransforms',
    summary: 'What the transforms of a connector, or of a draft, make of sample records',
    description:
      'Nothing is written. A worker tries the transforms, or the gateway itself when there is none, it has the plugins and the transforms need ' +
      'no references. What references stand for is shown as `[hidden]`, wherever a transform put it.',
    answers: [{ status: 200, description: 'The steps of each record', type: TransformPreview }],
    errors: {
      400: 'The transforms cannot be configured, or the samples cannot be read',
      404: 'There is no such connector',
      413: 'The samples, or what the transforms made of them, are too large',
      415: 'The body is no application/json',
      500: 'The transforms did not end in time, or no worker answered',
    },
  })
  preview(@Body(new JsonBody(PreviewRequest)) body: PreviewRequest): Promise<JsonText> {
    return this.#preview.of(body);
  }
}
