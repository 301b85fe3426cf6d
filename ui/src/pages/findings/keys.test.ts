import { expect, it } from "vitest";

import { decided } from "@/api/decided";
import type { Finding } from "@/api/governanceTypes";
import { percent } from "@/components/finding";
import { commandOf } from "@/pages/findings/keys";

it("moves within the list", () => {
  expect(commandOf("j", 0, 3)).toEqual({ kind: "move", to: 1 });
  expect(commandOf("ArrowDown", 2, 3)).toEqual({ kind: "move", to: 2 });
  expect(commandOf("k", 0, 3)).toEqual({ kind: "move", to: 0 });
  expect(commandOf("j", 0, 0)).toBeUndefined();
});

it("decides by c, r and o, and leaves other keys alone", () => {
  expect(["c", "r", "o"].map((key) => commandOf(key, 0, 1))).toEqual([
    { decision: "confirm", kind: "decide" },
    { decision: "reject", kind: "decide" },
    { decision: "reopen", kind: "decide" },
  ]);
  expect(commandOf("Enter", 0, 1)).toBeUndefined();
});

it("shows a decision in place", () => {
  const finding = (id: string) => ({ id, status: "proposed" }) as Finding;
  const pagination = { hasNext: false, page: 1, pageSize: 2, totalCount: 2 };
  const page = decided({ data: [finding("a"), finding("b")], pagination }, new Set(["b"]), "reject");
  expect(page.data.map(({ status }) => status)).toEqual(["proposed", "rejected"]);
});

it("never says more than it is sure of", () => {
  expect([percent(0.999), percent(1), percent(0.29)]).toEqual(["99 %", "100 %", "29 %"]);
});
