import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import { createClient } from "graphql-ws";
import { createRoot } from "react-dom/client";

import "./page.css";
import { EXAMPLE } from "./example";

const address = location.pathname.replace(/\/$/, "");
const socket = new URL(address, location.href.replace(/^http/, "ws"));

const fetcher = createGraphiQLFetcher({
  enableIncrementalDelivery: false,
  headers: { "X-Crosswind-Request": "graphiql" },
  url: address,
  wsClient: createClient({ lazy: true, retryAttempts: 0, url: socket.href }),
});

const root = document.getElementById("graphiql");
if (root) {
  createRoot(root).render(
    <GraphiQL
      defaultEditorToolsVisibility="variables"
      defaultQuery={EXAMPLE}
      fetcher={fetcher}
      inputValueDeprecation={false}
      shouldPersistHeaders={false}
    />,
  );
}
