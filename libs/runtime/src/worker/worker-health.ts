/** What a worker says of itself, as `GET /health` shows it (spec/rest.md section 2). */
export interface WorkerHealth {
  readonly status: 'starting' | 'healthy' | 'unhealthy';
  readonly message: string;
}
