import { describe, expect, it } from 'vitest';
import { Lease, LeaseExpiredError } from '../../src/host/lease.ts';

describe('A lease', () => {
  it('is over until it was renewed, and again when its time has come', () => {
    let now = 0;
    const lease = new Lease(() => now);
    expect(lease.valid).toBe(false);
    expect(lease.check).toThrow(LeaseExpiredError);
    lease.renew(10);
    expect(lease.valid).toBe(true);
    lease.check();
    now = 10;
    expect(lease.valid).toBe(false);
    expect(lease.check).toThrow(LeaseExpiredError);
  });

  it('can be waited for', async () => {
    const lease = new Lease(() => 5);
    let valid = false;
    const waited = lease.whenValid().then(() => {
      valid = true;
    });
    lease.renew(3);
    await Promise.resolve();
    expect(valid).toBe(false);
    lease.renew(8);
    await waited;
    await lease.whenValid();
  });
});
