import { Box, Flex, Skeleton, Switch, Text } from "@chakra-ui/react";
import { useCallback, useMemo, useState } from "react";
import { LuWorkflow } from "react-icons/lu";

import type { Brief } from "@/api/catalogTypes";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { plural } from "@/components/format";
import { Canvas } from "@/pages/lineage/Canvas";
import type { Shown } from "@/pages/lineage/drawing";
import { trace } from "@/pages/lineage/graph";
import { AssetSide, FlowSide } from "@/pages/lineage/Side";
import { useLineage } from "@/pages/lineage/useLineage";

type Chosen = {
  readonly asset?: string;
  readonly column?: readonly [asset: string, column: string];
  readonly flow?: string;
};

const HEIGHT = { base: "60dvh", md: "calc(100dvh - 300px)" };

/** What an asset is made of and what reads it, as a graph that grows where one asks. */
export default function Lineage({ focus }: { readonly focus: Brief }) {
  const { error, expand, expanding, graph, loading } = useLineage(focus);
  const [chosen, setChosen] = useState<Chosen>({});
  const [withColumns, setWithColumns] = useState(false);

  const onAsset = useCallback((id: string | undefined) => setChosen(id === undefined ? {} : { asset: id }), []);
  const onFlow = useCallback((id: string) => setChosen({ flow: id }), []);
  const onColumn = useCallback((asset: string, column: string) => {
    setWithColumns(true);
    setChosen(({ column: before, ...rest }) =>
      before?.[0] === asset && before[1] === column ? rest : { ...rest, column: [asset, column] },
    );
  }, []);
  const shown: Shown = useMemo(
    () => ({
      flow: chosen.flow,
      focus: focus.id,
      lit: chosen.column === undefined ? undefined : trace(graph, ...chosen.column),
      withColumns,
    }),
    [chosen, focus.id, graph, withColumns],
  );

  if (loading) {
    return <Skeleton height={HEIGHT} minH="360px" />;
  }
  const note = error === undefined ? null : <ErrorNote error={error} onRetry={() => expand(focus.id)} />;
  if (graph.flows.size === 0) {
    return (
      note ?? (
        <Empty
          icon={<LuWorkflow />}
          text="Lineage comes from the views that a crawl reads: none of them reads this asset, and it reads none."
          title="No lineage is known"
        />
      )
    );
  }
  const flow = chosen.flow === undefined ? undefined : graph.flows.get(chosen.flow);
  const asset = graph.assets.get(chosen.asset ?? focus.id) ?? focus;
  return (
    <Box>
      {note}
      <Flex align="center" gap={4} justify="space-between" mb={2} wrap="wrap">
        <Text aria-live="polite" color="fg.muted" fontSize="sm">
          {plural(graph.assets.size, "asset")}
          {graph.partial ? ", the nearest of more" : ""}
          {expanding === undefined ? "" : " · looking further …"}
        </Text>
        <Switch.Root checked={withColumns} onCheckedChange={({ checked }) => setWithColumns(checked)} size="sm">
          <Switch.HiddenInput />
          <Switch.Control />
          <Switch.Label>Columns</Switch.Label>
        </Switch.Root>
      </Flex>
      <Flex direction={{ base: "column", md: "row" }} gap={4}>
        <Box borderRadius="md" borderWidth={1} flex={{ md: "1" }} h={HEIGHT} minH="360px" minW={0} overflow="hidden">
          <Canvas graph={graph} onAsset={onAsset} onColumn={onColumn} onExpand={expand} onFlow={onFlow} shown={shown} />
        </Box>
        <Box
          as="aside"
          aria-label="Details of the lineage"
          borderRadius="md"
          borderWidth={1}
          maxH={{ md: HEIGHT.md }}
          minH={{ md: "360px" }}
          overflowY="auto"
          p={4}
          w={{ base: "full", md: "280px" }}
        >
          {flow === undefined ? (
            <AssetSide asset={asset} focused={asset.id === focus.id} graph={graph} />
          ) : (
            <FlowSide flow={flow} graph={graph} onColumn={onColumn} />
          )}
        </Box>
      </Flex>
    </Box>
  );
}
