import { ApiProperty } from '@nestjs/swagger';

/** What was done, in words. */
export class Message {
  @ApiProperty({ type: String })
  message!: string;
}

/** The body of every 4xx and 5xx (spec/rest.md section 1). */
export class ErrorMessage {
  @ApiProperty({ type: 'integer', format: 'int32', description: 'The HTTP status again' })
  error_code!: number;

  @ApiProperty({ type: String })
  message!: string;
}
