/** Undo and redo by snapshots. Documents are immutable, so that a step costs one reference. */
export class History<T> {
  private past: T[] = [];
  private future: T[] = [];
  private key = '';
  private at = 0;

  constructor(
    private readonly limit = 300,
    private readonly now: () => number = Date.now,
  ) {}

  get steps(): { undo: number; redo: number } {
    return { undo: this.past.length, redo: this.future.length };
  }

  /** Remember how it was before a change. Changes with the same key, each within a second of the last, are one step. */
  push(state: T, key = ''): void {
    const now = this.now();
    const isSame = key !== '' && key === this.key && now - this.at < 1000 && this.past.length > 0;
    this.key = key;
    this.at = now;
    this.future = [];
    if (isSame) return;
    this.past.push(state);
    if (this.past.length > this.limit) this.past.shift();
  }

  /** End a row of changes: the next one is a step of its own. */
  settle(): void {
    this.key = '';
  }

  undo(current: T): T | undefined {
    return this.step(this.past, this.future, current);
  }

  redo(current: T): T | undefined {
    return this.step(this.future, this.past, current);
  }

  clear(): void {
    this.past = [];
    this.future = [];
    this.key = '';
  }

  private step(from: T[], to: T[], current: T): T | undefined {
    const state = from.pop();
    if (state !== undefined) to.push(current);
    this.key = '';
    return state;
  }
}
