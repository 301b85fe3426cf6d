import { expect, it } from "vitest";

import type { Asset } from "@/api/catalogTypes";
import { ofDag } from "@/api/ofDag";

const named = (...names: readonly string[]) => names.map((name) => ({ name }) as Asset);

it("takes a DAG's own tasks and no other DAG's whose name begins alike", () => {
  const found = ofDag(named("load_orders.b", "load", "load.store", "load.fetch", "my_load.x"), "load");
  expect(found.map(({ name }) => name)).toEqual(["load", "load.fetch", "load.store"]);
});
