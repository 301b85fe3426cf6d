import { Button, Code, Flex, Heading, Stack, Text } from "@chakra-ui/react";
import { LuArrowRight } from "react-icons/lu";

import type { Brief } from "@/api/catalogTypes";
import { AssetIcon } from "@/components/AssetIcon";
import { isRemoved } from "@/components/asset";
import { words } from "@/components/format";
import { RouteLink } from "@/components/RouteLink";
import { affected, reached, type Flow, type Graph } from "@/pages/lineage/graph";

function AssetLine({ asset, hit }: { readonly asset: Brief; readonly hit: boolean }) {
  return (
    <Flex align="center" as="li" fontSize="sm" gap={2} minW={0}>
      <AssetIcon type={asset.type} />
      <RouteLink display="block" minW={0} to={`/assets/${asset.id}/lineage`} truncate>
        {asset.name}
      </RouteLink>
      {isRemoved(asset) ? (
        <Text color="red.fg" fontSize="xs">
          removed
        </Text>
      ) : hit ? (
        <Text color="orange.fg" fontSize="xs">
          affected
        </Text>
      ) : null}
    </Flex>
  );
}

type ListProps = { readonly assets: readonly Brief[]; readonly empty: string; readonly hit: ReadonlySet<string>; readonly title: string };

function List({ assets, empty, hit, title }: ListProps) {
  return (
    <Stack as="section" gap={2}>
      <Heading as="h3" size="xs">
        {title}
      </Heading>
      {assets.length === 0 ? (
        <Text color="fg.muted" fontSize="sm">
          {empty}
        </Text>
      ) : (
        <Stack as="ul" gap={1} listStyleType="none">
          {assets.map((asset) => (
            <AssetLine asset={asset} hit={hit.has(asset.id)} key={asset.id} />
          ))}
        </Stack>
      )}
    </Stack>
  );
}

/** The asset chosen in the graph, or the one in focus, and what lies on its two sides. */
export function AssetSide({ asset, focused, graph }: { readonly asset: Brief; readonly focused: boolean; readonly graph: Graph }) {
  const hit = affected(graph);
  return (
    <Stack gap={4}>
      <Stack gap={0}>
        <Text fontWeight="semibold" overflowWrap="anywhere">
          {asset.name}
        </Text>
        <Text color="fg.muted" fontSize="sm">
          {words(asset.type)}
        </Text>
        {focused ? null : (
          <Flex fontSize="sm" gap={3} mt={1}>
            <RouteLink to={`/assets/${asset.id}`}>Open</RouteLink>
            <RouteLink to={`/assets/${asset.id}/lineage`}>Lineage from here</RouteLink>
          </Flex>
        )}
      </Stack>
      <List assets={reached(graph, asset.id, "upstream")} empty="Nothing that is known." hit={hit} title="Made of" />
      <List assets={reached(graph, asset.id, "downstream")} empty="Nothing that is known." hit={hit} title="Read by" />
    </Stack>
  );
}

type FlowProps = {
  readonly flow: Flow;
  readonly graph: Graph;
  readonly onColumn: (asset: string, column: string) => void;
};

/** A relationship chosen in the graph, with the columns that flow over it. */
export function FlowSide({ flow, graph, onColumn }: FlowProps) {
  const [from, to] = [graph.assets.get(flow.from), graph.assets.get(flow.to)];
  return (
    <Stack gap={3}>
      <Flex align="center" fontWeight="semibold" gap={2} wrap="wrap">
        <span>{from?.name}</span>
        <LuArrowRight aria-label="to" />
        <span>{to?.name}</span>
      </Flex>
      <Text color="fg.muted" fontSize="sm">
        {words(flow.type)}
        {flow.pairs.length === 0 ? ". Its columns are not known." : ""}
      </Text>
      <Stack as="ul" gap={1} listStyleType="none">
        {flow.pairs.map((pair) => (
          <Flex align="center" as="li" gap={1} key={`${pair.from} ${pair.to}`} wrap="wrap">
            <Button onClick={() => onColumn(flow.from, pair.from)} px={1} size="2xs" variant="ghost">
              <Code size="sm">{pair.from}</Code>
            </Button>
            <LuArrowRight aria-label="to" />
            <Button onClick={() => onColumn(flow.to, pair.to)} px={1} size="2xs" variant="ghost">
              <Code size="sm">{pair.to}</Code>
            </Button>
          </Flex>
        ))}
      </Stack>
    </Stack>
  );
}
