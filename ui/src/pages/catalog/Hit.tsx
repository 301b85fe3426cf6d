import { Badge, Box, Flex, Link, Text } from "@chakra-ui/react";
import { Link as RouterLink } from "react-router";

import type { SearchHit } from "@/api/catalogTypes";
import { AssetIcon } from "@/components/AssetIcon";
import { isRemoved, locationOf, titleOf } from "@/components/asset";
import { words } from "@/components/format";
import { Labels } from "@/components/Labels";
import { Marked } from "@/components/Marked";
import { StateBadge } from "@/components/StateBadge";
import { Tick } from "@/components/Tick";

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** The highlighted text of a field, or the plain one. */
function shown(hit: SearchHit, field: string, plain: string): string {
  return hit.highlights[field]?.[0] ?? escaped(plain);
}

const SHOWN_COLUMNS = 6;

function Columns({ hit }: { readonly hit: SearchHit }) {
  const found = hit.highlights["columns"] ?? [];
  if (found.length === 0) {
    return null;
  }
  return (
    <Flex align="center" columnGap={2} fontSize="sm" mt={1} rowGap={1} wrap="wrap">
      <Text color="fg.muted">in columns</Text>
      {found.slice(0, SHOWN_COLUMNS).map((column) => (
        <Badge fontFamily="mono" fontWeight="normal" key={column} variant="outline">
          <Marked text={column} />
        </Badge>
      ))}
      {found.length > SHOWN_COLUMNS ? <Text color="fg.muted">and {found.length - SHOWN_COLUMNS} more</Text> : null}
    </Flex>
  );
}

type Props = {
  readonly chosen: boolean;
  readonly hit: SearchHit;
  /** Given to those who may label what they choose. */
  readonly onChoose?: (() => void) | undefined;
};

/** One hit: where the searched words stand in its name, comment and columns. */
export function Hit({ chosen, hit, onChoose }: Props) {
  const { asset } = hit;
  const description = asset.description ?? "";
  return (
    <Box
      _focusWithin={{ borderColor: "border.emphasized" }}
      _hover={{ bg: "bg.subtle" }}
      as="li"
      borderRadius="md"
      borderWidth={1}
      p={3}
      position="relative"
    >
      <Flex align="center" columnGap={2} wrap="wrap">
        {onChoose === undefined ? null : (
          <Box position="relative" zIndex={1}>
            <Tick checked={chosen} label={`Choose ${titleOf(asset)}`} onToggle={onChoose} />
          </Box>
        )}
        <AssetIcon type={asset.type} />
        <Link _before={{ content: '""', inset: 0, position: "absolute" }} asChild color="fg.info" display="block" fontWeight="semibold" minW={0} overflowWrap="anywhere">
          <RouterLink to={`/assets/${asset.id}`}>
            <span>
              <Marked text={titleOf(asset) === asset.name ? shown(hit, "name", asset.name) : escaped(titleOf(asset))} />
            </span>
          </RouterLink>
        </Link>
        <Text color="fg.muted" fontSize="sm" overflowWrap="anywhere">
          {locationOf(asset)}
        </Text>
        <Flex align="center" gap={2} ms={{ md: "auto" }}>
          {isRemoved(asset) ? <StateBadge state="removed" /> : null}
          <Labels classification={asset.classification} tags={asset.tags} />
          <Text color="fg.muted" fontSize="xs">
            {words(asset.type)}
          </Text>
        </Flex>
      </Flex>
      {description === "" ? null : (
        <Text color="fg.muted" fontSize="sm" lineClamp={2} mt={1} overflowWrap="anywhere">
          <Marked text={shown(hit, "description", description)} />
        </Text>
      )}
      <Columns hit={hit} />
    </Box>
  );
}
