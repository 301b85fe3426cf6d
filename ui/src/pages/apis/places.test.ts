import { expect, test } from "vitest";

import { places } from "@/pages/apis/places";

const at = (grpc: string) => Object.fromEntries(places("https://air.example.com/team/crosswind", grpc, "air.example.com").map((each) => [each.name, each]));

test("each protocol has its address under Airflow's own", () => {
  const found = at("127.0.0.1:50051");
  expect(found["REST: metastore"]?.address).toBe("https://air.example.com/team/crosswind/metastore/v1");
  expect(found["GraphQL"]?.pages[0]).toEqual(["Try it in GraphiQL", "https://air.example.com/team/crosswind/metastore/graphql"]);
  expect(found["WebSocket"]?.address).toBe("wss://air.example.com/team/crosswind/metastore/v1/ws");
  expect(found["gRPC"]?.address).toBe("127.0.0.1:50051");
});

test("a server on all addresses is reached by Airflow's name", () => {
  expect(at("0.0.0.0:50051")["gRPC"]?.address).toBe("air.example.com:50051");
  expect(at("[::]:6000")["gRPC"]?.address).toBe("air.example.com:6000");
});
