import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Link, type Socket } from "@/live/Link";

class Wire implements Socket {
  closed = false;
  onclose: Socket["onclose"] = null;
  onmessage: Socket["onmessage"] = null;
  onopen: Socket["onopen"] = null;
  readonly sent: Record<string, unknown>[] = [];
  close() {
    this.closed = true;
  }
  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  opens() {
    this.onopen?.call(this as unknown as WebSocket, {} as Event);
  }
  breaks(code = 1006) {
    this.onclose?.call(this as unknown as WebSocket, { code } as CloseEvent);
  }
  says(message: unknown) {
    this.onmessage?.call(this as unknown as WebSocket, { data: JSON.stringify(message) } as MessageEvent);
  }
}

let wires: Wire[];
let link: Link;
const latest = () => wires.at(-1)!;
const KEY = "asset.updates a1";

beforeEach(() => {
  vi.useFakeTimers();
  wires = [];
  link = new Link(() => wires[wires.push(new Wire()) - 1]!);
});
afterEach(() => vi.useRealTimers());

describe("a link", () => {
  it("is opened by the first who follows and closed by the last who leaves", () => {
    const stops = [link.follow("asset.updates", "a1", () => undefined), link.follow("asset.updates", "a1", () => undefined)];
    latest().opens();
    expect(wires).toHaveLength(1);
    expect(latest().sent).toEqual([{ asset_id: "a1", channel: "asset.updates", id: KEY, type: "subscribe" }]);
    stops[0]!();
    expect(latest().closed).toBe(false);
    stops[1]!();
    expect(latest().closed).toBe(true);
  });

  it("hands events to those who follow, and goes on behind the last after a break", () => {
    const heard: string[] = [];
    link.follow("asset.updates", "a1", ({ event }) => heard.push(event));
    latest().opens();
    latest().says({ id: KEY, last_event_id: 7, type: "subscribed" });
    latest().says({ asset_id: "a1", data: {}, event: "UPDATE", event_id: 9, id: KEY, type: "asset.updated" });
    latest().says({ type: "heartbeat" });
    latest().breaks();
    vi.advanceTimersByTime(2_000);
    expect(wires).toHaveLength(2);
    latest().opens();
    expect(heard).toEqual(["UPDATE"]);
    expect(latest().sent[0]).toMatchObject({ last_event_id: 9, type: "subscribe" });
  });

  it("goes on behind where it began when no event came before the break", () => {
    link.follow("asset.updates", "a1", () => undefined);
    latest().opens();
    latest().says({ id: KEY, last_event_id: 7, type: "subscribed" });
    link.show(false);
    expect(latest().closed).toBe(true);
    link.show(true);
    latest().opens();
    expect(latest().sent[0]).toMatchObject({ last_event_id: 7 });
  });

  it("gives up quietly where none is served", () => {
    link.follow("asset.updates", "a1", () => undefined);
    for (let turn = 0; turn < 9; turn += 1) {
      latest().breaks();
      vi.advanceTimersByTime(60_000);
    }
    expect(wires).toHaveLength(3);
    expect(link.open).toBe(false);
  });

  it("does not come back by itself when the session is over", () => {
    link.follow("asset.updates", "a1", () => undefined);
    latest().opens();
    latest().breaks(4401);
    vi.advanceTimersByTime(60_000);
    expect(wires).toHaveLength(1);
  });
});
