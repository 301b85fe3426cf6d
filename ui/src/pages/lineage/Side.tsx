import { Button, Code, Flex, Heading, Stack, Text } from "@chakra-ui/react";
import { useMemo, useState, type ReactNode } from "react";
import { LuArrowRight } from "react-icons/lu";

import type { Brief } from "@/api/catalogTypes";
import { AssetIcon } from "@/components/AssetIcon";
import { isRemoved, titleOf } from "@/components/asset";
import { count, words } from "@/components/format";
import { RouteLink } from "@/components/RouteLink";
import { affected, flowsOf, neighbours, reached, type Flow, type Graph, type Side } from "@/pages/lineage/graph";
import { STEP } from "@/pages/lineage/part";
import type { Lineage } from "@/pages/lineage/useLineage";

function AssetLine({ asset, hit }: { readonly asset: Brief; readonly hit: boolean }) {
  return (
    <Flex align="center" as="li" fontSize="sm" gap={2} minW={0}>
      <AssetIcon type={asset.type} />
      <RouteLink display="block" minW={0} to={`/assets/${asset.id}/lineage`} truncate>
        {titleOf(asset)}
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

const SHOWN = 50;

type ListProps = {
  readonly action: ReactNode;
  readonly assets: readonly Brief[];
  readonly hit: ReadonlySet<string>;
  readonly title: string;
};

function List({ action, assets, hit, title }: ListProps) {
  const [most, setMost] = useState(SHOWN);
  return (
    <Stack as="section" gap={2}>
      <Flex align="center" justify="space-between">
        <Heading as="h2" size="xs">
          {title}
          {assets.length > SHOWN ? ` (${count(assets.length)})` : ""}
        </Heading>
        {action}
      </Flex>
      {assets.length === 0 ? (
        <Text color="fg.muted" fontSize="sm">
          Nothing that is known.
        </Text>
      ) : (
        <Stack as="ul" gap={1} listStyleType="none">
          {assets.slice(0, most).map((asset) => (
            <AssetLine asset={asset} hit={hit.has(asset.id)} key={asset.id} />
          ))}
        </Stack>
      )}
      {assets.length > most ? (
        <Button onClick={() => setMost(most + SHOWN)} size="2xs" variant="outline">
          List {Math.min(SHOWN, assets.length - most)} more
        </Button>
      ) : null}
    </Stack>
  );
}

type SideProps = {
  readonly asset: Brief;
  readonly focused: boolean;
  readonly lineage: Lineage;
  readonly onFlow: (id: string) => void;
};

/** Draws more of an asset's neighbours on a side, or none of them. */
function Fold({ asset, lineage, side }: Omit<SideProps, "focused" | "onFlow"> & { readonly side: Side }) {
  const { drawn, fold, graph, more } = lineage;
  const part = new Set(drawn.assets.keys());
  const known = neighbours(graph, asset.id, side);
  const left = known.filter((id) => !part.has(id)).length;
  if (known.length === 0 || !part.has(asset.id)) {
    return null;
  }
  return left > 0 ? (
    <Button onClick={() => more(asset.id, side)} size="2xs" variant="ghost">
      Draw {Math.min(STEP, left)} more
    </Button>
  ) : (
    <Button onClick={() => fold(asset.id, side)} size="2xs" variant="ghost">
      Fold
    </Button>
  );
}

/** The asset chosen in the graph, or the one in focus, and what lies on its two sides. */
export function AssetSide({ asset, focused, lineage, onFlow }: SideProps) {
  const { graph } = lineage;
  const hit = useMemo(() => affected(graph), [graph]);
  const [above, below] = useMemo(
    () => [reached(graph, asset.id, "upstream"), reached(graph, asset.id, "downstream")],
    [asset.id, graph],
  );
  const mapped = [...flowsOf(graph, asset.id, "upstream"), ...flowsOf(graph, asset.id, "downstream")].filter(({ pairs }) => pairs.length > 0);
  return (
    <Stack gap={4}>
      <Stack gap={0}>
        <Text fontWeight="semibold" overflowWrap="anywhere">
          {titleOf(asset)}
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
      <List action={<Fold asset={asset} lineage={lineage} side="upstream" />} assets={above} hit={hit} key={`up ${asset.id}`} title="Made of" />
      <List action={<Fold asset={asset} lineage={lineage} side="downstream" />} assets={below} hit={hit} key={`down ${asset.id}`} title="Read by" />
      {mapped.length === 0 ? null : (
        <Stack as="section" gap={1}>
          <Heading as="h2" size="xs">
            By columns
          </Heading>
          {mapped.slice(0, SHOWN).map((flow) => (
            <Button justifyContent="flex-start" key={flow.id} onClick={() => onFlow(flow.id)} size="2xs" variant="ghost">
              <Text as="span" truncate>
                {flow.from === asset.id ? `to ${graph.assets.get(flow.to)?.name}` : `from ${graph.assets.get(flow.from)?.name}`}
              </Text>
              <Text as="span" color="fg.muted" ms="auto">
                {flow.pairs.length}
              </Text>
            </Button>
          ))}
        </Stack>
      )}
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
