/** One WebSocket for a page and all topics that it follows; comes back by itself. */
import { decode } from './exact';

/** `dropped`: how many came before it that this page was too slow for. */
type Handler = (data: unknown, dropped: number) => void;

interface Followed {
  topic: string;
  args: object;
  handler: Handler;
  onBegin: (() => void) | undefined;
}

export type LinkState = 'off' | 'connecting' | 'live';
const FIRST_MS = 500;
const LONGEST_MS = 15_000;
// From one page to the next the connection stays.
const LINGER_MS = 2000;
// A connection that goes sooner was none: something in between takes it and lets it go.
const HELD_MS = 5000;

export class LiveSocket {
  private socket: WebSocket | undefined;
  private followed = new Map<number, Followed>();
  private nextId = 1;
  private wait = FIRST_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lingering: ReturnType<typeof setTimeout> | undefined;
  private listeners = new Set<() => void>();
  state: LinkState = 'off';

  constructor(private readonly url: () => string) {}

  /** Follow a topic until the function that comes back is called. A topic of what happens calls `onBegin` when it has
   *  begun, at first and after every cut: what happened before was not told. */
  follow(topic: string, args: object, handler: Handler, onBegin?: () => void): () => void {
    const id = this.nextId++;
    this.followed.set(id, { topic, args, handler, onBegin });
    clearTimeout(this.lingering);
    if (!this.socket) this.open();
    else this.send(id);
    return () => {
      this.followed.delete(id);
      if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ id, op: 'unsub' }));
      if (!this.followed.size) this.lingering = setTimeout(() => this.close(), LINGER_MS);
    };
  }

  onState(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private open(): void {
    clearTimeout(this.timer);
    this.set('connecting');
    const socket = (this.socket = new WebSocket(this.url()));
    let opened = Infinity;
    socket.onopen = () => {
      opened = performance.now();
      this.set('live');
      for (const id of this.followed.keys()) this.send(id);
    };
    socket.onmessage = (event) => {
      const message = decode(String(event.data)) as { id: number; t: string; d: unknown; dropped?: number };
      const followed = this.followed.get(message.id);
      if (message.t === 'data') followed?.handler(message.d, message.dropped ?? 0);
      else if (message.t === 'begin') followed?.onBegin?.();
    };
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      this.set('connecting');
      if (performance.now() - opened > HELD_MS) this.wait = FIRST_MS;
      this.timer = setTimeout(() => this.open(), this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST_MS);
    };
  }

  private send(id: number): void {
    const followed = this.followed.get(id);
    if (followed && this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify({ id, op: 'sub', topic: followed.topic, args: followed.args }));
    }
  }

  private close(): void {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = undefined;
    // A browser complains when a connection is closed before it is open.
    if (socket?.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
    else socket?.close();
    this.set('off');
  }

  private set(state: LinkState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

export const socket = new LiveSocket(() => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/manage/ws`);
