import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { StoreTimeoutError } from '../../src/index.ts';
import { EndReads } from '../../src/log/end-reads.ts';
import { Positions } from '../../src/log/positions.ts';

/** Looks at the end that the test answers. */
class Looks {
  readonly positions = new Positions('t');
  readonly reads = new EndReads({
    topic: 't',
    positions: this.positions,
    ends: () =>
      new Promise((resolve, reject) => {
        this.open.push({
          answer: (end) => {
            resolve(new Map([[0, end]]));
          },
          fail: reject,
        });
      }),
  });
  readonly open: { readonly answer: (end: number) => void; readonly fail: (error: Error) => void }[] = [];

  async next(): Promise<{ readonly answer: (end: number) => void; readonly fail: (error: Error) => void }> {
    await waitFor('a look at the end', () => this.open.length > 0, { intervalMs: 1 });
    const [look] = this.open.splice(0, 1);
    if (look === undefined) {
      throw new Error('Nobody looks at the end');
    }
    return look;
  }
}

/** Whether a promise has resolved by the time everything else that is due has run. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

describe('reads to the end', () => {
  it('rest on a look that began after they came', async () => {
    const subject = new Looks();
    const first = subject.reads.request(5_000);
    const look = await subject.next();
    const second = subject.reads.request(5_000);
    const third = subject.reads.request(5_000);
    look.answer(0);
    expect(await isDone(first)).toBe(true);
    expect(await isDone(second)).toBe(false);
    (await subject.next()).answer(0);
    await Promise.all([second, third]);
    expect(subject.open).toEqual([]);
  });
});

describe('a read to the end', () => {
  it('ends when what was there has been read', async () => {
    const subject = new Looks();
    const read = subject.reads.request(5_000);
    (await subject.next()).answer(7);
    expect(await isDone(read)).toBe(false);
    subject.positions.advance(new Map([[0, 6]]));
    expect(await isDone(read)).toBe(false);
    subject.positions.advance(new Map([[0, 7]]));
    await read;
  });

  it('looks again when a look fails, and says why when its time is over', async () => {
    const subject = new Looks();
    const read = subject.reads.request(5_000);
    const hopeless = subject.reads.request(50);
    (await subject.next()).fail(new Error('no leader'));
    await expect(hopeless).rejects.toThrow(StoreTimeoutError);
    await expect(hopeless).rejects.toThrow('no leader');
    (await subject.next()).answer(0);
    await read;
  });

  it('is refused once the topic is no longer read', async () => {
    const subject = new Looks();
    const waiting = subject.reads.request(5_000);
    subject.reads.close();
    await expect(waiting).rejects.toThrow(StoreTimeoutError);
    await expect(subject.reads.request(5_000)).rejects.toThrow(StoreTimeoutError);
  });
});
