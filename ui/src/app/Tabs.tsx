import { Box, Flex, Icon, Link, Text } from "@chakra-ui/react";
import { useEffect, useRef } from "react";
import type { IconType } from "react-icons";
import { LuActivity, LuArrowUpDown, LuBookA, LuBookOpen, LuCode, LuFingerprint, LuPlug, LuScrollText, LuShieldCheck, LuTag, LuWebhook } from "react-icons/lu";
import { Link as RouterLink, useLocation } from "react-router";

import { useMay, useMe, type Deed } from "@/app/permissions";

type Place = readonly [to: string, label: string, icon: IconType, also: string, needs?: Deed];

const TABS: readonly Place[] = [
  ["/connections", "Connections", LuPlug, "/connections"],
  ["/catalog", "Catalog", LuBookOpen, "/assets"],
  ["/findings", "Personal data", LuFingerprint, "/findings", "readFindings"],
  ["/compliance", "Compliance", LuShieldCheck, "/compliance", "readCompliance"],
  ["/tags", "Tags", LuTag, "/tags", "readTags"],
  ["/glossary", "Glossary", LuBookA, "/glossary", "readTerms"],
  ["/runs", "Runs", LuActivity, "/runs"],
  ["/transfer", "Import and export", LuArrowUpDown, "/transfer", "export"],
  ["/webhooks", "Webhooks", LuWebhook, "/webhooks", "readWebhooks"],
  ["/audit", "Audit", LuScrollText, "/audit", "readAudit"],
  ["/apis", "APIs", LuCode, "/apis"],
];

function Tab({ among, tab }: { readonly among: number; readonly tab: Place }) {
  const [to, label, icon, also] = tab;
  const { pathname } = useLocation();
  const here = pathname.startsWith(to) || pathname.startsWith(also);
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (here) {
      link.current?.scrollIntoView({ block: "nearest", inline: "center" });
    }
  }, [among, here]);
  return (
    <Link
      _focusVisible={{ outlineOffset: "-2px" }}
      _hover={{ color: "fg", textDecoration: "none" }}
      aria-current={here ? "page" : undefined}
      asChild
      borderBottomWidth={2}
      borderColor={here ? "brand.solid" : "transparent"}
      color={here ? "fg" : "fg.muted"}
      fontSize="sm"
      fontWeight={here ? "semibold" : "normal"}
      gap={1.5}
      mb="-1px"
      px={1}
      py={2}
      whiteSpace="nowrap"
    >
      <RouterLink ref={link} to={to}>
        <Icon as={icon} />
        {label}
      </RouterLink>
    </Link>
  );
}

/** Our own navigation below Airflow's one entry, in the manner of the tabs on Airflow's pages. */
export function Tabs() {
  const { data: me } = useMe();
  const may = useMay();
  const tabs = TABS.filter(([, , , , needs]) => needs === undefined || may(needs));
  return (
    <Box bg="bg" borderBottomWidth={1} position="sticky" px={{ base: 3, md: 4 }} top={0} zIndex="docked">
      <Flex align="center" as="nav" aria-label="Crosswind" gap={{ base: 3, xl: 6 }} overflowX="auto" overflowY="hidden">
        {tabs.map((tab) => (
          <Tab among={tabs.length} key={tab[0]} tab={tab} />
        ))}
        {me === undefined || me.tenant === "default" ? null : (
          <Text color="fg.muted" fontSize="sm" ms="auto" truncate>
            {me.tenant}
          </Text>
        )}
      </Flex>
    </Box>
  );
}
