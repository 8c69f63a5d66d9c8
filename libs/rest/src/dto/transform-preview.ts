import { ApiProperty } from '@nestjs/swagger';
import { ANY_VALUE } from '../openapi/any-value.ts';
import { PREVIEW_OUTCOMES, type PreviewOutcome } from './enums.ts';

/** Data of Connect as JSON. */
export class PreviewData {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'As Connect writes schemas in JSON; null without one',
  })
  schema!: Readonly<Record<string, unknown>> | null;

  @ApiProperty({ ...ANY_VALUE, description: 'Integers are exact, bytes in base64, decimals numbers' })
  payload!: unknown;
}

export class PreviewHeader {
  @ApiProperty({ type: String })
  key!: string;

  @ApiProperty({ type: PreviewData })
  value!: PreviewData;
}

/** A record as it leaves a transform; it can be sent as a sample again. */
export class PreviewRecord {
  @ApiProperty({ type: String })
  topic!: string;

  @ApiProperty({ type: 'integer', format: 'int32', nullable: true })
  partition!: number | null;

  @ApiProperty({ type: 'integer', format: 'int64', nullable: true, description: 'null for sources' })
  offset!: number | null;

  @ApiProperty({ type: 'integer', format: 'int64', nullable: true })
  timestamp!: number | null;

  @ApiProperty({ type: PreviewData })
  key!: PreviewData;

  @ApiProperty({ type: PreviewData })
  value!: PreviewData;

  @ApiProperty({ type: [PreviewHeader] })
  headers!: readonly PreviewHeader[];
}

export class PreviewPredicate {
  @ApiProperty({ type: String })
  alias!: string;

  @ApiProperty({ type: String })
  class!: string;

  @ApiProperty({ type: Boolean, nullable: true, description: 'Whether it held; null when it failed' })
  held!: boolean | null;

  @ApiProperty({
    type: Boolean,
    description: 'Whether the transform is for records for which it does not hold',
  })
  negate!: boolean;
}

export class PreviewError {
  @ApiProperty({ type: String })
  class!: string;

  @ApiProperty({ type: String })
  message!: string;
}

/** What one transform made of a record. */
export class PreviewStep {
  @ApiProperty({ type: String })
  alias!: string;

  @ApiProperty({ type: String })
  class!: string;

  @ApiProperty({ type: PreviewPredicate, nullable: true })
  predicate!: PreviewPredicate | null;

  @ApiProperty({ type: Boolean, description: 'false: its predicate kept it from the record' })
  applied!: boolean;

  @ApiProperty({ enum: PREVIEW_OUTCOMES, enumName: 'PreviewOutcome' })
  outcome!: PreviewOutcome;

  @ApiProperty({ type: PreviewRecord, nullable: true, description: 'null when it was dropped or failed' })
  record!: PreviewRecord | null;

  @ApiProperty({ type: PreviewError, nullable: true })
  error!: PreviewError | null;
}

/** What became of one sample. */
export class PreviewedRecord {
  @ApiProperty({ type: [PreviewStep], description: 'Up to the one that dropped it or failed' })
  steps!: readonly PreviewStep[];

  @ApiProperty({ type: PreviewRecord, nullable: true, description: 'null when it was dropped or failed' })
  result!: PreviewRecord | null;
}

/** What transforms make of samples. */
export class TransformPreview {
  @ApiProperty({ type: String, nullable: true, description: 'Who tried them; null: the gateway itself' })
  worker!: string | null;

  @ApiProperty({ type: [PreviewedRecord], description: 'In the order of the samples' })
  records!: readonly PreviewedRecord[];
}
