import { HStack } from "@chakra-ui/react";
import type { ReactNode } from "react";

/** The filters above a list; they wrap where it is narrow. */
export function FilterBar({ children }: { readonly children: ReactNode }) {
  return (
    <HStack align="stretch" flexWrap="wrap" mb={3}>
      {children}
    </HStack>
  );
}
