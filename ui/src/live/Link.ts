/**
 * One WebSocket of a page for all that it follows.
 *
 * It is open while somebody follows something and the page is seen. After a break each subscription goes on behind the
 * last event it saw; where no stream is served, the pages go on by asking.
 */

export type LiveEvent = {
  readonly asset_id?: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly event: string;
  readonly event_id?: number;
  readonly task_id?: string;
  readonly type: string;
};

export type Channel = "asset.updates" | "task.progress";

/** What a link needs of a WebSocket. */
export type Socket = Pick<WebSocket, "close" | "onclose" | "onmessage" | "onopen" | "send">;

type Following = {
  readonly channel: Channel;
  readonly heard: Set<(event: LiveEvent) => void>;
  readonly id: string;
  last: number | undefined;
};

type Message = Partial<LiveEvent> & { readonly id?: string; readonly last_event_id?: number };

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** Tries without ever an open link after which none is served here. */
const MOST_TRIES = 3;
const SESSION_OVER = 4401;

export class Link {
  readonly #following = new Map<string, Following>();
  readonly #listeners = new Set<(open: boolean) => void>();
  readonly #make: () => Socket;
  #socket: Socket | undefined;
  #open = false;
  #seen = true;
  #served = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;

  constructor(make: () => Socket) {
    this.#make = make;
  }

  get open(): boolean {
    return this.#open;
  }

  /** Calls back for each event of an asset or a task, until what is returned is called. */
  follow(channel: Channel, id: string, onEvent: (event: LiveEvent) => void): () => void {
    const key = `${channel} ${id}`;
    const known = this.#following.get(key);
    const following = known ?? { channel, heard: new Set(), id, last: undefined };
    following.heard.add(onEvent);
    if (known === undefined) {
      this.#following.set(key, following);
      this.#ask("subscribe", key, following);
    }
    this.#keep();
    return () => {
      following.heard.delete(onEvent);
      if (following.heard.size === 0 && this.#following.delete(key)) {
        this.#ask("unsubscribe", key, following);
        this.#keep();
      }
    };
  }

  /** Tells whether the link is open, now and whenever that changes. */
  watch(onOpen: (open: boolean) => void): () => void {
    this.#listeners.add(onOpen);
    return () => void this.#listeners.delete(onOpen);
  }

  /** Closes the link of a page that nobody sees, and opens it again. */
  show(seen: boolean): void {
    this.#seen = seen;
    this.#tries = 0;
    this.#keep();
  }

  #keep(): void {
    const wanted = this.#seen && this.#following.size > 0;
    if (!wanted) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#socket?.close();
      this.#socket = undefined;
      this.#tell(false);
    } else if (this.#socket === undefined && this.#timer === undefined && (this.#served || this.#tries < MOST_TRIES)) {
      this.#connect();
    }
  }

  #connect(): void {
    const socket = this.#make();
    this.#socket = socket;
    this.#tries += 1;
    socket.onopen = () => {
      this.#served = true;
      this.#tries = 0;
      this.#tell(true);
      this.#following.forEach((following, key) => this.#ask("subscribe", key, following));
    };
    socket.onmessage = ({ data }: MessageEvent) => this.#hear(String(data));
    socket.onclose = ({ code }: CloseEvent) => {
      if (this.#socket === socket) {
        this.#socket = undefined;
        this.#tell(false);
        this.#later(code);
      }
    };
  }

  #later(code: number): void {
    if (code === SESSION_OVER || (!this.#served && this.#tries >= MOST_TRIES)) {
      return;
    }
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries) * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#keep();
    }, wait);
  }

  #ask(type: "subscribe" | "unsubscribe", key: string, { channel, id, last }: Following): void {
    if (this.#open) {
      const what = channel === "task.progress" ? { task_id: id } : { asset_id: id };
      const after = type === "subscribe" && last !== undefined ? { last_event_id: last } : {};
      this.#socket?.send(JSON.stringify({ type, channel, ...what, ...after, id: key }));
    }
  }

  #hear(text: string): void {
    const message = JSON.parse(text) as Message;
    const following = message.id === undefined ? undefined : this.#following.get(message.id);
    if (following === undefined) {
      return;
    }
    following.last = message.event_id ?? message.last_event_id ?? following.last;
    if (message.data !== undefined && message.event !== undefined) {
      following.heard.forEach((heard) => heard(message as LiveEvent));
    }
  }

  #tell(open: boolean): void {
    if (this.#open !== open) {
      this.#open = open;
      this.#listeners.forEach((listener) => listener(open));
    }
  }
}
