/** The theme: Airflow's own system where its window offers it, else one that is near to it. */

import type { SystemContext } from "@chakra-ui/react";

import { host } from "@/app/frame";

function isSystem(value: unknown): value is SystemContext {
  return typeof value === "object" && value !== null && "token" in value && "_config" in value;
}

export async function loadSystem(): Promise<SystemContext> {
  try {
    if (isSystem(host?.ChakraUISystem)) {
      return host.ChakraUISystem;
    }
  } catch {
    // Not a documented interface of Airflow's: a change there must not cost us the page.
  }
  const { localSystem } = await import("@/app/localSystem");
  return localSystem;
}
