import { Button, Flex, Text } from "@chakra-ui/react";
import { LuDownload, LuPrinter } from "react-icons/lu";

import { reportAddress } from "@/api/compliance";
import type { Query } from "@/api/client";
import { openWindow } from "@/app/frame";

/** The report of what is shown, as files and as a page to print. */
export function Reports({ query }: { readonly query: Query }) {
  const named = ["compliance", query["standard"], query["connectionId"]].filter(Boolean).join("-").toLowerCase();
  return (
    <Flex align="center" gap={2} wrap="wrap">
      <Text color="fg.muted" fontSize="sm">
        Report
      </Text>
      {(["json", "csv"] as const).map((format) => (
        <Button asChild key={format} size="xs" variant="outline">
          <a download={`${named}.${format}`} href={reportAddress(format, query)}>
            <LuDownload /> {format.toUpperCase()}
          </a>
        </Button>
      ))}
      <Button onClick={() => openWindow(reportAddress("html", query))} size="xs" variant="outline">
        <LuPrinter /> To print
      </Button>
    </Flex>
  );
}
